import type { ByteSource } from '../../bytes/byte-source.js';
import { ByteView } from '../../bytes/byte-view.js';
import { Table } from '../../core/problem.js';
import type { Core } from '../../engine/core.js';
import { stringTable } from '../string-table.js';
import { type ElfHeader, entryBytes } from './header.js';
import { TABLES } from './problems.js';
import type { ElfSections } from './sections.js';
import { type ElfSymbolTable, symbolTableOf } from './symtab.js';

/** Tables of an object in the core's memory: valid until the next call of the core. */
export interface TablesInCore {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
}

/** The tables of the object that a core read last. */
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
  const headers = viewOf(Table.SECTION_HEADERS);
  const sections: ElfSections = {
    object,
    header,
    count: headers.length / entryBytes(header),
    headers,
    names: stringTable(viewOf(Table.SECTION_NAMES)),
    namesSection: exports.elfNamesSection(),
  };
  if (exports.elfSymtab() === 0) return { sections, table: null };
  const extended = exports.elfHasExtendedIndexes() === 0 ? null : viewOf(Table.EXTENDED_INDEXES);
  const strings = () => stringTable(viewOf(Table.SYMBOL_NAMES));
  const table = symbolTableOf(sections, exports.elfSymtab(), viewOf(Table.SYMBOLS), strings, extended);
  return { sections, table };
}
