import { SHT_CREL } from '../../core/elf/constants.js';
import { budgetOf } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import { type ElfRelocation, type RelocationTable, relocationTable } from './references/relocation-table.js';
import { type ElfSections, sectionAt } from './sections.js';

/**
 * The relocations of some sections, in the order of their offsets; without an entry for sections that have none.
 *
 * @param tables numbers of relocation sections, those of other sections among them
 * @throws MalformedError for a table that is cut off, UnreadableError for compact ones
 */
export function readRelocations(
  sections: ElfSections,
  isWanted: (section: number) => boolean,
  tables: Iterable<number>,
): ReadonlyMap<number, readonly ElfRelocation[]> {
  const found = new Map<number, RelocationTable[]>();
  const spend = budgetOf(sections.object, 'relocations');
  for (const index of tables) {
    const section = sectionAt(sections, index);
    if (!isWanted(section.info)) continue;
    if (section.type === SHT_CREL) throw new UnreadableError('compact relocations (SHT_CREL)');
    spend(section.size);
    const known = found.get(section.info) ?? [];
    found.set(section.info, known);
    known.push(relocationTable(sections, section));
  }
  return new Map([...found].map(([section, own]) => [section, relocationsOf(own)]));
}

/** The relocations of the tables of one section, in the order of their offsets. */
function relocationsOf(tables: readonly RelocationTable[]): ElfRelocation[] {
  const relocations = tables.flatMap((table) =>
    Array.from({ length: table.count }, (_, entry) => table.read(entry)),
  );
  return relocations.sort((one, other) => one.offset - other.offset);
}
