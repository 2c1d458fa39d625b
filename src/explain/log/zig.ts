import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { lld } from './lld.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * zig retells what LLD says, and has a linker of its own:
 *
 *   error: ld.lld: duplicate symbol: f
 *       note: defined at a.c:1
 *       note:            a.o:(f) in archive liba.a
 *   error: duplicate symbol definition: f
 *       note: defined by liba.a(a.o)
 *       note: defined 2 more times
 *   error: undefined symbol: g
 *       note: referenced by main.o:main
 */
const RETOLD = /^error: ((?:ld\.lld|ld64\.lld|lld-link|wasm-ld)): (.+)$/;
const OWN = /^error: duplicate symbol definition: (.+)$/;
const OWN_UNDEFINED = /^error: undefined symbol: (.+)$/;
const NOTE = /^note: ?(.*)$/;

function read(lines: readonly LogLine[], at: number): Reading | null {
  const { text } = lines[at];
  const retold = RETOLD.exec(text);
  const notes = notesFrom(lines, at + 1);
  const next = at + 1 + notes.length;
  if (retold) {
    const asLld = [`${retold[1]}: error: ${retold[2]}`, ...notes.map((note) => `>>> ${note}`)];
    const reading = lld.read(
      asLld.map((line) => ({ text: line, indent: 0, number: lines[at].number })),
      0,
    );
    const diagnostics = reading?.diagnostics.map((found) => ({ ...found, line: lines[at].number }));
    return diagnostics ? { diagnostics, next, program: retold[1] } : null;
  }
  const own = OWN.exec(text) ?? (notes.length > 0 ? OWN_UNDEFINED.exec(text) : null);
  if (!own) return null;
  const files = notes.flatMap((note) => {
    const file = /^(?:defined|referenced) by (.+)$/.exec(note)?.[1];
    return file === undefined ? [] : [parsePrintedFile(file.replace(/(\.(?:o|obj)\)?):.*$/, '$1'))];
  });
  const diagnostic: Diagnostic = {
    kind: OWN.test(text) ? 'duplicate' : 'undefined',
    severity: 'error',
    symbol: own[1],
    mangled: own[1],
    files,
    line: lines[at].number,
  };
  return { diagnostics: [diagnostic], next, program: 'zig' };
}

function notesFrom(lines: readonly LogLine[], from: number): string[] {
  const notes: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const note = NOTE.exec(lines[at].text);
    if (!note) break;
    notes.push(note[1]);
  }
  return notes;
}

export const zig: DiagnosticParser = { id: 'zig', title: 'zig', read };
