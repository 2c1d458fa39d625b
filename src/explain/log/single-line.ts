import type { DiagnosticParser, LinkerFamily, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * Linkers that say a duplicate in one sentence; consoles of 80 columns wrap it:
 *
 *   Error: L6200E: Symbol f multiply defined (by a.o and b.o).                            Arm's armlink
 *   Error[Li006]: duplicate definitions for "f"; in "a.o", and "b.a(b.o)"                  IAR's ilink
 *   ld: fatal: symbol 'f' is multiply-defined: (file a.o type=FUNC; file b.o type=FUNC);  Solaris
 *   link: duplicated definition of symbol f, from example.org/a and example.org/b         Go
 *   ld: error: Linking globals named 'f': symbol multiply defined!                        LLVM, with -flto
 */
const MOST_LINES = 3;

/** @param pattern names a symbol, and two files where the message does */
function oneSentence(id: LinkerFamily, title: string, marker: RegExp, pattern: RegExp): DiagnosticParser {
  const read = (lines: readonly LogLine[], at: number): Reading | null => {
    if (!marker.test(lines[at].text)) return null;
    let text = '';
    for (let next = at; next < Math.min(lines.length, at + MOST_LINES); next++) {
      text = text === '' ? lines[next].text : `${text} ${lines[next].text}`;
      const groups = pattern.exec(text)?.groups;
      if (!groups) continue;
      const { symbol, one, other } = groups;
      const files = [one, other].filter((file) => file !== undefined).map(parsePrintedFile);
      const { number: line } = lines[at];
      return {
        diagnostics: [{ kind: 'duplicate', severity: 'error', symbol, mangled: null, files, line }],
        next: next + 1,
        program: null,
      };
    }
    return null;
  };
  return { id, title, read };
}

export const singleLineParsers: readonly DiagnosticParser[] = [
  oneSentence(
    'armlink',
    "Arm's linker",
    /\bL6200E: /,
    /\bL6200E: Symbol (?<symbol>.+?) multiply defined \(by (?<one>.+?) and (?<other>.+?)\)\.?$/,
  ),
  oneSentence(
    'ilink',
    "IAR's linker",
    /\[Li006\]: /,
    /duplicate definitions for "(?<symbol>.+?)"; in "(?<one>.+?)", and "(?<other>.+?)"/,
  ),
  oneSentence(
    'solaris',
    "Solaris' linker",
    /is multiply[- ]defined:/,
    /symbol [`'](?<symbol>.+?)' is multiply[- ]defined:\s*\(file (?<one>.+?)(?: type=\w+;| and) file (?<other>\S+?)(?: type=\w+)?;?\);?$/,
  ),
  oneSentence(
    'go-link',
    "Go's linker",
    /duplicated definition of symbol /,
    /duplicated definition of symbol (?<symbol>\S+), from (?<one>\S+)(?: \([^)]*\))? and (?<other>\S+)/,
  ),
  oneSentence(
    'lld',
    'LLD',
    /Linking globals named '/,
    /Linking globals named '(?<symbol>.+?)': symbol multiply defined/,
  ),
];
