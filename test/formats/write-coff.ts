import type { NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';
import { definitionMarker, field, memberMarker, padTo, u16, u32 } from './object-bytes.js';

/*
 * COFF objects for x86-64 from members in the notation. Marks of a symbol: `select` (a COMDAT of that selection),
 * `search` (how a weak external asks for its name), `default` (the name that a weak reference defaults to), `value`
 * (its content, in the place of a marker). Of a member: `drectve`.
 */

const AMD64 = 0x8664;
const CODE = 0x60500020;
const DATA = 0xc0500040;
const CONSTANTS = 0x40500040;
const DIRECTIVES = 0x00100a00;
const COMDAT = 0x1000;
const ADDR64 = 1;
const EXTERNAL = 2;
const STATIC = 3;
const WEAK_EXTERNAL = 105;
const ABSOLUTE = -1;

/** In the order of IMAGE_COMDAT_SELECT_NODUPLICATES and on; 5 is an associative section. */
export const SELECTIONS = ['none', 'any', 'size', 'exact', '', 'largest'] as const;

interface Section {
  readonly name: string;
  readonly flags: number;
  bytes: Buffer;
  readonly relocations: { readonly offset: number; readonly symbol: string }[];
}

interface Row {
  readonly name: string;
  readonly section: number;
  readonly value: number;
  readonly storage: number;
  /** Of a COMDAT section its selection; of a weak external what it defaults to, and how it searches. */
  readonly selection?: number;
  readonly fallback?: string;
  readonly search?: number;
}

/** @param at the member's place in the link */
export function writeCoff({ symbols, marks }: NotedMember, at: number): Uint8Array {
  const sections: Section[] = [];
  const rows: Row[] = [];
  const sectionFor = (name: string, flags: number, isOwn = false): number => {
    const known = isOwn ? -1 : sections.findIndex((one) => one.name === name && (one.flags & COMDAT) === 0);
    return known >= 0 ? known + 1 : sections.push({ name, flags, bytes: Buffer.alloc(0), relocations: [] });
  };
  const data = sections[sectionFor('.data', DATA) - 1];
  data.bytes = padTo(memberMarker(at), 16);
  const refer = (name: string) => {
    data.relocations.push({ offset: data.bytes.length, symbol: name });
    data.bytes = Buffer.concat([data.bytes, Buffer.alloc(8)]);
  };
  for (const { letter, name } of symbols) if ('Uw'.includes(letter)) refer(name);
  data.bytes = padTo(data.bytes, Math.ceil(data.bytes.length / 16) * 16);
  const define = (symbol: NotedSymbol, row: number, name: string, storage = EXTERNAL) => {
    const { letter, marks: own } = symbol;
    const selection = SELECTIONS.indexOf((own.get('select') ?? '') as 'any');
    const isComdat = own.has('select');
    const flags = 'TW'.includes(letter) ? CODE : letter === 'R' ? CONSTANTS : DATA;
    const title = 'TW'.includes(letter) ? '.text' : letter === 'R' ? '.rdata' : '.data';
    const number = sectionFor(title, isComdat ? flags | COMDAT : flags, isComdat);
    if (isComdat)
      rows.push({ name: title, section: number, value: 0, storage: STATIC, selection: selection + 1 });
    const section = sections[number - 1];
    const value = section.bytes.length;
    const content = own.has('value') ? u32(Number(own.get('value')), 0) : definitionMarker(at, row);
    const size = Math.max(isComdat ? 8 : 16, Number(own.get('size') ?? 8));
    section.bytes = Buffer.concat([section.bytes, padTo(content, size)]);
    rows.push({ name, section: number, value, storage });
  };
  for (const [row, symbol] of symbols.entries()) {
    const { letter, name, marks: own } = symbol;
    const search = Number(own.get('search') ?? 3);
    const madeUp = madeUpDefault(name, symbols);
    if (letter === 'U') rows.push({ name, section: 0, value: 0, storage: EXTERNAL });
    else if (letter === 'C')
      rows.push({ name, section: 0, value: Number(own.get('size') ?? 8), storage: EXTERNAL });
    else if (letter === 'w') {
      const fallback = own.get('default');
      rows.push({ name, section: 0, value: 0, storage: WEAK_EXTERNAL, fallback: fallback ?? madeUp, search });
      if (fallback === undefined) rows.push({ name: madeUp, section: ABSOLUTE, value: 0, storage: EXTERNAL });
      else if (!symbols.some((other) => other.name === fallback))
        rows.push({ name: fallback, section: 0, value: 0, storage: EXTERNAL });
    } else if ('WV'.includes(letter)) {
      rows.push({ name, section: 0, value: 0, storage: WEAK_EXTERNAL, fallback: madeUp, search });
      define(symbol, row, madeUp);
    } else define(symbol, row, name);
  }
  const options = marks.get('drectve');
  if (options !== undefined) {
    const directives = sections[sectionFor('.drectve', DIRECTIVES) - 1];
    directives.bytes = Buffer.from(` ${options} `, 'latin1');
  }
  return layOut(sections, rows);
}

/**
 * As compilers name what they make up for a weak external: by something that is the object's own, where there is any.
 */
export function madeUpDefault(name: string, symbols: readonly NotedSymbol[]): string {
  const own = symbols.find(({ letter, marks }) => 'TDR'.includes(letter) && !marks.has('select'));
  return [`.weak.${name}.default`, ...(own ? [own.name] : [])].join('.');
}

function layOut(sections: readonly Section[], rows: readonly Row[]): Buffer {
  const numbers = new Map<string, number>();
  let count = 0;
  for (const { name, selection, fallback } of rows) {
    if (selection === undefined) numbers.set(name, count);
    count += selection !== undefined || fallback !== undefined ? 2 : 1;
  }
  const numberOf = (name: string): number => {
    const number = numbers.get(name);
    if (number === undefined) throw new Error(`no symbol ${name}`);
    return number;
  };
  let strings = Buffer.alloc(4);
  const nameField = (name: string): Buffer => {
    if (name.length <= 8) return field(name, 8);
    const start = strings.length;
    strings = Buffer.concat([strings, Buffer.from(`${name}\0`, 'latin1')]);
    return u32(0, start);
  };
  let offset = 20 + 40 * sections.length;
  const headers: Buffer[] = [];
  const contents: Buffer[] = [];
  for (const { name, flags, bytes, relocations } of sections) {
    const relocated = Buffer.concat(
      relocations.map((one) => Buffer.concat([u32(one.offset, numberOf(one.symbol)), u16(ADDR64)])),
    );
    headers.push(
      Buffer.concat([
        field(name, 8),
        u32(0, 0, bytes.length, offset, relocations.length > 0 ? offset + bytes.length : 0, 0),
        u16(relocations.length, 0),
        u32(flags),
      ]),
    );
    contents.push(bytes, relocated);
    offset += bytes.length + relocated.length;
  }
  const table = rows.map(({ name, section, value, storage, selection, fallback, search }) => {
    const isAuxiliary = selection !== undefined || fallback !== undefined;
    const own = Buffer.concat([
      nameField(name),
      u32(value),
      u16(section, 0),
      Buffer.from([storage, isAuxiliary ? 1 : 0]),
    ]);
    if (fallback !== undefined) return Buffer.concat([own, padTo(u32(numberOf(fallback), search ?? 3), 18)]);
    if (selection === undefined) return own;
    const { bytes } = sections[section - 1];
    return Buffer.concat([
      own,
      padTo(Buffer.concat([u32(bytes.length), u16(0, 0), u32(0), u16(0), Buffer.from([selection])]), 18),
    ]);
  });
  const head = Buffer.concat([u16(AMD64, sections.length), u32(0, offset, count), u16(0, 0)]);
  const body = Buffer.concat([head, ...headers, ...contents, ...table]);
  strings.writeUInt32LE(strings.length, 0);
  return Buffer.concat([body, strings]);
}
