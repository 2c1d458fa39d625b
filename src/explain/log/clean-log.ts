import type { LogLine } from './diagnostic.js';

/** GNU ld before 2.33 may put its next message directly after these words. */
const JOINED = /(first defined here)(?=[^\s)])/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Prefixes of a tool's own text, each of which may occur a few times. */
const PREFIXES = [
  // 2026-01-31T12:34:56.789Z of CI services, followed by GitLab's stream number
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: \d\d[OE][ +])? ?/,
  // 12:34:56, [12:34:56.789]: and TeamCity's [12:34:56]W:
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?(?:[A-Z]?:)? ?/,
  // #12 3.456 of Docker, 12> of MSBuild, >> 12 of Spack
  /^#\d+ (?:\d+\.\d+ )?/,
  /^\d+>(?!>)/,
  /^>> \d+ +/,
  /^##\[(?:error|warning|debug)\]/,
  // [12/34] of Ninja, [exec] of Ant, [Step 1/3], [TRACE], [x]
  /^\[[^\][]{1,48}\] {0,2}/,
  // xcpretty and its like, whose files follow a quotation mark; also mail and forum quotes
  /^(?:▸|❌|⚠️|⚠|🚨) */u,
  /^> ?(?!>)/,
  // Yocto, Docker Compose, Nix
  /^(?:[\w.-]+ +)?\| (?!= )/,
  /^[\w.+-]+> (?=\S)/,
  // rustc, and cargo for build scripts
  /^= note: /,
  /^warning: [\w-]+@[\w.+-]+: /,
  // Gradle with the NDK, npm, Flutter, Unreal, Python's logging
  /^C\/C\+\+: /,
  /^npm (?:ERR!|error) /,
  /^Error \(Xcode\): /,
  /^(?:UATHelper|LogPlayLevel): (?:Packaging \([^)]*\): |(?:Error|Display): )?/,
  /^(?:INFO|WARNING|ERROR|DEBUG):[\w.]+:/,
];
/** Beginnings of the prefixes. Most lines need no more than this look. */
const BEGINS = /^(?:[\d[#=>▸❌⚠🚨|]|warning: |C\/C|npm |Error \(|UATH|LogP|[A-Z]+:\w|[\w.+-]+(?:> | +\| ))/u;
/** The project, which MSBuild appends to each message. */
const PROJECT = / \[[^\]]+proj(?:::[^\]]*)?\]$/;

/** Characters. No linker says more of a name; what is longer is cut, so that no line takes long to read. */
const LONGEST = 1 << 14;

/** The lines of a log, without colours, times and what build tools add. */
export function cleanLog(text: string): LogLine[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  return lines.flatMap((line, at) =>
    line
      .replace(JOINED, '$1\n')
      .split('\n')
      .map((part) => ({ ...cleanLine(part), number: at + 1 })),
  );
}

function cleanLine(raw: string): Pick<LogLine, 'text' | 'indent'> {
  let text = raw.includes('\x1b') ? raw.replace(ESCAPES, '') : raw;
  if (text.length > LONGEST) text = text.slice(0, LONGEST);
  let indent = blanksOf(text);
  text = text.trim();
  for (let found = BEGINS.test(text); found; ) {
    found = false;
    for (const prefix of PREFIXES) {
      const match = prefix.exec(text);
      if (!match) continue;
      text = text.slice(match[0].length);
      indent = blanksOf(text);
      text = text.trim();
      found = true;
    }
  }
  if (text.endsWith(']')) text = text.replace(PROJECT, '');
  return { text, indent };
}

const blanksOf = (text: string): number => text.length - text.trimStart().length;

/**
 * A log's bytes as text: UTF-8, or the UTF-16 that PowerShell writes. Bytes that are neither stay apart, as Latin-1.
 */
export function decodeLog(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
