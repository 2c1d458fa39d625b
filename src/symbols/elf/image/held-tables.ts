import type { ByteSource } from '../../../bytes/byte-source.js';
import { OWN_MEMORY } from '../../scratch.js';
import { findTables } from '../find-tables.js';
import { readElfHeader, refuseOtherThanObjects } from '../header.js';
import { type ElfSections, readSections } from '../sections.js';
import { type ElfSymbolTable, readSymbolTable } from '../symtab.js';

/** Headers, names and symbols of an object, in memory of their own. */
export interface HeldTables {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
}

/** @throws MalformedError for a broken object, UnreadableError for an ELF file that is not an object */
export function readHeldTables(object: ByteSource): HeldTables {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const sections = readSections(object, header, { headers: OWN_MEMORY, names: OWN_MEMORY });
  const memory = { symbols: OWN_MEMORY, strings: OWN_MEMORY };
  return { sections, table: readSymbolTable(sections, findTables(sections), memory) };
}
