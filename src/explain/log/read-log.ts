import { cleanLog } from './clean-log.js';
import type { Diagnostic, LinkerFamily, LogLine } from './diagnostic.js';
import { diagnosticParsers } from './diagnostic-parsers.js';

/** What a line of a log is. `summary`: it counts or ends what other lines say. */
export type LineRole = 'diagnostic' | 'summary' | 'unread' | 'other' | 'blank';

/** A linker's log, read. */
export interface LogReading {
  readonly diagnostics: readonly Diagnostic[];
  /** By line. `unread`: it speaks of an error, and is not understood. */
  readonly roles: readonly LineRole[];
  readonly lines: readonly LogLine[];
  /** Whose messages they are; null when there are none. Of several, the one that said most. */
  readonly family: LinkerFamily | null;
  /** The linker's name as its messages begin, `ld.lld-14`, where they do. */
  readonly program: string | null;
  /** Architecture that Apple's linkers name. */
  readonly architecture: string | null;
  /** The linker stopped before it had told of all: LLD does after 20 errors. */
  readonly isCut: boolean;
}

/** Only lines with one of these can begin a message: most lines of a build's log do not. */
const MAY_BEGIN = /duplicate|multiple definition|undefined|LNK\d{4}|in function|first defined/i;

/** Lines of linkers, drivers and build tools that say once more, or in sum, what was said. */
const SUMMARIES = [
  /^collect2: error: ld returned \d+ exit status/,
  /^clang(?:\+\+)?(?:-\d+)?: error: linker command failed/,
  /: error: linker command failed with exit code/,
  /^(?:ld: )?\d+ duplicate symbols?(?: for architecture \S+)?$/,
  /^ld: symbol\(s\) not found(?: for (?:inferred )?architecture \S+)?$/,
  /too many errors emitted, stopping now/,
  /LNK(?:1169|1120|4088)\b/,
  /^error: linking with .+ failed: /,
  /^error: aborting due to \d+ previous error|^error: aborting due to previous error/,
  /^error: could not compile /,
  /^ninja: build stopped: /,
  /^make(?:\[\d+\])?: \*\*\* /,
  /^= note: some (?:`extern`|arguments)|^= help: some `extern` functions|^some arguments are omitted/,
  /the vtable symbol may be undefined because the class is missing its key function/,
];
const CUT = /too many errors emitted, stopping now/;
const SPEAKS_OF_ERROR = /\b(?:error|fatal)\b\s*[: ]|\bLNK\d{4}\b|undefined reference|duplicate symbol/i;

export function readLog(text: string): LogReading {
  const lines = cleanLog(text);
  const roles: LineRole[] = [];
  const diagnostics: Diagnostic[] = [];
  const counts = new Map<LinkerFamily, number>();
  let program: string | null = null;
  for (let at = 0; at < lines.length; ) {
    const found = MAY_BEGIN.test(lines[at].text) ? parseAt(lines, at) : null;
    if (!found) {
      roles.push(roleOf(lines[at++].text));
      continue;
    }
    const { reading, family } = found;
    for (const diagnostic of reading.diagnostics) diagnostics.push(diagnostic);
    for (let line = at; line < reading.next; line++) roles.push('diagnostic');
    counts.set(family, (counts.get(family) ?? 0) + reading.diagnostics.length);
    program ??= reading.program;
    at = reading.next;
  }
  const [[family] = [null]] = [...counts].sort((a, b) => b[1] - a[1]);
  return {
    diagnostics,
    roles,
    lines,
    family,
    program,
    architecture: architectureIn(lines),
    isCut: lines.some(({ text: line }) => CUT.test(line)),
  };
}

function parseAt(lines: readonly LogLine[], at: number) {
  for (const parser of diagnosticParsers) {
    const reading = parser.read(lines, at);
    if (reading) return { reading, family: parser.id };
  }
  return null;
}

function roleOf(line: string): LineRole {
  if (line === '') return 'blank';
  if (SUMMARIES.some((pattern) => pattern.test(line))) return 'summary';
  return SPEAKS_OF_ERROR.test(line) ? 'unread' : 'other';
}

function architectureIn(lines: readonly LogLine[]): string | null {
  for (const { text } of lines) {
    const named = /(?:Undefined|duplicate) symbols? for architecture (\w+)/i.exec(text);
    if (named) return named[1];
  }
  return null;
}
