import { SHT_CREL, SHT_REL, SHT_RELA } from '../../core/elf/constants.js';
import { budgetOf } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import type { Scratch } from '../scratch.js';
import {
  type ElfRelocation,
  type RelocationTable,
  relocationTablesOf,
} from './references/relocation-table.js';
import { type ElfSection, type ElfSections, sectionAt, sectionType } from './sections.js';

/**
 * The relocations of some sections, in the order of their offsets; without an entry for sections that have none.
 *
 * @param tables numbers of relocation sections, those of other sections among them; if not given, all that there are
 * @throws MalformedError for a table that is cut off, UnreadableError for compact ones
 */
export function readRelocations(
  sections: ElfSections,
  isWanted: (section: number) => boolean,
  tables: Iterable<number> = relocationTables(sections),
): ReadonlyMap<number, readonly ElfRelocation[]> {
  const found = new Map<number, readonly ElfRelocation[]>();
  for (const [section, own] of readRelocationTables(sections, isWanted, tables))
    found.set(section, relocationsOf(own));
  return found;
}

/** The relocations of the tables of one section, in the order of their offsets. */
export function relocationsOf(tables: readonly RelocationTable[]): ElfRelocation[] {
  const relocations = tables.flatMap((table) =>
    Array.from({ length: table.count }, (_, entry) => table.read(entry)),
  );
  return relocations.sort((one, other) => one.offset - other.offset);
}

/**
 * The tables of the sections asked for, by section; none is decoded.
 *
 * @param memory as `relocationTablesOf` takes it
 * @throws the same
 */
export function readRelocationTables(
  sections: ElfSections,
  isWanted: (section: number) => boolean,
  tables: Iterable<number> = relocationTables(sections),
  memory?: Scratch,
): ReadonlyMap<number, readonly RelocationTable[]> {
  const wanted: ElfSection[] = [];
  const spend = budgetOf(sections.object, 'relocations');
  for (const index of tables) {
    const section = sectionAt(sections, index);
    if (!isWanted(section.info)) continue;
    if (section.type === SHT_CREL) throw new UnreadableError('compact relocations (SHT_CREL)');
    spend(section.size);
    wanted.push(section);
  }
  const found = new Map<number, RelocationTable[]>();
  for (const [at, table] of relocationTablesOf(sections, wanted, memory).entries()) {
    const known = found.get(wanted[at].info);
    if (known === undefined) found.set(wanted[at].info, [table]);
    else known.push(table);
  }
  return found;
}

const RELOCATIONS = new Set([SHT_REL, SHT_RELA, SHT_CREL]);

export function* relocationTables(sections: ElfSections): Iterable<number> {
  for (let index = 1; index < sections.count; index++)
    if (RELOCATIONS.has(sectionType(sections, index))) yield index;
}
