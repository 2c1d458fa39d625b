import type { ByteView } from '../../bytes/byte-view.js';
import type { MalformedError } from '../../bytes/malformed-error.js';
import { SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX, STT_SECTION } from '../../core/elf/constants.js';
import { Scratch, type TableMemory } from '../scratch.js';
import { type StringTable, stringAt } from '../string-table.js';
import { NONE } from '../table.js';
import type { ElfTables } from './find-tables.js';
import type { ElfHeader } from './header.js';
import {
  type ElfSection,
  type ElfSections,
  readStrings,
  sectionAt,
  sectionBytes,
  sectionName,
} from './sections.js';

/**
 * Where the fields of a symbol are.
 *
 *     ELF32  16 bytes:  name 0  value 4  size 8  info 12  other 13  shndx 14
 *     ELF64  24 bytes:  name 0  info 4  other 5  shndx 6  value 8  size 16
 */
export interface SymbolLayout {
  readonly bytes: number;
  readonly value: number;
  readonly size: number;
  readonly info: number;
  readonly other: number;
  readonly sectionIndex: number;
}

const ELF32_SYM: SymbolLayout = { bytes: 16, value: 4, size: 8, info: 12, other: 13, sectionIndex: 14 };
const ELF64_SYM: SymbolLayout = { bytes: 24, value: 8, size: 16, info: 4, other: 5, sectionIndex: 6 };

export const symbolLayout = ({ bits }: ElfHeader): SymbolLayout => (bits === 64 ? ELF64_SYM : ELF32_SYM);

export const dataOf = ({ bytes }: ByteView): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** `.symtab` and its strings. `bytes` is exactly `count` entries: within them, no read needs a check. */
export interface ElfSymbolTable {
  readonly section: number;
  readonly count: number;
  readonly layout: SymbolLayout;
  readonly is64: boolean;
  readonly littleEndian: boolean;
  readonly view: ByteView;
  readonly bytes: Uint8Array;
  readonly data: DataView;
  /** One of those entries, where not all are in memory. */
  readonly entryOf?: (symbol: number) => ByteView;
  readonly strings: StringTable;
  /** SHT_SYMTAB_SHNDX: the section of each symbol whose own field says SHN_XINDEX. */
  readonly extendedIndexes: ByteView | null;
}

/** Where symbols and their names are read into. */
interface SymbolsMemory {
  readonly symbols: TableMemory;
  readonly strings: TableMemory;
}

const REUSED: SymbolsMemory = { symbols: new Scratch(), strings: new Scratch() };

/**
 * The one symbol table of an object; null if it has none.
 * @param memory where not given, the next call reuses the memory of what is returned
 */
export const readSymbolTable = (
  sections: ElfSections,
  tables: ElfTables,
  memory?: SymbolsMemory,
): ElfSymbolTable | null =>
  tables.symtab === 0
    ? null
    : readTableIn(
        sections,
        sectionAt(sections, tables.symtab),
        readExtendedIndexes(sections, tables),
        memory,
      );

/** The symbol table that a section is: `.symtab`, or a shared library's `.dynsym`. */
export function readTableIn(
  sections: ElfSections,
  section: ElfSection,
  extendedIndexes: ByteView | null,
  memory: SymbolsMemory = REUSED,
): ElfSymbolTable {
  const view = sectionBytes(sections, section, 'symbol table', memory.symbols);
  // LLVM keeps section and symbol names in one table; reading it twice would double what is read at all.
  const isShared = section.link === sections.namesSection;
  return symbolTableOf(
    sections,
    section.index,
    view,
    () => (isShared ? sections.names : readStrings(sections, section.link, memory.strings)),
    extendedIndexes,
  );
}

/** The symbol table that bytes are. @param strings read once the size of the table was checked */
export function symbolTableOf(
  { header }: ElfSections,
  section: number,
  view: ByteView,
  strings: () => StringTable,
  extendedIndexes: ByteView | null,
): ElfSymbolTable {
  const layout = symbolLayout(header);
  if (view.length % layout.bytes !== 0)
    throw view.error(0, `${view.length} bytes are no whole number of symbols`);
  return {
    section,
    count: view.length / layout.bytes,
    layout,
    is64: header.bits === 64,
    littleEndian: view.littleEndian,
    view,
    bytes: view.bytes,
    data: dataOf(view),
    strings: strings(),
    extendedIndexes,
  };
}

function readExtendedIndexes(sections: ElfSections, tables: ElfTables): ByteView | null {
  for (const candidate of tables.symtabShndx) {
    const section = sectionAt(sections, candidate);
    if (section.link === tables.symtab) return sectionBytes(sections, section, 'extended section indexes');
  }
  return null;
}

export const malformedSymbol = (table: ElfSymbolTable, symbol: number, problem: string): MalformedError =>
  table.view.error(symbol * table.layout.bytes, `symbol ${symbol}: ${problem}`);

/** The true section index of a symbol whose st_shndx says that it did not fit. */
export function extendedIndex(table: ElfSymbolTable, symbol: number): number {
  if (table.extendedIndexes === null)
    throw malformedSymbol(table, symbol, 'SHN_XINDEX without a table of indexes');
  return table.extendedIndexes.u32(symbol * 4);
}

/** Number of the section that a symbol is in, which may not exist; NONE for a symbol that is in none. */
export function sectionOf(table: ElfSymbolTable, symbol: number): number {
  const raw = table.data.getUint16(
    symbol * table.layout.bytes + table.layout.sectionIndex,
    table.littleEndian,
  );
  if (raw === SHN_XINDEX) return extendedIndex(table, symbol);
  return raw === SHN_UNDEF || raw >= SHN_LORESERVE ? NONE : raw;
}

/** One symbol, decoded: for the few that are looked at closely. */
export interface ElfSymbol {
  readonly name: string;
  readonly type: number;
  readonly value: number;
  /** A section's number, or a reserved index other than SHN_XINDEX. */
  readonly sectionIndex: number;
}

/** @throws MalformedError if the index is out of range */
export function symbolAt(sections: ElfSections, table: ElfSymbolTable, symbol: number): ElfSymbol {
  if (symbol >= table.count) throw table.view.error(0, `no symbol ${symbol} of ${table.count}`);
  const { layout } = table;
  const own = table.entryOf?.(symbol);
  const view = own ?? table.view;
  const at = own === undefined ? symbol * layout.bytes : 0;
  const rawIndex = view.u16(at + layout.sectionIndex);
  const sectionIndex = rawIndex === SHN_XINDEX ? extendedIndex(table, symbol) : rawIndex;
  const type = view.u8(at + layout.info) & 15;
  return {
    // Section symbols have no name of their own.
    name:
      type === STT_SECTION
        ? sectionName(sections, sectionAt(sections, sectionIndex))
        : stringAt(table.strings, view.u32(at)),
    type,
    value: table.is64 ? view.u64(at + layout.value) : view.u32(at + layout.value),
    sectionIndex,
  };
}
