import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * gold:
 *
 *   ld.gold: error: libb.a(b.o): multiple definition of 'f'
 *   ld.gold: liba.a(a.o): previous definition here
 *   libe.a(e.o):e.c:function ext: error: undefined reference to 'gone'
 *   main.o(.data+0x0): error: undefined reference to 'f'
 *   e.c:12: error: undefined reference to 'gone'
 *   e.o(.text+0x1): error: undefined reference to 'gone', version 'V1'
 */
const DUPLICATE = /^(?:(\S*): )?error: (.+?): multiple definition of '(.+)'$/;
const PREVIOUS = /^(?:\S*: )?(.+?): previous definition here$/;
const UNDEFINED =
  /^(.+?): (error|warning): (?:hidden symbol |)undefined reference to '(.+?)'(?:, version '(.+)')?$/;

function read(lines: readonly LogLine[], at: number): Reading | null {
  const undefinedName = UNDEFINED.exec(lines[at].text);
  if (undefinedName) return readUndefined(lines, undefinedName, at);
  const duplicate = DUPLICATE.exec(lines[at].text);
  if (!duplicate) return null;
  const [, program = null, later, symbol] = duplicate;
  const previous = at + 1 < lines.length ? PREVIOUS.exec(lines[at + 1].text) : null;
  const files = previous ? [previous[1], later] : [later];
  const diagnostic: Diagnostic = {
    kind: 'duplicate',
    severity: 'error',
    symbol,
    mangled: null,
    files: files.map(parsePrintedFile),
    line: lines[at].number,
  };
  return { diagnostics: [diagnostic], next: at + (previous ? 2 : 1), program };
}

function readUndefined(lines: readonly LogLine[], match: RegExpExecArray, at: number): Reading {
  const [, place, severity, name, version] = match;
  const file = /^(.*?\.(?:a|lib|rlib|la)\(.*?\)|[^:(]+\.(?:o|obj|lo))(?:[:(]|$)/.exec(place)?.[1];
  const diagnostic: Diagnostic = {
    kind: 'undefined',
    severity: severity as Diagnostic['severity'],
    symbol: version === undefined ? name : `${name}@${version}`,
    mangled: null,
    files: file === undefined ? [] : [parsePrintedFile(file)],
    line: lines[at].number,
  };
  return { diagnostics: [diagnostic], next: at + 1, program: null };
}

export const gold: DiagnosticParser = { id: 'gold', title: 'gold', read };
