import { append } from '../../bytes/append.js';
import type { Diagnostic, DiagnosticParser, LogLine, PrintedFile, Reading } from './diagnostic.js';
import { inEnglish } from './gnu-ld-languages.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * GNU ld, also for MinGW:
 *
 *   ld: libb.a(b.o): in function `f':
 *   b.c:(.text.f+0x0): multiple definition of `f'; liba.a(a.o):a.c:(.text+0x0): first defined here
 *   ld: libb.a(b.o):(.data+0x0): multiple definition of `v'; liba.a(a.o):(.data+0x0): first defined here
 *   ld: main.o: in function `main':
 *   main.c:(.text+0x5): undefined reference to `g'
 *   ld: main.c:(.text+0xc): more undefined references to `h' follow
 *
 * With debug information `dir/b.c:12` replaces `b.c:(.text+0x0)`. Binutils before 2.33 say `In function`, begin no
 * line with their name, and put "first defined here" on a line of its own. Where the parts of a message are separated
 * by blank lines (the console of the Arduino IDE), or cut off by other output, what is there is read.
 */
const PROGRAM = /^(?:\S.*?\s)?((?:\S*[\\/])?[\w.+-]*\bld(?:\.bfd)?(?:\.exe)?): (?=.)/;
const IN_FUNCTION = /^(.+): [Ii]n function [`'](.+)':$/;
const DUPLICATE = /^(.*?):? ?multiple definition of [`'](.+?)'(?:; ?(?:(.+): first defined here$)?|$)/;
/** The file and line that debug information names: `b.o:/src/dir/net.h:12`. */
const SOURCE_LINE = /([^:\\/()]+:\d+)$/;
const FIRST_HERE = /^(.+): first defined here$/;
const UNDEFINED = /^(.*?):? ?(?:more )?undefined references? to `(.+)'(?: follow)?$/;

interface Body {
  readonly text: string;
  readonly program: string | null;
}

function bodyOf(line: LogLine): Body {
  const text = inEnglish(line.text);
  const program = PROGRAM.exec(text);
  return program ? { text: text.slice(program[0].length), program: program[1] } : { text, program: null };
}

function read(lines: readonly LogLine[], at: number): Reading | null {
  const first = bodyOf(lines[at]);
  const inFunction = IN_FUNCTION.exec(first.text);
  if (!inFunction) return readMessage(lines, at, null);
  const file = fileBefore(inFunction[1]);
  const diagnostics: Diagnostic[] = [];
  let next = filled(lines, at + 1);
  let { program } = first;
  while (next < lines.length) {
    if (IN_FUNCTION.test(bodyOf(lines[next]).text)) break;
    const message = readMessage(lines, next, file);
    if (!message) break;
    append(diagnostics, message.diagnostics);
    program ??= message.program;
    ({ next } = message);
  }
  return diagnostics.length > 0 ? { diagnostics, next, program } : null;
}

/** @param context the file of the function that the message is about */
function readMessage(lines: readonly LogLine[], at: number, context: PrintedFile | null): Reading | null {
  const { text, program } = bodyOf(lines[at]);
  const common = { severity: 'error', line: lines[at].number } as const;
  const undefinedName = UNDEFINED.exec(text);
  if (undefinedName) {
    const [, place, symbol] = undefinedName;
    const file = fileBefore(place) ?? context;
    const files = file ? [file] : [];
    const diagnostic: Diagnostic = { ...common, kind: 'undefined', symbol, mangled: null, files };
    return { diagnostics: [diagnostic], next: at + 1, program };
  }
  const duplicate = DUPLICATE.exec(text);
  if (!duplicate) return null;
  const [, place, symbol] = duplicate;
  let earlier: string | undefined = duplicate[3];
  let next = at + 1;
  if (earlier === undefined && next < lines.length) {
    const following = filled(lines, next);
    earlier = following < lines.length ? FIRST_HERE.exec(bodyOf(lines[following]).text)?.[1] : undefined;
    if (earlier !== undefined) next = following + 1;
  }
  const files = [earlier === undefined ? null : fileBefore(earlier), fileBefore(place) ?? context];
  const sources = [earlier ?? '', place].map((text) => SOURCE_LINE.exec(text)?.[1]);
  const diagnostic: Diagnostic = {
    ...common,
    kind: 'duplicate',
    symbol,
    mangled: nameInSection(place, symbol),
    files: files.filter((file) => file !== null),
    ...(sources.every((source) => source !== undefined) ? { sources } : {}),
  };
  return { diagnostics: [diagnostic], next, program };
}

/** The line at `at`, or the next after one blank line. */
const filled = (lines: readonly LogLine[], at: number): number => (lines[at]?.text === '' ? at + 1 : at);

/** `libb.a(b.o):b.c:(.text+0x0)` is about libb.a(b.o); of `b.c:(.text+0x0)` and `dir/b.c:12` the file is not known. */
function fileBefore(printed: string): PrintedFile | null {
  // Objects that a compiler's plugin handles, as with -flto.
  const place = printed.replace(' (symbol from plugin)', '');
  const inArchive =
    /^(.*?\.(?:a|lib|rlib|la)\(.*?\))(?::|$)/i.exec(place) ?? /^([^:(]+\([^()]+\))(?::|$)/.exec(place);
  if (inArchive && !inArchive[1].endsWith('+0x0)')) return parsePrintedFile(inArchive[1]);
  const object = /^((?:[A-Za-z]:)?[^:]+\.(?:o|obj|lo|bc))(?::|$)/i.exec(place);
  return object ? parsePrintedFile(object[1]) : null;
}

/** The mangled symbol in `.text._ZN1fE+0x0` or `.text$f[f]+0x0`, if each symbol has a section of its own. */
function nameInSection(place: string, symbol: string): string | null {
  const section = /\(([^()]+)\+0x[0-9a-f]+\)$/.exec(place)?.[1];
  if (section === undefined) return null;
  const name = /\[([^\]]+)\]$/.exec(section)?.[1] ?? /^\.\w+[.$](.+)$/.exec(section)?.[1];
  return name !== undefined && (name === symbol || /^_{0,2}[RZ]|^\?/.test(name)) ? name : null;
}

export const gnuLd: DiagnosticParser = { id: 'gnu-ld', title: 'GNU ld', read };
