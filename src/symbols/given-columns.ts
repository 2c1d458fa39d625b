import { Given } from '../core/link/parts.js';
import { type Core, unsigned } from '../engine/core.js';
import type { NameTable } from './names.js';

/** A column that a link is made of. */
export type Column = Int32Array | Uint16Array | Uint8Array | Float64Array;

const NO_ROWS = new Int32Array(0);

/**
 * Columns that one core has received. A column is copied into its memory once, and again after another one has taken
 * its place: a core keeps the columns of one graph.
 */
export class GivenColumns {
  readonly #given: (Column | undefined)[] = Array.from({ length: Given.COUNT });
  /** Whose columns are in the core; TypeScript fills some only for the linkers that need them. */
  owner: object | null = null;

  constructor(readonly core: Core) {}

  /** @returns whether the core did not have the column yet. It must not change afterwards. */
  give(column: Given, rows: Column = NO_ROWS): boolean {
    if (this.#given[column] === rows) return false;
    this.giveAnew(column, rows);
    this.#given[column] = rows;
    return true;
  }

  /** Gives a column that may have changed. */
  giveAnew(column: Given, rows: Column): void {
    const { exports } = this.core;
    const address = unsigned(exports.giveColumn(column, rows.length, rows.BYTES_PER_ELEMENT));
    this.core
      .bytes(address, rows.byteLength)
      .set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    this.#given[column] = undefined;
  }
}

const known = new WeakMap<NameTable, GivenColumns>();

/** The columns in the core that has these names. */
export function columnsIn(names: NameTable): GivenColumns {
  const found = known.get(names) ?? new GivenColumns(names.core);
  known.set(names, found);
  return found;
}

/** The answer of the last search for rows or names in a core. */
export function foundIn({ exports, buffer }: Core): Int32Array {
  return new Int32Array(buffer, unsigned(exports.foundRows()), exports.foundCount()).slice();
}
