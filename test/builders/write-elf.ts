import { initSection } from '../../src/link/notation/notation-content.js';
import { sizeOf } from '../../src/link/notation/notation-symbols.js';
import type { NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';

/*
 * Relocatable ELF64 objects for x86-64 from members in the notation, so that real linkers can be asked tens of
 * thousands of questions without a compiler. Every definition holds a marker word, and so does every member: what the
 * linker put where is read from its output (see read-markers.ts).
 *
 *     .data.member        marker of the member
 *     .text .rodata …     marker of each definition, at 16-byte steps
 *     .data.refs          a word with R_X86_64_64 for every reference
 *     .init_array*        a slot for every [init]; likewise registries
 */

/** Little-endian words that no instruction or address of these links looks like. */
export const MEMBER_MARKER = 0x6d_b3_a1_5e;
export const DEFINITION_MARKER = 0x64_b3_a1_5e;

const SHT_PROGBITS = 1;
const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_RELA = 4;
const SHT_NOBITS = 8;
const SHT_INIT_ARRAY = 14;
const SHT_GROUP = 17;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const SHF_INFO_LINK = 0x40;
const SHF_GROUP = 0x200;
const SHF_TLS = 0x400;
const SHN_ABS = 0xfff1;
const SHN_COMMON = 0xfff2;
const GRP_COMDAT = 1;
const STB_LOCAL = 0;
const STB_GLOBAL = 1;
const STB_WEAK = 2;
const STB_GNU_UNIQUE = 10;
const STT_NOTYPE = 0;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;
/** Marks in the order of STV_INTERNAL, STV_HIDDEN, STV_PROTECTED. */
const VISIBILITIES = ['internal', 'hidden', 'protected'];
const R_X86_64_64 = 1;
const R_X86_64_DTPOFF64 = 17;
const ELFOSABI_GNU = 3;

interface Section {
  readonly name: string;
  readonly type: number;
  flags: number;
  /** Empty bytes of that number where NOBITS. */
  data: Buffer;
  link: number;
  info: number;
  entrySize: number;
  readonly relocations: { readonly offset: number; readonly symbol: string; readonly type: number }[];
}

interface ElfSymbol {
  readonly name: string;
  readonly binding: number;
  readonly type: number;
  readonly visibility: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

/** The marker ids of one member: its own, and that of its first definition; those of the others follow. */
export interface MarkerIds {
  readonly member: number;
  readonly firstSymbol: number;
}

/**
 * @param isCodeReferring each section with a definition refers to all that the member does, as code would, in place of
 * `.data.refs`
 * @returns the object; marker ids of symbols are `firstSymbol` plus the symbol's place among the member's rows
 */
export function writeElf(
  { symbols: rows }: NotedMember,
  ids: MarkerIds,
  { isCodeReferring = false } = {},
): Uint8Array {
  const sections: Section[] = [];
  const locals: ElfSymbol[] = [];
  const globals: ElfSymbol[] = [];
  const groups = new Map<string, number[]>();
  const section = (name: string, type: number, flags: number, group?: string): number => {
    const known = sections.findIndex(
      (other, at) =>
        other.name === name && (group === undefined || (groups.get(group) ?? []).includes(at + 1)),
    );
    if (known >= 0) return known + 1;
    const grouped = group === undefined ? flags : flags | SHF_GROUP;
    const data = Buffer.alloc(0);
    sections.push({ name, type, flags: grouped, data, link: 0, info: 0, entrySize: 0, relocations: [] });
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), sections.length]);
    return sections.length;
  };
  const append = (index: number, bytes: Buffer): number => {
    const target = sections[index - 1];
    const offset = Math.ceil(target.data.length / 16) * 16;
    target.data = Buffer.concat([target.data, Buffer.alloc(offset - target.data.length), bytes]);
    return offset;
  };
  const slot = (index: number, symbol: string, type: number) => {
    const target = sections[index - 1];
    target.relocations.push({ offset: target.data.length, symbol, type });
    target.data = Buffer.concat([target.data, Buffer.alloc(8)]);
  };
  append(section('.data.member', SHT_PROGBITS, SHF_ALLOC | SHF_WRITE), marker(MEMBER_MARKER, ids.member, 16));
  const references: NotedSymbol[] = [];
  for (const [at, row] of rows.entries()) {
    const { letter, name, marks } = row;
    const place = placeOf(row);
    const binding = bindingOf(letter);
    const visibility = VISIBILITIES.findIndex((mark) => marks.has(mark)) + 1;
    const size = sizeOf(row);
    const symbol = { name, binding, type: typeOf(row), visibility };
    if (place === null) {
      if (letter === 'C') {
        const value = 2 ** Number(marks.get('align') ?? 3);
        globals.push({ ...symbol, type: STT_OBJECT, section: SHN_COMMON, value, size });
      } else if (letter === 'A')
        globals.push({ ...symbol, section: SHN_ABS, value: Number(marks.get('value') ?? 0x1234), size });
      else {
        globals.push({ ...symbol, section: 0, value: 0, size: 0 });
        references.push(row);
      }
    } else {
      const group = marks.has('group') ? marks.get('group') || name : undefined;
      const sectionName = group === undefined ? place.name : `${place.name}.${group}`;
      const index = section(sectionName, place.type, place.flags, group);
      const bytes = marker(DEFINITION_MARKER, ids.firstSymbol + at, Math.max(size, 8));
      const value = append(index, place.type === SHT_NOBITS ? Buffer.alloc(bytes.length) : bytes);
      (binding === STB_LOCAL ? locals : globals).push({ ...symbol, section: index, value, size });
    }
    const [priority, registry] = [marks.get('init'), marks.get('registry')];
    const data = SHF_ALLOC | SHF_WRITE;
    if (priority !== undefined)
      slot(section(initSection('elf', priority), SHT_INIT_ARRAY, data), name, R_X86_64_64);
    if (registry !== undefined) slot(section(registry, SHT_PROGBITS, data), name, R_X86_64_64);
  }
  const places = isCodeReferring
    ? sections.flatMap(({ name, type }, at) => (isDefining(name, type) ? at + 1 : []))
    : [];
  for (const { name, marks } of references) {
    const type = marks.has('tls') ? R_X86_64_DTPOFF64 : R_X86_64_64;
    for (const place of places) slot(place, name, type);
    if (places.length === 0) slot(section('.data.refs', SHT_PROGBITS, SHF_ALLOC | SHF_WRITE), name, type);
  }
  return layOut(sections, locals, globals, groups);
}

