import type { NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';
import { alignUp, definitionMarker, field, memberMarker, padTo, u16, u32, u64 } from './object-bytes.js';

/*
 * Relocatable Mach-O objects for x86-64 from members in the notation, so that linkers can be asked thousands of
 * questions without an assembler. Every definition holds a marker. Marks of a member: `asks` (LC_LINKER_OPTION),
 * `category`.
 */

const CPU_TYPE_X86_64 = 0x01000007;
const MH_OBJECT = 1;
const MH_SUBSECTIONS_VIA_SYMBOLS = 0x2000;
const LC_SYMTAB = 0x2;
const LC_SEGMENT_64 = 0x19;
const LC_LINKER_OPTION = 0x2d;
const LC_BUILD_VERSION = 0x32;
const S_MOD_INIT_FUNC_POINTERS = 0x9;
const S_ATTR_NO_DEAD_STRIP = 0x10000000;
const S_ATTR_CODE = 0x80000400;
const N_EXT = 0x1;
const N_SECT = 0xe;
const N_PEXT = 0x10;
const N_WEAK_REF = 0x40;
const N_WEAK_DEF = 0x80;
/** X86_64_RELOC_UNSIGNED of eight bytes, to a symbol. */
const POINTER = (3 << 25) | (1 << 27);
const MACOS_11 = 0x000b0000;

interface Section {
  readonly name: string;
  readonly segment: string;
  readonly flags: number;
  bytes: Buffer;
  alignment: number;
  readonly relocations: { readonly offset: number; readonly symbol: string }[];
}

interface Row {
  readonly name: string;
  readonly type: number;
  readonly section: number;
  readonly description: number;
  /** Of a definition its offset in the section; of a common its size. */
  readonly value: number;
}

const LEAST_ALIGNMENT = 4;
const sizeOf = ({ marks }: NotedSymbol): number => Number(marks.get('size') ?? 8);

/** @param at the member's place in the link */
export function writeMacho({ symbols, marks }: NotedMember, at: number): Uint8Array {
  const sections: Section[] = [];
  const sectionFor = (segment: string, name: string, flags: number): number => {
    const known = sections.findIndex((one) => one.name === name);
    if (known >= 0) return known + 1;
    const empty = { bytes: Buffer.alloc(0), alignment: LEAST_ALIGNMENT, relocations: [] };
    return sections.push({ segment, name, flags, ...empty });
  };
  const [data] = [sectionFor('__DATA', '__data', S_ATTR_NO_DEAD_STRIP)].map((number) => sections[number - 1]);
  data.bytes = padTo(memberMarker(at), 16);
  const rows: Row[] = [];
  for (const { letter, name } of symbols) {
    if (!'Uw'.includes(letter)) continue;
    data.relocations.push({ offset: data.bytes.length, symbol: name });
    data.bytes = Buffer.concat([data.bytes, Buffer.alloc(8)]);
    rows.push({ name, type: N_EXT, section: 0, description: letter === 'w' ? N_WEAK_REF : 0, value: 0 });
  }
  for (const [row, symbol] of symbols.entries()) {
    const { letter, name } = symbol;
    if ('Uw'.includes(letter)) continue;
    const scope = symbol.marks.has('hidden') ? N_EXT | N_PEXT : N_EXT;
    const visibility = 'dbrt'.includes(letter) ? 0 : scope;
    if (letter === 'C') {
      const description = Number(symbol.marks.get('align') ?? 3) << 8;
      rows.push({ name, type: visibility, section: 0, description, value: sizeOf(symbol) });
      continue;
    }
    const number = 'TWt'.includes(letter)
      ? sectionFor('__TEXT', '__text', S_ATTR_CODE)
      : 'Rr'.includes(letter)
        ? sectionFor('__TEXT', '__const', 0)
        : sectionFor('__DATA', '__data', 0);
    const section = sections[number - 1];
    const alignment = Number(symbol.marks.get('align') ?? LEAST_ALIGNMENT);
    section.alignment = Math.max(section.alignment, alignment);
    const value = alignUp(section.bytes.length, 2 ** alignment);
    section.bytes = Buffer.concat([padTo(section.bytes, value), padTo(definitionMarker(at, row), 16)]);
    const hiding = symbol.marks.has('autohide') ? N_WEAK_DEF | N_WEAK_REF : N_WEAK_DEF;
    const description = 'WV'.includes(letter) ? hiding : 0;
    rows.push({ name, type: visibility | N_SECT, section: number, description, value });
    if (symbol.marks.has('init')) {
      const slots = sections[sectionFor('__DATA', '__mod_init_func', S_MOD_INIT_FUNC_POINTERS) - 1];
      slots.relocations.push({ offset: slots.bytes.length, symbol: name });
      slots.bytes = Buffer.concat([slots.bytes, Buffer.alloc(8)]);
    }
  }
  if (marks.has('category')) {
    const number = sectionFor('__DATA', '__objc_catlist', S_ATTR_NO_DEAD_STRIP);
    sections[number - 1].bytes = Buffer.alloc(8);
  }
  const options = (marks.get('asks') ?? '').split(' ').filter((word) => word !== '');
  return layOut(sections, inOrder(rows), options);
}

/** As assemblers have it: what is local, definitions, then what has no place, each by name. */
const inOrder = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));

