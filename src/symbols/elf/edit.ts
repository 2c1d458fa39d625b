import type { ByteSource } from '../../bytes/byte-source.js';
import { type Patch, patched } from '../../bytes/patched.js';
import {
  GRP_COMDAT,
  SHF_ALLOC,
  SHN_UNDEF,
  SHN_XINDEX,
  SHT_LLVM_LTO,
  SHT_STRTAB,
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_NOTYPE,
  STT_SECTION,
  STT_TLS,
  STV_HIDDEN,
} from '../../core/elf/constants.js';
import { isString, startsWith, stringAt } from '../string-table.js';
import {
  type CheckedObject,
  EditError,
  editsByRow,
  GrownStrings,
  type OwnSymbol,
  type SymbolEdit,
  type SymbolEditor,
} from '../symbol-edit.js';
import { NONE } from '../table.js';
import { areTablesDisjoint } from './disjoint-tables.js';
import { findTables } from './find-tables.js';
import { entryBytes, readElfHeader, refuseOtherThanObjects } from './header.js';
import { reservedIndex } from './reserved.js';
import {
  type ElfSection,
  type ElfSections,
  nameOffset,
  readSections,
  sectionAt,
  sectionBytes,
  sectionFlags,
  sectionType,
} from './sections.js';
import { type ElfSymbolTable, readSymbolTable } from './symtab.js';

/**
 * Edits of ELF symbols: rows change in place; new names go into a grown copy of the string table at the end of the
 * file, to which its section header then points. Nothing else moves.
 */
export const elfEditor: SymbolEditor = { ownSymbols, edit, openToCheck };

interface OpenedElf {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
  /** Offset of the symbol table in the object. */
  readonly tableOffset: number;
  /** Number of the section with extended indexes (SHT_SYMTAB_SHNDX), or NONE. */
  readonly extended: number;
  /** Its offset, or 0. */
  readonly extendedOffset: number;
  /** Numbers of the sections that list groups. */
  readonly groups: readonly number[];
  /** Rows that name COMDAT groups. */
  readonly signatures: ReadonlySet<number>;
}

function open(object: ByteSource): OpenedElf {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const sections = readSections(object, header);
  const found = findTables(sections);
  const table = readSymbolTable(sections, found);
  const extended = found.symtabShndx.find((index) => sectionAt(sections, index).link === found.symtab);
  const { groups } = found;
  return {
    sections,
    table,
    tableOffset: found.symtab === 0 ? 0 : sectionAt(sections, found.symtab).offset,
    extended: extended ?? NONE,
    extendedOffset: extended === undefined ? 0 : sectionAt(sections, extended).offset,
    groups,
    signatures: signatureRows(sections, groups),
  };
}

function signatureRows(sections: ElfSections, groups: readonly number[]): Set<number> {
  const rows = new Set<number>();
  for (const index of groups) {
    const group = sectionAt(sections, index);
    const { length } = sectionBytes(sections, group, 'section group');
    const flags =
      length < 4
        ? 0
        : sections.object.view(group.offset, 4, 'section group', sections.header.littleEndian).u32(0);
    if ((flags & GRP_COMDAT) !== 0) rows.add(group.info);
  }
  return rows;
}

function ownSymbols(object: ByteSource): OwnSymbol[] {
  return symbolsIn(open(object));
}

function symbolsIn({ sections, table, signatures }: OpenedElf): OwnSymbol[] {
  const symbols: OwnSymbol[] = [];
  if (table === null) return symbols;
  for (let row = 1; row < table.count; row++) {
    const { info, sectionIndex } = rowOf(table, row);
    const isLocal = info >>> 4 === STB_LOCAL;
    if (isLocal && !(signatures.has(row) && (info & 15) !== STT_SECTION)) continue;
    const name = stringAt(table.strings, table.data.getUint32(row * table.layout.bytes, table.littleEndian));
    if (name === '') continue;
    const role = isLocal ? 'signature' : roleOf(sections.header.machine, sectionIndex);
    symbols.push({ row, name, role, isWeak: info >>> 4 === STB_WEAK });
  }
  return symbols;
}

