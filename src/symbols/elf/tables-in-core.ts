import type { ByteSource } from '../../bytes/byte-source.js';
import { ByteView } from '../../bytes/byte-view.js';
import { Table } from '../../core/problem.js';
import type { Core } from '../../engine/core.js';
import { stringTable } from '../string-table.js';
import { type ElfHeader, entryBytes } from './header.js';
import { TABLES } from './problems.js';
import type { ElfSections } from './sections.js';
import { type ElfSymbolTable, symbolTableOf } from './symtab.js';

/**
 * Tables of an object in the core's memory, while it reads that object. A table that is used is loaded whole; only
 * `sectionAt` alone does with parts of the headers.
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
  const viewOf = (table: Table): ByteView =>
    new ByteView(
      core.bytes(exports.elfTableAddress(table), exports.elfTableLength(table)),
      TABLES[table],
      object.label,
      object.start + exports.elfTableOffset(table),
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
    headerOf: (section) =>
      new ByteView(
        core.bytes(exports.elfHeaderAddress(section), bytes),
        TABLES[Table.SECTION_HEADERS],
        object.label,
        object.start + exports.elfTableOffset(Table.SECTION_HEADERS) + section * bytes,
        header.littleEndian,
      ),
    names: stringTable(viewOf(Table.SECTION_NAMES)),
    namesSection: exports.elfNamesSection(),
  };
  const symbols = (): ElfSymbolTable | null => {
    if (exports.elfSymtab() === 0) return null;
    // Symbols are in sections of any number.
    headers ??= viewOf(Table.SECTION_HEADERS);
    const extended = exports.elfHasExtendedIndexes() === 0 ? null : viewOf(Table.EXTENDED_INDEXES);
    const strings = () => stringTable(viewOf(Table.SYMBOL_NAMES));
    return symbolTableOf(sections, exports.elfSymtab(), viewOf(Table.SYMBOLS), strings, extended);
  };
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
