import type { Diagnostic, DiagnosticParser, LogLine, PrintedFile, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * wild (libwild/src/symbol_db.rs, layout.rs):
 *
 *   Duplicate symbols detected: f, defined in liba.a @ a.o and libb.a @ b.o
 *   g, defined in liba.a @ a.o and libb.a @ b.o
 *   Undefined symbol h, referenced by e.c:1
 *       libe.a @ e.o
 */
const FIRST = /^(?:(\S+): )?(?:error: )?Duplicate symbols detected: (.+)$/;
const DEFINED = /^(.+), defined in (.+) and (.+)$/;
const UNDEFINED = /^(?:(\S+): )?(?:(error|warning): )?Undefined symbol (.+), referenced by (.*)$/i;

function fileOf(text: string): PrintedFile {
  const parts = text.trim().split(' @ ');
  if (parts.length < 2) return parsePrintedFile(text);
  return { archive: parts[0], member: parts.slice(1).join(' @ '), number: null };
}

function read(lines: readonly LogLine[], at: number): Reading | null {
  const undefinedName = UNDEFINED.exec(lines[at].text);
  if (undefinedName) {
    const [, program = null, severity, symbol] = undefinedName;
    const hasFile = at + 1 < lines.length && lines[at + 1].indent > lines[at].indent;
    const diagnostic: Diagnostic = {
      kind: 'undefined',
      severity: severity === 'warning' ? 'warning' : 'error',
      symbol,
      mangled: null,
      files: hasFile ? [fileOf(lines[at + 1].text)] : [],
      line: lines[at].number,
    };
    return { diagnostics: [diagnostic], next: at + (hasFile ? 2 : 1), program };
  }
  const first = FIRST.exec(lines[at].text);
  if (!first) return null;
  const diagnostics: Diagnostic[] = [];
  let text = first[2];
  let next = at;
  for (let match = DEFINED.exec(text); match; match = DEFINED.exec(text)) {
    diagnostics.push({
      kind: 'duplicate',
      severity: 'error',
      symbol: match[1],
      mangled: null,
      files: [fileOf(match[2]), fileOf(match[3])],
      line: lines[next].number,
    });
    next++;
    text = lines[next]?.text ?? '';
  }
  return diagnostics.length > 0 ? { diagnostics, next, program: first[1] ?? null } : null;
}

export const wild: DiagnosticParser = { id: 'wild', title: 'wild', read };
