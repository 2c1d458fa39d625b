import { cleanLog } from './clean-log.js';
import type { Diagnostic, LinkerFamily, LogLine } from './diagnostic.js';
import { diagnosticParsers } from './diagnostic-parsers.js';
import { isTranslated } from './gnu-ld-languages.js';
import { isConsequence, type LogNote, noteIn } from './log-notes.js';

/** Role of a line of a log. `summary`: it counts or concludes other messages. */
export type LineRole = 'diagnostic' | 'summary' | 'unread' | 'other' | 'blank';

/** A linker's log, read. */
export interface LogReading {
  readonly diagnostics: readonly Diagnostic[];
  /** Other messages about the link. */
  readonly notes: readonly LogNote[];
  /** By line. `unread`: it reports an error in an unknown form. */
  readonly roles: readonly LineRole[];
  readonly lines: readonly LogLine[];
  /** The linker family of most messages; null without messages. */
  readonly family: LinkerFamily | null;
  /** The linker's name as its messages begin, `ld.lld-14`, where they do. */
  readonly program: string | null;
  /** Architecture that Apple's linkers name. */
  readonly architecture: string | null;
  /** Duplicates by the linker's own count, as Apple's linkers end with; null where there is none. */
  readonly counted: number | null;
  /** The linker stopped before it had reported all: LLD does after 20 errors. */
  readonly isCut: boolean;
}

/** Only lines with one of these can begin a message: most lines of a build's log do not. */
const MAY_BEGIN =
  /duplicate|multiple definition|undefined|LNK\d{4}|in function|first defined|multiply[- ]defined/i;

const COUNTED = /^(?:ld: )?(\d+) duplicate symbols?(?: for architecture \S+)?$/;

/** Build tools that say that a command failed, which a linker's message has said better. */
const BUILD_TOOLS = [
  /^(?:\S*make(?:\.exe)?(?:\[\d+\])?|scons|task): \*\*\* /,
  /^scons: building terminated because of errors/,
  /^nmake ?: fatal error U1077: /i,
  /: error MSB(?:3073|6006): /,
  /^ERROR: .+ failed: \(Exit \d+\)|^(?:ERROR|FAILED): Build did NOT complete successfully/,
  /^(?:##\[error\]|Error: )?Process (?:completed|failed) with exit code \d+/,
  /^error:? (?:Command|command '.+') failed with exit (?:code|status) \d+/,
  /^distutils\.errors\.LinkError: |^error: Recipe `.+` failed /,
  /^npm (?:ERR!|error) /,
  /^(?:\S*[\\/])?(?:gcc|g\+\+|cc|c\+\+|error)(?:\.exe)?: (?:fatal )?(?:error: )?ld returned \d+ exit status/,
  /^error: recipe for target '.+' failed$/,
];

/** Lines of linkers, drivers and build tools that repeat or summarize other messages. */
const SUMMARIES = [
  /^collect2(?:\.exe)?: (?:error|错误|erreur)\s*[：:] ?ld (?:returned|返回|a retourné) \d+/,
  /^\*\* BUILD FAILED \*\*$/,
  /^clang(?:\+\+)?(?:-\d+)?: error: linker command failed/,
  /(?:^|: )error: linker command failed with exit code/,
  COUNTED,
  /^ld: symbol\(s\) not found(?: for (?:inferred )?architecture \S+)?$/,
  /too many errors emitted, stopping now/,
  /LNK(?:1169|1120|4088)\b/,
  /^error: linking with .+ failed: /,
  /^error: aborting due to \d+ previous error|^error: aborting due to previous error/,
  /^error: (?:could not compile|failed to run custom build command for) /,
  /^ninja: build stopped: /,
  ...BUILD_TOOLS,
  /^= note: some (?:`extern`|arguments)|^= help: some `extern` functions|^some arguments are omitted/,
  /the vtable symbol may be undefined because the class is missing its key function/,
];
const CUT = /too many errors emitted, stopping now/;
const SPEAKS_OF_ERROR = /\b(?:error|fatal)\b\s*[: ]|\bLNK\d{4}\b|undefined reference|duplicate symbol/i;

export function readLog(text: string): LogReading {
  const lines = cleanLog(text);
  const roles: LineRole[] = [];
  const diagnostics: Diagnostic[] = [];
  const notes: LogNote[] = [];
  const counts = new Map<LinkerFamily, number>();
  let program: string | null = null;
  for (let at = 0; at < lines.length; ) {
    const { text: line } = lines[at];
    const found = MAY_BEGIN.test(line) || isTranslated(line) ? parseAt(lines, at) : null;
    if (!found) {
      roles.push(readOther(lines[at++], notes));
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
    notes,
    roles,
    lines,
    family,
    program,
    architecture: architectureIn(lines),
    counted: countIn(lines),
    isCut: lines.some(({ text: line }) => CUT.test(line)),
  };
}

/** A line that begins no diagnostic: it may be a note. */
function readOther({ text, number }: LogLine, notes: LogNote[]): LineRole {
  const note = noteIn(text, number);
  if (note === null) return roleOf(text);
  notes.push(note);
  return 'diagnostic';
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
  if (SUMMARIES.some((pattern) => pattern.test(line)) || isConsequence(line)) return 'summary';
  return SPEAKS_OF_ERROR.test(line) ? 'unread' : 'other';
}

/** A log may be of several links, so counts are added. */
function countIn(lines: readonly LogLine[]): number | null {
  const counts = lines.flatMap(({ text }) => COUNTED.exec(text)?.[1] ?? []);
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + Number(count), 0);
}

function architectureIn(lines: readonly LogLine[]): string | null {
  for (const { text } of lines) {
    const named = /(?:Undefined|duplicate) symbols? for architecture (\w+)/i.exec(text);
    if (named) return named[1];
  }
  return null;
}