function roleOf(machine: number, sectionIndex: number): OwnSymbol['role'] {
  if (sectionIndex === SHN_UNDEF) return 'reference';
  if (sectionIndex < 0xff00 || sectionIndex === SHN_XINDEX) return 'definition';
  const reserved = reservedIndex(machine, sectionIndex);
  if (reserved === 'undefined') return 'reference';
  return reserved === 'common' ? 'common' : 'definition';
}

/** st_info and st_shndx as they are. */
function rowOf({ bytes, data, layout, littleEndian }: ElfSymbolTable, row: number) {
  const at = row * layout.bytes;
  return {
    info: bytes[at + layout.info],
    sectionIndex: data.getUint16(at + layout.sectionIndex, littleEndian),
  };
}

/** New names with other characters cannot be checked quickly. */
const LATIN_1 = /^[\0-\xff]*$/;

function openToCheck(object: ByteSource): CheckedObject {
  const opened = open(object);
  return {
    own: symbolsIn(opened),
    isEditable: (edits) => {
      if (edits.length === 0) return true;
      const { table } = requireEdits(object, opened, editsByRow(edits));
      const { sections, extended, groups } = opened;
      const others = extended === NONE ? groups : [extended, ...groups];
      return (
        edits.every(({ newName }) => LATIN_1.test(newName)) && areTablesDisjoint(sections, table, others)
      );
    },
  };
}

/** @throws EditError */
function requireEdits(
  object: ByteSource,
  opened: OpenedElf,
  edits: ReadonlyMap<number, SymbolEdit>,
): { readonly table: ElfSymbolTable; readonly strings: ElfSection } {
  const { sections, table } = opened;
  if (isRecompiled(sections))
    throw new EditError('recompiled', `${object.label}: intermediate code for LTO is included`);
  if (table === null) throw new EditError('not-editable', `${object.label}: no symbol table`);
  for (const one of edits.values()) requireEditable(object, opened, table, one);
  const strings = sectionAt(sections, sectionAt(sections, table.section).link);
  if (strings.type !== SHT_STRTAB) throw new EditError('not-editable', `${object.label}: no string table`);
  return { table, strings };
}

function edit(object: ByteSource, edits: readonly SymbolEdit[]): ByteSource {
  const byRow = editsByRow(edits);
  if (byRow.size === 0) return object;
  const opened = open(object);
  const { sections } = opened;
  const { table, strings } = requireEdits(object, opened, byRow);
  const grown = new GrownStrings(strings.size);
  const names = new Map<number, number>();
  for (const { symbol, action, newName } of byRow.values())
    if (action === 'hide-and-rename') names.set(symbol, grown.add(newName));
  const patches = editedTables(opened, table, byRow, names);
  if (names.size === 0) return patched(object, patches, object.size);
  const start = Math.ceil(object.size / 8) * 8;
  const text = new Uint8Array(grown.size);
  object.fill(strings.offset, text.subarray(0, strings.size));
  text.set(grown.bytes(), strings.size);
  patches.push({ at: start, bytes: text }, movedSection(sections, strings.index, start, grown.size));
  return patched(object, patches, start + grown.size);
}

/** Whether a link with LTO compiles the object again: the compilers' fat objects. */
function isRecompiled(sections: ElfSections): boolean {
  const { count, names } = sections;
  for (let index = 1; index < count; index++) {
    if ((sectionFlags(sections, index) & SHF_ALLOC) !== 0) continue;
    if (sectionType(sections, index) === SHT_LLVM_LTO) return true;
    const name = nameOffset(sections, index);
    if (startsWith(names, name, '.gnu.lto_') || isString(names, name, '.llvm.lto')) return true;
  }
  return false;
}

