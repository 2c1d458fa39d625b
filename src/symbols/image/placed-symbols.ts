import type { DataSymbols } from './data-image.js';

/** Symbols before a place that are searched for the one that it is in. */
const MOST_NESTED = 64;

/** Symbols by their place. Those of a section are sorted when one of its places is first asked for. */
export class PlacedSymbols {
  readonly #symbols: DataSymbols;
  readonly #sorted = new Map<number, Int32Array>();

  constructor(symbols: DataSymbols) {
    this.#symbols = symbols;
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

  /** Where the symbol begins that a place is in; the place itself if it is in none. One without a size has no end. */
  startOf(section: number, value: number, isWanted: (row: number) => boolean): number {
    const rows = this.#ofSection(section);
    const above = this.#firstAbove(rows, value, true);
    // A symbol that ends before the place may lie within one that does not.
    for (let at = above - 1; at >= Math.max(0, above - MOST_NESTED); at--) {
      const [start, size] = [this.#symbols.value[rows[at]], this.#symbols.size(rows[at])];
      if ((start === value || size === 0 || value < start + size) && isWanted(rows[at])) return start;
    }
    return value;
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
    const { value, placed } = this.#symbols;
    const rows = placed.rows.slice(placed.first[section], placed.first[section + 1]);
    rows.sort((one, other) => value[one] - value[other] || one - other);
    this.#sorted.set(section, rows);
    return rows;
  }
}
