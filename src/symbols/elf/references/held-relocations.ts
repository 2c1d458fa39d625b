import type { NamedSymbols } from '../image/held-tables.js';
import { type ElfSections, sectionType } from '../sections.js';
import { type RelocationSections, RowsBySection } from './relocation-sections.js';
import { layoutOf, type RelocationLayout, RelocationTable } from './relocation-table.js';

/** Bytes between two tables that are rather read than left out: they are there for alignment. */
const MOST_BETWEEN = 16;

/**
 * The relocation tables of an object that was checked, read into memory when one is asked for. Assemblers write them
 * one after the other: such are read at once.
 */
export class HeldRelocations {
  readonly #sections: ElfSections;
  readonly #tables: RelocationSections;
  readonly #rows: RowsBySection;
  /** By row of `#tables`: where it is in `#data`. */
  readonly #start: Float64Array;
  #data: DataView | undefined;
  readonly #named: NamedSymbols | null;
  /** By type of a relocation section. */
  readonly #layouts = new Map<number, RelocationLayout>();

  constructor(sections: ElfSections, tables: RelocationSections, named: NamedSymbols | null) {
    this.#named = named;
    this.#sections = sections;
    this.#tables = tables;
    this.#rows = new RowsBySection(sections.count, tables);
    this.#start = new Float64Array(tables.number.length);
  }

  get(section: number): RelocationTable[] {
    return this.#rows.of(section).map((row) => this.#tableAt(row));
  }

  eachSymbol(section: number, visit: (symbol: number) => void): boolean {
    if (this.#named === null) return false;
    const { first, symbol } = this.#named;
    for (let at = first[section]; at < first[section + 1]; at++) visit(symbol[at]);
    return true;
  }

  #tableAt(row: number): RelocationTable {
    const { number, size } = this.#tables;
    const layout = this.#layoutOf(sectionType(this.#sections, number[row]));
    const count = size[row] / layout.bytes;
    const { littleEndian } = this.#sections.header;
    this.#data ??= this.#read(this.#place());
    return new RelocationTable(this.#data, this.#start[row], count, layout, littleEndian);
  }

  #layoutOf(type: number): RelocationLayout {
    const layout = this.#layouts.get(type) ?? layoutOf(this.#sections.header, type);
    this.#layouts.set(type, layout);
    return layout;
  }

  /** Joins tables that follow one another. */
  #place(): Run[] {
    const { offset, size } = this.#tables;
    const runs: Run[] = [];
    let total = 0;
    for (let row = 0; row < offset.length; row++) {
      const last = runs.at(-1);
      const between = last === undefined ? -1 : offset[row] - (last.offset + last.size);
      if (last !== undefined && between >= 0 && between <= MOST_BETWEEN) {
        last.size += between + size[row];
        total += between;
      } else runs.push({ offset: offset[row], size: size[row] });
      this.#start[row] = total;
      total += size[row];
    }
    return runs;
  }

  #read(runs: readonly Run[]): DataView {
    const bytes = new Uint8Array(runs.reduce((sum, { size }) => sum + size, 0));
    let start = 0;
    for (const { offset, size } of runs) {
      this.#sections.object.fill(offset, bytes.subarray(start, start + size));
      start += size;
    }
    return new DataView(bytes.buffer);
  }
}

/** A range of an object with tables that follow one another. */
interface Run {
  readonly offset: number;
  size: number;
}