/** The symbol table, and the table of extended section indexes if there is one, with the edited rows. */
function editedTables(
  { tableOffset, extendedOffset, sections }: OpenedElf,
  table: ElfSymbolTable,
  edits: ReadonlyMap<number, SymbolEdit>,
  names: ReadonlyMap<number, number>,
): Patch[] {
  const rows = Uint8Array.from(table.bytes);
  const indexes = Uint8Array.from(table.extendedIndexes?.bytes ?? []);
  for (const one of edits.values()) writeRow({ rows, indexes }, sections, table, one, names.get(one.symbol));
  const patches = [{ at: tableOffset, bytes: rows }];
  if (indexes.length > 0) patches.push({ at: extendedOffset, bytes: indexes });
  return patches;
}

interface EditedTables {
  readonly rows: Uint8Array;
  /** SHT_SYMTAB_SHNDX; empty without one. */
  readonly indexes: Uint8Array;
}

function requireEditable(
  object: ByteSource,
  { sections, signatures }: OpenedElf,
  table: ElfSymbolTable,
  { symbol, action }: SymbolEdit,
): void {
  const refuse = (problem: string) =>
    new EditError('not-editable', `${object.label}: symbol ${symbol}: ${problem}`);
  if (!(symbol > 0 && symbol < table.count)) throw refuse('no such row');
  const { info, sectionIndex } = rowOf(table, symbol);
  const isLocal = info >>> 4 === STB_LOCAL;
  if ((info & 15) === STT_SECTION) throw refuse('a section symbol has no name of its own');
  if (isLocal && !(action === 'hide-and-rename' && signatures.has(symbol))) throw refuse('local');
  if (action === 'hide-and-rename') return;
  const role = roleOf(sections.header.machine, sectionIndex);
  if (role !== 'definition') throw refuse(`${action} needs a section-relative definition`);
}

function writeRow(
  { rows: bytes, indexes }: EditedTables,
  sections: ElfSections,
  table: ElfSymbolTable,
  { symbol, action }: SymbolEdit,
  name: number | undefined,
): void {
  const { layout, littleEndian } = table;
  const { info, sectionIndex } = rowOf(table, symbol);
  const at = symbol * layout.bytes;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bind = (binding: number, type = info & 15) => {
    bytes[at + layout.info] = (binding << 4) | type;
  };
  if (action === 'weaken') {
    bind(STB_WEAK);
    return;
  }
  if (action === 'undefine') {
    bind(STB_GLOBAL, (info & 15) === STT_TLS ? STT_TLS : STT_NOTYPE);
    clearPlace(bytes, table, at);
    if (sectionIndex === SHN_XINDEX) indexes.fill(0, 4 * symbol, 4 * symbol + 4);
    return;
  }
  data.setUint32(at, name ?? 0, littleEndian);
  const isLocal = info >>> 4 === STB_LOCAL;
  if (isLocal || roleOf(sections.header.machine, sectionIndex) === 'reference') return;
  // A unique symbol is unique to the whole process, which a hidden one cannot be.
  if (info >>> 4 === STB_GNU_UNIQUE) bind(STB_GLOBAL);
  bytes[at + layout.other] = (bytes[at + layout.other] & ~3) | STV_HIDDEN;
}

/** Sets the section of a row to SHN_UNDEF, its value and size to 0. */
function clearPlace(bytes: Uint8Array, { layout, is64, littleEndian }: ElfSymbolTable, at: number): void {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  data.setUint16(at + layout.sectionIndex, SHN_UNDEF, littleEndian);
  bytes.fill(0, at + layout.value, at + layout.value + (is64 ? 8 : 4));
  bytes.fill(0, at + layout.size, at + layout.size + (is64 ? 8 : 4));
}

/** A section's header with another offset and size. */
function movedSection({ header, headers }: ElfSections, index: number, offset: number, size: number): Patch {
  const entry = entryBytes(header);
  const bytes = Uint8Array.from(headers.bytes.subarray(index * entry, (index + 1) * entry));
  const data = new DataView(bytes.buffer);
  if (header.bits === 64) {
    data.setBigUint64(24, BigInt(offset), header.littleEndian);
    data.setBigUint64(32, BigInt(size), header.littleEndian);
  } else {
    data.setUint32(16, offset, header.littleEndian);
    data.setUint32(20, size, header.littleEndian);
  }
  return { at: header.sectionsOffset + index * entry, bytes };
}
