import type { LogLine } from './diagnostic.js';

/** GNU ld before 2.33 may put its next message directly after these words. */
const JOINED = /(first defined here)(?=[^\s)])/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Prefixes of a tool's own text, each of which may occur a few times. */
const PREFIXES = [
  // 2026-01-31T12:34:56.789Z of CI services, followed by GitLab's stream number
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: \d\d[OE][ +])? ?/,
  // 12:34:56, [12:34:56.789]:
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?:? /,
  // [12/34] of Ninja, #12 3.456 of Docker, 12> of MSBuild
  /^\[\d+\/\d+\] /,
  /^#\d+ (?:\d+\.\d+ )?/,
  /^\d+>(?!>)/,
  /^##\[(?:error|warning|debug)\]/,
  // xcpretty and its like, whose files follow a quotation mark; also mail and forum quotes
  /^(?:▸|❌|⚠️|⚠|🚨) */u,
  /^> /,
  // [TRACE], [ERROR], [x], as wrappers of build tools mark their lines
  /^\[(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|x|X|!)\] {0,2}/,
  // rustc, and cargo for build scripts
  /^= note: /,
  /^warning: [\w-]+@[\w.+-]+: /,
];
/** How any of them begins: most lines need no more than this look. */
const BEGINS = /^[\d[#=>▸❌⚠🚨w]/u;
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
