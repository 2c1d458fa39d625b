import type { SymbolIndex } from './archive.js';

/** What the index of a new archive shall list: rows of name and member, in member order, each member's in the order
 * of its own symbol table. Names may repeat. */
export interface IndexEntries {
  readonly length: number;
  /** Ordinal of the member in the source archive; never decreasing. */
  readonly ordinal: ArrayLike<number>;
  /** The name as the object spells it, without NUL. */
  readonly name: (row: number) => Uint8Array;
}

/** The rows that an index of a given kind lists, in its order. */
export interface IndexRows {
  readonly names: readonly Uint8Array[];
  readonly ordinals: Int32Array;
  /** Of all names with their NULs. */
  readonly namesSize: number;
}

/** The rows of an index that was read, in member order; rows of no member are left out. */
export function storedEntries(index: SymbolIndex): IndexEntries {
  const rows = Array.from(index.ordinal.keys()).filter((row) => index.ordinal[row] >= 0);
  rows.sort((a, b) => index.ordinal[a] - index.ordinal[b] || a - b);
  return {
    length: rows.length,
    ordinal: rows.map((row) => index.ordinal[row]),
    name: (row) => index.names.subarray(index.nameStart[rows[row]], index.nameEnd[rows[row]]),
  };
}

/** The entries of members that are kept, in the same order. */
export function rowsOf(entries: IndexEntries, isKept: (ordinal: number) => boolean): IndexRows {
  const names: Uint8Array[] = [];
  const ordinals: number[] = [];
  for (let row = 0; row < entries.length; row++) {
    if (row > 0 && entries.ordinal[row] < entries.ordinal[row - 1]) {
      throw new RangeError('index entries are not in member order');
    }
    if (!isKept(entries.ordinal[row])) continue;
    names.push(entries.name(row));
    ordinals.push(entries.ordinal[row]);
  }
  return select(names, ordinals);
}

/** One entry a name, that of the first member to define it, still in member order. */
export function firstOfEachName(rows: IndexRows): IndexRows {
  const byName = sortedOrder(rows);
  const first = byName.filter((row, at) => at === 0 || compareNames(rows, byName[at - 1], row) !== 0);
  return pick(
    rows,
    first.sort((a, b) => a - b),
  );
}

/** The same entries sorted by name, as bytes; equal names stay in member order. */
export function sortedByName(rows: IndexRows): IndexRows {
  return pick(rows, sortedOrder(rows));
}

/** Whether a name stands in more than one entry. @param sorted rows that are sorted by name */
export function hasRepeatedName(sorted: IndexRows): boolean {
  return sorted.names.some((_, row) => row > 0 && compareNames(sorted, row - 1, row) === 0);
}

function sortedOrder(rows: IndexRows): number[] {
  return Array.from(rows.names.keys()).sort((a, b) => compareNames(rows, a, b) || a - b);
}

function compareNames(rows: IndexRows, a: number, b: number): number {
  return Buffer.compare(rows.names[a], rows.names[b]);
}

function pick(rows: IndexRows, order: readonly number[]): IndexRows {
  return select(
    order.map((row) => rows.names[row]),
    order.map((row) => rows.ordinals[row]),
  );
}

function select(names: readonly Uint8Array[], ordinals: readonly number[]): IndexRows {
  const namesSize = names.reduce((size, name) => size + name.length + 1, 0);
  return { names, ordinals: Int32Array.from(ordinals), namesSize };
}
