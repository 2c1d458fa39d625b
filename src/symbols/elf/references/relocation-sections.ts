import { NONE } from '../../table.js';

/** Relocation sections of an object that was checked, in order. */
export interface RelocationSections {
  readonly number: Int32Array;
  /** The section that each is of. */
  readonly section: Int32Array;
  readonly offset: Float64Array;
  readonly size: Float64Array;
}

/** Rows of `RelocationSections` by the section that they are of. */
export class RowsBySection {
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  /** @param count sections of the object */
  constructor(count: number, { section }: RelocationSections) {
    this.#first = new Int32Array(count).fill(NONE);
    this.#next = new Int32Array(section.length);
    for (let row = section.length - 1; row >= 0; row--) {
      this.#next[row] = this.#first[section[row]];
      this.#first[section[row]] = row;
    }
  }

  /** NONE for a section without relocations. */
  firstOf(section: number): number {
    return this.#first[section];
  }

  /** The next one of the same section; NONE after the last. */
  nextOf(row: number): number {
    return this.#next[row];
  }

  /** In order. */
  of(section: number): number[] {
    const rows: number[] = [];
    for (let row = this.#first[section]; row !== NONE; row = this.#next[row]) rows.push(row);
    return rows;
  }
}
