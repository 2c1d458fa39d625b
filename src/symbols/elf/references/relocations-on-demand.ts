import { type ElfSections, sectionAt } from '../sections.js';
import { type RelocationSections, RowsBySection } from './relocation-sections.js';
import { type RelocationTable, relocationTable } from './relocation-table.js';

/** The relocation tables of an object that was checked, each read when the section that it is of is asked for. */
export class RelocationsOnDemand {
  readonly #sections: ElfSections;
  readonly #tables: RelocationSections;
  readonly #rows: RowsBySection;

  constructor(sections: ElfSections, tables: RelocationSections) {
    this.#sections = sections;
    this.#tables = tables;
    this.#rows = new RowsBySection(sections.count, tables);
  }

  get(section: number): RelocationTable[] {
    const { number } = this.#tables;
    return this.#rows
      .of(section)
      .map((row) => relocationTable(this.#sections, sectionAt(this.#sections, number[row])));
  }
}
