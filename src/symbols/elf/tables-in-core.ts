import type { ByteSource } from '../../bytes/byte-source.js';
import { ByteView } from '../../bytes/byte-view.js';
import { Table } from '../../core/problem.js';
import type { Core } from '../../engine/core.js';
import { stringTable } from '../string-table.js';
import { type ElfHeader, entryBytes } from './header.js';
import { TABLES } from './problems.js';
import type { ElfSections } from './sections.js';
import { dataOf, type ElfSymbolTable, symbolLayout } from './symtab.js';

/**
 * Tables of an object in the core's memory, while it reads that object. Headers and symbols are loaded whole where they
 * are used as one view; `sectionAt` and `symbolAt` do with parts of them.
 */
export interface TablesInCore {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
  /** The first symbol with a name at a place; −1 without one. @throws MalformedError */
  symbolAtPlace(section: number, value: number): number;
}

/** The tables of the object that a core reads. */
export function tablesInCore(core: Core, object: ByteSource, header: ElfHeader): TablesInCore {
  const { exports } = core;
  const viewOf: ViewOf = (table) =>
    new ByteView(
      core.bytes(exports.elfTableAddress(table), exports.elfTableLength(table)),
      TABLES[table],
      object.label,
      object.start + exports.elfTableOffset(table),
      header.littleEndian,
    );
  const rowOf: RowOf = (table, address, length, row) =>
    new ByteView(
      core.bytes(address, length),
      TABLES[table],
      object.label,
      object.start + exports.elfTableOffset(table) + row * length,
      header.littleEndian,
    );
  const bytes = entryBytes(header);
  let headers: ByteView | undefined;
  let table: ElfSymbolTable | null | undefined;
  const sections: ElfSections = {
    object,
    header,
    count: exports.elfTableLength(Table.SECTION_HEADERS) / bytes,
    get headers() {
      headers ??= viewOf(Table.SECTION_HEADERS);
      return headers;
    },
    headerOf: (section) => rowOf(Table.SECTION_HEADERS, exports.elfHeaderAddress(section), bytes, section),
    names: stringTable(viewOf(Table.SECTION_NAMES)),
    namesSection: exports.elfNamesSection(),
  };
  const symbols = (): ElfSymbolTable | null =>
    exports.elfSymtab() === 0 ? null : symbolsInCore(core, header, viewOf, rowOf);
  let areChecked = false;
  return {
    sections,
    symbolAtPlace: (section, value) => {
      if (!areChecked) exports.elfCheckPlaces();
      areChecked = true;
      return exports.elfSymbolAtPlace(section, value);
    },
    get table() {
      table = table === undefined ? symbols() : table;
      return table;
    },
  };
}

type ViewOf = (table: Table) => ByteView;
type RowOf = (table: Table, address: number, length: number, row: number) => ByteView;

function symbolsInCore({ exports }: Core, header: ElfHeader, viewOf: ViewOf, rowOf: RowOf): ElfSymbolTable {
  const layout = symbolLayout(header);
  let view: ByteView | undefined;
  const whole = (): ByteView => {
    view ??= viewOf(Table.SYMBOLS);
    return view;
  };
  return {
    section: exports.elfSymtab(),
    count: exports.elfTableLength(Table.SYMBOLS) / layout.bytes,
    layout,
    is64: header.bits === 64,
    littleEndian: header.littleEndian,
    get view() {
      return whole();
    },
    get bytes() {
      return whole().bytes;
    },
    get data() {
      return dataOf(whole());
    },
    entryOf: (symbol) => rowOf(Table.SYMBOLS, exports.elfSymbolAddress(symbol), layout.bytes, symbol),
    strings: stringTable(viewOf(Table.SYMBOL_NAMES)),
    extendedIndexes: exports.elfHasExtendedIndexes() === 0 ? null : viewOf(Table.EXTENDED_INDEXES),
  };
}
