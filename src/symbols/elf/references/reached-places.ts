import type { ByteSource } from '../../../bytes/byte-source.js';
import { STB_LOCAL } from '../../../core/elf/constants.js';
import { Scratch } from '../../scratch.js';
import { NONE } from '../../table.js';
import { findTables } from '../find-tables.js';
import { readElfHeader } from '../header.js';
import { elfUseOf } from '../image/section-use.js';
import { readRelocationTables, relocationTables } from '../relocations.js';
import { type ElfSections, readSections, sectionAt } from '../sections.js';
import { type ElfSymbolTable, readSymbolTable, sectionOf } from '../symtab.js';
import type { RelocationTable } from './relocation-table.js';

const tablesScratch = new Scratch();

/**
 * Numbers of the sections with a definition that may be reached in another way than by its linkage name: the object's
 * own code or data refers to a place in the section, or the section has a second linkage name. Found without decoding
 * the object; of most definitions it says that only their name leads to them.
 *
 * @throws MalformedError for a broken object, UnreadableError for compact relocations
 */
export function reachedPlaces(object: ByteSource): ReadonlySet<number> {
  const header = readElfHeader(object);
  const sections = readSections(object, header);
  const table = readSymbolTable(sections, findTables(sections));
  const reached = new Set<number>();
  if (table === null) return reached;
  const homes = homesOf(sections, table, reached);
  for (const tables of tablesOfUsers(sections).values())
    for (const relocations of tables)
      for (let entry = 0; entry < relocations.count; entry++) {
        const home = homes[relocations.symbol(entry)] ?? NONE;
        if (home !== NONE) reached.add(home);
      }
  return reached;
}

/** Tables of the sections that use what they refer to. */
const tablesOfUsers = (sections: ElfSections): ReadonlyMap<number, readonly RelocationTable[]> =>
  readRelocationTables(
    sections,
    (index) => mayReach(sections, index),
    relocationTables(sections),
    tablesScratch,
  );

/** Debug information and lists of addresses refer to definitions without using them. */
function mayReach(sections: ElfSections, index: number): boolean {
  if (index >= sections.count) return false;
  const use = elfUseOf(sections, sectionAt(sections, index));
  return use !== 'ignored' && use !== 'unwind' && use !== 'addrsig';
}

/** By number of a local symbol: its section, or NONE. @param shared is given the sections with two linkage names */
function homesOf(sections: ElfSections, table: ElfSymbolTable, shared: Set<number>): Int32Array {
  const homes = new Int32Array(table.count).fill(NONE);
  const named = new Uint8Array(sections.count);
  for (let number = 1; number < table.count; number++) {
    const section = sectionOf(table, number);
    if (section === NONE || section >= sections.count) continue;
    const isLocal = table.view.u8(number * table.layout.bytes + table.layout.info) >> 4 === STB_LOCAL;
    if (isLocal) homes[number] = section;
    else if (named[section] === 1) shared.add(section);
    else named[section] = 1;
  }
  return homes;
}