/** Not of a marker alone, and with room for a slot. */
const isDefining = (name: string, type: number): boolean => type === SHT_PROGBITS && name !== '.data.member';

function marker(magic: number, id: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(id, 4);
  return bytes;
}

function bindingOf(letter: string): number {
  if ('dbrt'.includes(letter)) return STB_LOCAL;
  if ('WVwv'.includes(letter)) return STB_WEAK;
  return letter === 'u' ? STB_GNU_UNIQUE : STB_GLOBAL;
}

function typeOf({ letter, marks }: NotedSymbol): number {
  if (marks.has('tls')) return STT_TLS;
  if (marks.has('func')) return STT_FUNC;
  if (marks.has('notype') || 'UwA'.includes(letter)) return STT_NOTYPE;
  if (letter === 'i') return STT_GNU_IFUNC;
  return 'TWt'.includes(letter) ? STT_FUNC : STT_OBJECT;
}

/** The section that a definition belongs in; null for what is in none. */
function placeOf({ letter, marks }: NotedSymbol): { name: string; type: number; flags: number } | null {
  if ('UwvCA'.includes(letter)) return null;
  const data = SHF_ALLOC | SHF_WRITE;
  if (marks.has('tls'))
    return 'Bb'.includes(letter)
      ? { name: '.tbss', type: SHT_NOBITS, flags: data | SHF_TLS }
      : { name: '.tdata', type: SHT_PROGBITS, flags: data | SHF_TLS };
  if ('TWti'.includes(letter) || marks.has('func'))
    return { name: '.text', type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_EXECINSTR };
  if ('Rr'.includes(letter)) return { name: '.rodata', type: SHT_PROGBITS, flags: SHF_ALLOC };
  if ('Bb'.includes(letter)) return { name: '.bss', type: SHT_NOBITS, flags: data };
  return { name: '.data', type: SHT_PROGBITS, flags: data };
}

