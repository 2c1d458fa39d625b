import { Given } from '../core/link/parts.js';
import { type Core, unsigned } from '../engine/core.js';
import type { NameTable } from './names.js';

/** A column that a link is made of. */
export type Column = Int32Array | Uint16Array | Uint8Array | Float64Array;

/** A column, and its rows; none without them. */
export type GivenRows = readonly [column: Given, rows?: Column | undefined];

const NO_ROWS = new Int32Array(0);

/** Columns of a graph, which refer to each other. */
const OF_GRAPH: ReadonlySet<Given> = new Set([
  ...[Given.BOUND_NAME, Given.READ_NAME, Given.FLAGS, Given.GROUP, Given.MEMBER, Given.SIZE, Given.ALIGNMENT],
  ...[Given.FIRST_SYMBOL, Given.SIGNATURE, Given.SELECTION, Given.GROUP_SIZE, Given.GROUP_DIGEST],
  ...[Given.CONTENT, Given.FIRST_MEMBER, Given.END_MEMBER, Given.HAS_INDEX],
  ...[Given.FIRST_ENTRY, Given.ENTRY_NAME, Given.ENTRY_MEMBER, Given.FIRST_LOCAL, Given.LOCAL_NAME],
  Given.WEAK_DEFAULT,
]);

export const UNSOUND = 'a link refers to symbols, members or names that do not exist';

/**
 * Columns that one core has received. A column is copied into its memory once, and again after another one has taken
 * its place: a core keeps the columns of one graph.
 */
export class GivenColumns {
  readonly #given: (Column | undefined)[] = Array.from({ length: Given.COUNT });
  /** Whose columns are in the core; TypeScript fills some only for the linkers that need them. */
  owner: object | null = null;
  /** Whether ids in the columns of the graph are known to be in their tables. */
  #isSound = false;

  constructor(readonly core: Core) {}

  /** Gives a column unless the core has it. It must not change afterwards. */
  give(column: Given, rows: Column = NO_ROWS): void {
    if (this.#given[column] === rows) return;
    this.giveAnew(column, rows);
    this.#given[column] = rows;
  }

  giveAll(columns: readonly GivenRows[]): void {
    for (const [column, rows] of columns) this.give(column, rows);
  }

  /** Checks the columns of the graph before they are used. @throws RangeError if an id is not in its table */
  requireSound(): void {
    if (!this.#isSound && this.core.exports.isGraphSound() === 0) throw new RangeError(UNSOUND);
    this.#isSound = true;
  }

  /** Gives a column that may have changed. */
  giveAnew(column: Given, rows: Column): void {
    const { exports } = this.core;
    const address = unsigned(exports.giveColumn(column, rows.length, rows.BYTES_PER_ELEMENT));
    this.core
      .bytes(address, rows.byteLength)
      .set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    this.#given[column] = undefined;
    if (OF_GRAPH.has(column)) this.#isSound = false;
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
export const foundIn = (core: Core): Int32Array =>
  core.numbers(core.exports.foundRows(), core.exports.foundCount());
