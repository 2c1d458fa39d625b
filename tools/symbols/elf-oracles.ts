import { eachLine, llvm } from '../shared/llvm.js';
import { Comparison, type Oracle, type SymbolRow } from './comparison.js';

/** `   12: 0000000000000000    42 FUNC    GLOBAL DEFAULT [<localentry>: 8]    4 name` */
const READELF_ROW =
  /^\s*\d+:\s+[0-9a-f]+\s+(0x[0-9a-f]+|\d+)\s+(\S+|<.*?>: \d+)\s+(LOCAL|GLOBAL|WEAK|UNIQUE|<.*?>: \d+)\s+(\S+)\s+(?:\[.*?\]\s+|<other>: \S+\s+)?(\S+)\s(.*)$/;
/** Reserved section indexes by what they are; `-` where a definition is in no section of its own object. */
const READELF_SECTIONS: Readonly<Record<string, string>> = {
  SCOM: 'COM',
  LARGE_COM: 'COM',
  ANSI_COM: 'COM',
  SUND: 'UND',
  ACOM: '-',
  TEXT: '-',
  DATA: '-',
};
const READELF_TYPES: Readonly<Record<string, string>> = {
  none: 'NOTYPE',
  function: 'FUNC',
  data: 'OBJECT',
  tls: 'TLS',
  ifunc: 'IFUNC',
};

function elfLine({ name, role, weak, unique, absolute, visibility, kind, section, size }: SymbolRow): string {
  const binding = unique ? 'UNIQUE' : weak ? 'WEAK' : 'GLOBAL';
  const defined = absolute ? 'ABS' : section < 0 ? '-' : String(section);
  const place = role === 'reference' ? 'UND' : role === 'common' ? 'COM' : defined;
  const type = place === 'COM' ? 'OBJECT' : READELF_TYPES[kind];
  return `${name} ${binding} ${visibility} ${type} ${place === 'UND' ? 0 : size} ${place}`;
}

/** A row of readelf as a line; null for a row of a local symbol, or of none. */
function readelfLine(row: string): string | null {
  const match = READELF_ROW.exec(row);
  if (!match || match[3] === 'LOCAL') return null;
  const [, size, type, binding, visibility, index, rest] = match;
  const name = rest.replace(/^\s+/, '').replace(/@@?[^@]*\(\d+\)$/, '');
  // SPARC's claims on registers bind nothing.
  if (name === '' || type === 'REGISTER') return null;
  const place = READELF_SECTIONS[index] ?? index;
  const seen = visibility === 'INTERNAL' ? 'hidden' : visibility.toLowerCase();
  const kind = place === 'COM' ? 'OBJECT' : kindOf(type);
  return `${name} ${binding} ${seen} ${kind} ${place === 'UND' ? 0 : Number(size)} ${place}`;
}

/** Millicode of PA-RISC and Thumb functions of old ARM objects are functions. */
function kindOf(type: string): string {
  if (type === 'COMMON') return 'OBJECT';
  return /^(PARISC_MILLI|THUMB_FUNC)$/.test(type) ? 'FUNC' : type;
}

export const readelf: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, elfLine, note);
  await eachLine('readelf', ['-sW', path], (row) => {
    if (row.startsWith('File: ')) return void comparison.member(null);
    const line = readelfLine(row);
    if (line !== null) comparison.symbol(line);
  });
  return comparison.finish();
};

const NM_ROW = /^(.*) ([A-Za-z?]) [0-9a-f]+ [0-9a-f]+$/;
const NM_ROW_WITHOUT_VALUE = /^(.*) ([A-Za-z?]) *$/;

/** How claims on registers are called in SPARC's objects: to llvm-nm they are references, readelf tells them apart. */
const SPARC_REGISTERS = ['', '__thread_self'];

const NM_LETTERS = { reference: 'U', common: 'C', definition: 'D' } as const;

/** llvm-nm prints `i` for an ifunc, weak or not. */
const nmLine = ({ name, role, weak, kind }: SymbolRow): string =>
  `${name} ${NM_LETTERS[role]}${weak && kind !== 'ifunc' ? 'w' : ''}`;

/** A row of llvm-nm in POSIX form, `name type [value size]`, as a line; null for what binds nothing. */
function nmRowLine(row: string, isSparc: boolean): string | null {
  const match = NM_ROW.exec(row) ?? NM_ROW_WITHOUT_VALUE.exec(row);
  if (!match) return null;
  const [, name, letter] = match;
  if (isSparc && SPARC_REGISTERS.includes(name)) return null;
  const role = /[Uwv]/.test(letter) ? 'U' : /[Cc]/.test(letter) ? 'C' : 'D';
  return `${name} ${role}${/[wWvV]/.test(letter) ? 'w' : ''}`;
}

/** Unsorted. */
export const nm: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, nmLine, note);
  const isSparc = members.some(({ machine }) => machine?.startsWith('sparc') === true);
  let isAfterBlank = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '-g', '-p', '-P', path], (row) => {
    if (isAfterBlank && row.endsWith(':')) comparison.member(row.slice(0, -1));
    isAfterBlank = row === '';
    const line = nmRowLine(row, isSparc);
    if (line !== null) comparison.symbol(line);
  });
  return comparison.finish();
};
