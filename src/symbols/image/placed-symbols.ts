import type { DataSymbols } from './data-image.js';

/** Symbols by their place. Those of a section are sorted when one of its places is first asked for. */
export class PlacedSymbols {
  readonly #symbols: DataSymbols;
  /** Rows of placed symbols, section after section: those of section s from `first[s]` to `first[s + 1]`. */
  readonly #rows: Int32Array;
  readonly #first: Int32Array;
  readonly #sorted = new Map<number, Int32Array>();

  constructor(symbols: DataSymbols) {
    this.#symbols = symbols;
    const { section } = symbols;
    const count = section.length;
    let sections = 0;
    for (let row = 0; row < count; row++) sections = Math.max(sections, section[row] + 1);
    const first = new Int32Array(sections + 1);
    const isPlaced = new Uint8Array(count);
    for (let row = 0; row < count; row++) {
      if (section[row] < 0 || symbols.isLabel(row)) continue;
      isPlaced[row] = 1;
      first[section[row] + 1]++;
    }
    for (let home = 0; home < sections; home++) first[home + 1] += first[home];
    const next = first.slice();
    this.#rows = new Int32Array(first[sections]);
    for (let row = 0; row < count; row++) if (isPlaced[row] === 1) this.#rows[next[section[row]]++] = row;
    this.#first = first;
  }

  /** Rows of the symbols at a place, in order. */
  at(section: number, value: number): number[] {
    const rows = this.#ofSection(section);
    const found: number[] = [];
    for (let at = this.#firstAbove(rows, value, false); at < rows.length; at++) {
      if (this.#symbols.value[rows[at]] !== value) break;
      found.push(rows[at]);
    }
    return found;
  }

  /** Value of the first symbol behind a place of a section; Infinity without one. */
  next(section: number, value: number): number {
    const rows = this.#ofSection(section);
    const at = this.#firstAbove(rows, value, true);
    return at < rows.length ? this.#symbols.value[rows[at]] : Number.POSITIVE_INFINITY;
  }

  /** The first of sorted rows whose value is not below the given one; not equal, either, if it is to be above. */
  #firstAbove(rows: Int32Array, value: number, isAbove: boolean): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#symbols.value[rows[middle]];
      if (found > value || (found === value && !isAbove)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #ofSection(section: number): Int32Array {
    const known = this.#sorted.get(section);
    if (known !== undefined) return known;
    const { value } = this.#symbols;
    const isKnown = section + 1 < this.#first.length;
    const rows = isKnown ? this.#rows.subarray(this.#first[section], this.#first[section + 1]) : NO_ROWS;
    rows.sort((one, other) => value[one] - value[other] || one - other);
    this.#sorted.set(section, rows);
    return rows;
  }
}

const NO_ROWS = new Int32Array(0);