/** Puts symbol table, relocations and groups behind the sections, and headers around all. */
function layOut(
  sections: Section[],
  locals: ElfSymbol[],
  globals: readonly ElfSymbol[],
  groups: ReadonlyMap<string, readonly number[]>,
): Uint8Array {
  // A group signature that the member does not otherwise define becomes a local symbol, as assemblers write it.
  for (const [signature, [first]] of groups)
    if (![...locals, ...globals].some(({ name }) => name === signature))
      locals.push({
        name: signature,
        binding: STB_LOCAL,
        type: STT_NOTYPE,
        visibility: 0,
        section: first,
        value: 0,
        size: 0,
      });
  const symbols = [...locals, ...globals];
  const indexOf = (name: string) => symbols.findIndex((symbol) => symbol.name === name) + 1;
  const blank = { flags: 0, link: 0, info: 0, entrySize: 0, relocations: [] };
  const groupCount = groups.size;
  const all: Section[] = [];
  // Groups come first: linkers want to see them before their sections.
  const shift = groupCount;
  const relas = sections.filter(({ relocations }) => relocations.length > 0);
  const symtab = groupCount + sections.length + relas.length + 1;
  for (const [signature, members] of groups) {
    const data = Buffer.alloc(4 + 4 * members.length);
    data.writeUInt32LE(GRP_COMDAT, 0);
    for (const [at, member] of members.entries()) data.writeUInt32LE(member + shift, 4 + 4 * at);
    all.push({
      ...blank,
      name: '.group',
      type: SHT_GROUP,
      data,
      link: symtab,
      info: indexOf(signature),
      entrySize: 4,
    });
  }
  all.push(...sections);
  for (const target of relas) {
    const data = Buffer.alloc(24 * target.relocations.length);
    for (const [at, { offset, symbol, type }] of target.relocations.entries()) {
      data.writeBigUInt64LE(BigInt(offset), 24 * at);
      data.writeUInt32LE(type, 24 * at + 8);
      data.writeUInt32LE(indexOf(symbol), 24 * at + 12);
    }
    const info = sections.indexOf(target) + 1 + shift;
    const flags = SHF_INFO_LINK;
    all.push({
      ...blank,
      name: `.rela${target.name}`,
      type: SHT_RELA,
      flags,
      data,
      link: symtab,
      info,
      entrySize: 24,
    });
  }
  const strings: Buffer[] = [Buffer.alloc(1)];
  let stringSize = 1;
  const intern = (text: string): number => {
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    strings.push(bytes);
    stringSize += bytes.length;
    return stringSize - bytes.length;
  };
  const table = Buffer.alloc(24 * (symbols.length + 1));
  for (const [at, symbol] of symbols.entries()) {
    const row = 24 * (at + 1);
    const isPlaced = symbol.section > 0 && symbol.section < SHN_ABS;
    table.writeUInt32LE(intern(symbol.name), row);
    table.writeUInt8(symbol.binding * 16 + symbol.type, row + 4);
    table.writeUInt8(symbol.visibility, row + 5);
    table.writeUInt16LE(isPlaced ? symbol.section + shift : symbol.section, row + 6);
    table.writeBigUInt64LE(BigInt(symbol.value), row + 8);
    table.writeBigUInt64LE(BigInt(symbol.size), row + 16);
  }
  const info = locals.length + 1;
  all.push({
    ...blank,
    name: '.symtab',
    type: SHT_SYMTAB,
    data: table,
    link: symtab + 1,
    info,
    entrySize: 24,
  });
  const names = all.map(({ name }) => intern(name));
  const stackName = intern('.note.GNU-stack');
  const strtabName = intern('.strtab');
  all.push({ ...blank, name: '.strtab', type: SHT_STRTAB, data: Buffer.concat(strings) });
  all.push({ ...blank, name: '.note.GNU-stack', type: SHT_PROGBITS, data: Buffer.alloc(0) });
  return join(all, [...names, strtabName, stackName], symtab + 1, symbols.some(needsGnuAbi));
}

const needsGnuAbi = ({ binding, type }: ElfSymbol): boolean =>
  binding === STB_GNU_UNIQUE || type === STT_GNU_IFUNC;

function join(
  sections: readonly Section[],
  names: readonly number[],
  strtab: number,
  isGnu: boolean,
): Uint8Array {
  const parts: Buffer[] = [Buffer.alloc(64)];
  let offset = 64;
  const headers = Buffer.alloc(64 * (sections.length + 1));
  for (const [at, { type, flags, data, link, info, entrySize }] of sections.entries()) {
    const row = 64 * (at + 1);
    headers.writeUInt32LE(names[at], row);
    headers.writeUInt32LE(type, row + 4);
    headers.writeBigUInt64LE(BigInt(flags), row + 8);
    headers.writeBigUInt64LE(BigInt(offset), row + 24);
    headers.writeBigUInt64LE(BigInt(data.length), row + 32);
    headers.writeUInt32LE(link, row + 40);
    headers.writeUInt32LE(info, row + 44);
    headers.writeBigUInt64LE(type === SHT_STRTAB ? 1n : 8n, row + 48);
    headers.writeBigUInt64LE(BigInt(entrySize), row + 56);
    if (type === SHT_NOBITS) continue;
    const padded = Buffer.alloc(Math.ceil(data.length / 8) * 8);
    data.copy(padded);
    parts.push(padded);
    offset += padded.length;
  }
  const header = parts[0];
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt8(isGnu ? ELFOSABI_GNU : 0, 7);
  header.writeUInt16LE(1, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(offset), 40);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length + 1, 60);
  header.writeUInt16LE(strtab, 62);
  return Buffer.concat([...parts, headers]);
}
