import { SHT_CREL, SHT_REL, SHT_RELA } from '../../core/elf/constants.js';
import { budgetOf, type Spend } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import { NONE } from '../table.js';
import { entryBytes } from './header.js';
import { type RelocationTable, relocationTable } from './references/relocation-table.js';
import { type ElfSections, sectionAt, sectionType } from './sections.js';

/** The relocation tables of an object, each read when the section that it is of is asked for. */
export class RelocationsOnDemand {
  readonly #sections: ElfSections;
  /** By section: its first table; by table: the next one of that section; or NONE. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #spend: Spend;

  /** @param sections in memory that no later read reuses */
  constructor(sections: ElfSections) {
    this.#sections = sections;
    this.#first = new Int32Array(sections.count).fill(NONE);
    this.#next = new Int32Array(sections.count).fill(NONE);
    this.#spend = budgetOf(sections.object, 'relocations');
    const { headers, header } = sections;
    const info = header.bits === 64 ? 44 : 28;
    for (let index = sections.count - 1; index > 0; index--) {
      const type = sectionType(sections, index);
      if (type !== SHT_RELA && type !== SHT_REL && type !== SHT_CREL) continue;
      const owner = headers.u32(index * entryBytes(header) + info);
      if (owner >= sections.count) continue;
      this.#next[index] = this.#first[owner];
      this.#first[owner] = index;
    }
  }

  /** @throws MalformedError for a table that is cut off, UnreadableError for a compact one */
  get(section: number): RelocationTable[] {
    const tables: RelocationTable[] = [];
    for (let index = this.#first[section]; index !== NONE; index = this.#next[index]) {
      const table = sectionAt(this.#sections, index);
      if (table.type === SHT_CREL) throw new UnreadableError('compact relocations (SHT_CREL)');
      this.#spend(table.size);
      tables.push(relocationTable(this.#sections, table));
    }
    return tables;
  }
}
