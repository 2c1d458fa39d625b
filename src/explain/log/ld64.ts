import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * Apple's linkers, ld64 and its successor:
 *
 *   duplicate symbol '_f' in:                     ld64 before 2018: no quotes; xcpretty leaves the colon out
 *       liba.a(a.o)                               the successor: liba.a[2](a.o), liba.a[arm64][2](a.o)
 *       libb.a(b.o)
 *   ld: warning: duplicate symbol '_f' in:        the successor, where it goes on
 *   Undefined symbols for architecture arm64:
 *     "_g", referenced from:
 *         _ext in libe.a(e.o)
 *         ...
 */
const DUPLICATE = /^(?:(\S*): )?(?:(warning|error): )?duplicate symbol '?(.+?)'? in:?$/;
const UNDEFINED = /^(?:(\S*): )?(?:(warning|error): )?Undefined symbols(?: for architecture \S+)?:$/i;
const REFERRED = /^"(.+)", referenced from:$/;

function read(lines: readonly LogLine[], at: number): Reading | null {
  const header = lines[at];
  const duplicate = DUPLICATE.exec(header.text);
  if (duplicate) {
    const [, program = null, severity, symbol] = duplicate;
    const files = placesFrom(lines, at + 1);
    const diagnostic: Diagnostic = {
      kind: 'duplicate',
      severity: severity === 'warning' ? 'warning' : 'error',
      symbol,
      mangled: null,
      files: files.map(parsePrintedFile),
      line: lines[at].number,
    };
    return { diagnostics: [diagnostic], next: at + 1 + files.length, program };
  }
  const undefinedNames = UNDEFINED.exec(header.text);
  return undefinedNames ? readUndefined(lines, at, undefinedNames[1] ?? null) : null;
}

/** Lines that are a file each. */
function placesFrom(lines: readonly LogLine[], from: number): string[] {
  let end = from;
  while (end < lines.length && isFile(lines[end].text)) end++;
  return lines.slice(from, end).map(({ text }) => text);
}

const isFile = (text: string): boolean =>
  (/\)$|\.(?:o|obj|a|dylib|tbd)$/.test(text) || /^\/\S+$/.test(text)) && !/ symbols? |: /.test(text);

function readUndefined(lines: readonly LogLine[], at: number, program: string | null): Reading {
  const diagnostics: Diagnostic[] = [];
  let next = at + 1;
  while (next < lines.length) {
    const referred = REFERRED.exec(lines[next].text);
    if (!referred) break;
    const start = next++;
    const files = new Map<string, ReturnType<typeof parsePrintedFile>>();
    for (; next < lines.length && lines[next].indent > lines[start].indent; next++) {
      const file = / in (\S.*)$/.exec(lines[next].text)?.[1];
      if (file !== undefined && !lines[next].text.startsWith('(')) files.set(file, parsePrintedFile(file));
    }
    diagnostics.push({
      kind: 'undefined',
      severity: 'error',
      symbol: referred[1],
      mangled: null,
      files: [...files.values()],
      line: lines[start].number,
    });
  }
  return { diagnostics, next, program };
}

export const ld64: DiagnosticParser = { id: 'ld64', title: "Apple's ld", read };
