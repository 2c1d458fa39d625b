import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * mold says of duplicates, the later file first:
 *
 *   mold: error: duplicate symbol: libb.a(b.o): liba.a(a.o): f
 *
 * Of undefined names it says what LLD says.
 */
const DUPLICATE =
  /^(\S+): (error|warning): duplicate symbol: (.+?): (.+?(?:\.(?:o|obj|bc|lo|a|rlib|so(?:\.\d+)*)|\))): (.+)$/;

function read(lines: readonly LogLine[], at: number): Reading | null {
  const duplicate = DUPLICATE.exec(lines[at].text);
  if (!duplicate) return null;
  const [, program, severity, later, earlier, symbol] = duplicate;
  const diagnostic: Diagnostic = {
    kind: 'duplicate',
    severity: severity as Diagnostic['severity'],
    symbol,
    mangled: null,
    files: [parsePrintedFile(earlier), parsePrintedFile(later)],
    line: lines[at].number,
  };
  return { diagnostics: [diagnostic], next: at + 1, program };
}

export const mold: DiagnosticParser = { id: 'mold', title: 'mold', read };