const rank = ({ type, section }: Row): number => ((type & N_EXT) === 0 ? 0 : section > 0 ? 1 : 2);

function layOut(sections: readonly Section[], rows: readonly Row[], options: readonly string[]): Buffer {
  const segmentSize = 72 + 80 * sections.length;
  const asked = options.map((option) => {
    const text = Buffer.from(`${option}\0`, 'latin1');
    const size = alignUp(12 + text.length, 8);
    return Buffer.concat([u32(LC_LINKER_OPTION, size, 1), padTo(text, size - 12)]);
  });
  const commandsSize = segmentSize + 24 + 24 + Buffer.concat(asked).length;
  const base = alignUp(32 + commandsSize, 16);
  let address = 0;
  const addresses = sections.map(({ alignment, bytes }) => {
    const start = alignUp(address, 2 ** alignment);
    address = start + bytes.length;
    return start;
  });
  const contents = sections.reduce(
    (all, { bytes }, at) => Buffer.concat([padTo(all, addresses[at]), bytes]),
    Buffer.alloc(0),
  );
  let relocationsOffset = alignUp(base + contents.length, 8);
  const relocationsStart = relocationsOffset;
  const number = (symbol: string) => rows.findIndex(({ name }) => name === symbol);
  const relocations = Buffer.concat(
    sections.flatMap((section) =>
      section.relocations.map(({ offset, symbol }) => u32(offset, number(symbol) | POINTER)),
    ),
  );
  const headers = sections.map(({ name, segment, flags, bytes, alignment, relocations: own }, at) => {
    const offset = own.length > 0 ? relocationsOffset : 0;
    relocationsOffset += 8 * own.length;
    return Buffer.concat([
      field(name, 16),
      field(segment, 16),
      u64(addresses[at], bytes.length),
      u32(base + addresses[at], alignment, offset, own.length, flags, 0, 0, 0),
    ]);
  });
  const symbolsOffset = relocationsStart + relocations.length;
  let strings = Buffer.alloc(1);
  const table = Buffer.concat(
    rows.map(({ name, type, section, description, value }) => {
      const start = strings.length;
      strings = Buffer.concat([strings, Buffer.from(`${name}\0`, 'latin1')]);
      const place = section > 0 ? addresses[section - 1] + value : value;
      return Buffer.concat([u32(start), Buffer.from([type, section]), u16(description), u64(place)]);
    }),
  );
  const stringsOffset = symbolsOffset + table.length;
  const head = Buffer.concat([
    u32(0xfeedfacf, CPU_TYPE_X86_64, 3, MH_OBJECT, 3 + asked.length, commandsSize),
    u32(MH_SUBSECTIONS_VIA_SYMBOLS, 0),
    u32(LC_SEGMENT_64, segmentSize),
    field('', 16),
    u64(0, address, base, contents.length),
    u32(7, 7, sections.length, 0),
    ...headers,
    u32(LC_BUILD_VERSION, 24, 1, MACOS_11, MACOS_11, 0),
    u32(LC_SYMTAB, 24, symbolsOffset, rows.length, stringsOffset, strings.length),
    ...asked,
  ]);
  return Buffer.concat([
    padTo(Buffer.concat([padTo(head, base), contents]), relocationsStart),
    relocations,
    table,
    strings,
  ]);
}
