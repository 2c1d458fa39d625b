import { type StoredArchive, type SymbolIndex, tableOf } from './archive.js';

/**
 * Entries for the index of a new archive: rows of name and member. A table that is not sorted by name has them in this
 * order. Names may repeat; a table with one entry per name takes the first.
 */
export interface IndexEntries {
  readonly length: number;
  /** Ordinal of the member in the source archive. */
  readonly ordinal: ArrayLike<number>;
  /** The name as the object spells it, without NUL. */
  readonly name: (row: number) => Uint8Array;
  /** Entries for `/<ECSYMBOLS>/` (ARM64EC); required if the source has that table. */
  readonly ec?: IndexEntries;
}

/** The rows that an index of a given kind lists, in its order. */
export interface IndexRows {
  readonly names: readonly Uint8Array[];
  readonly ordinals: Int32Array;
  /** Of all names with their NULs. */
  readonly namesSize: number;
}

export const NO_ROWS: IndexRows = { names: [], ordinals: new Int32Array(), namesSize: 0 };

/**
 * The entries of an archive's indexes, in the order in which the archiver added the names; common archivers use member
 * order. Tables that are sorted by name still contain that order: Apple's in the order of its strings, COFF's in the
 * first linker member. Rows without a member are left out.
 */
export function storedEntries(archive: StoredArchive): IndexEntries {
  const { index, firstIndex, ecIndex } = archive;
  // Two linker members that do not say the same: that is the better one which more linkers read.
  const listed = firstIndex !== null && firstIndex.length === index?.length ? firstIndex : index;
  const isSorted = tableOf(archive, 'index')?.name.includes('SORTED') ?? false;
  const entries = listed === null ? NO_ENTRIES : entriesOf(listed, isSorted);
  return ecIndex === null ? entries : { ...entries, ec: entriesOf(ecIndex, false) };
}

const NO_ENTRIES: IndexEntries = { length: 0, ordinal: [], name: () => new Uint8Array() };

function entriesOf(index: SymbolIndex, isSorted: boolean): IndexEntries {
  const { ordinal, names, nameStart, nameEnd } = index;
  const rows = Array.from(ordinal.keys()).filter((row) => ordinal[row] >= 0);
  if (isSorted) rows.sort((a, b) => nameStart[a] - nameStart[b] || a - b);
  return {
    length: rows.length,
    ordinal: rows.map((row) => ordinal[row]),
    name: (row) => names.subarray(nameStart[rows[row]], nameEnd[rows[row]]),
  };
}

/** The entries of members that are kept, in the same order. */
export function rowsOf(entries: IndexEntries, isKept: (ordinal: number) => boolean): IndexRows {
  const names: Uint8Array[] = [];
  const ordinals: number[] = [];
  for (let row = 0; row < entries.length; row++) {
    if (!isKept(entries.ordinal[row])) continue;
    names.push(entries.name(row));
    ordinals.push(entries.ordinal[row]);
  }
  return select(names, ordinals);
}

/** One entry a name, the first that there is, still in the same order. */
export function firstOfEachName(rows: IndexRows): IndexRows {
  const byName = orderByName(rows);
  const first = byName.filter((row, at) => at === 0 || compareNames(rows, byName[at - 1], row) !== 0);
  return pick(
    rows,
    first.sort((a, b) => a - b),
  );
}

/** The same entries sorted by name, as bytes; equal names stay in order. */
export function sortedByName(rows: IndexRows): IndexRows {
  return pick(rows, orderByName(rows));
}

/** Whether a name is in more than one entry. @param order as `orderByName` gives it */
export function hasRepeatedName(rows: IndexRows, order: readonly number[]): boolean {
  return order.some((row, at) => at > 0 && compareNames(rows, order[at - 1], row) === 0);
}

/** The numbers of the rows, sorted by name as bytes; equal names stay in order. */
export function orderByName(rows: IndexRows): number[] {
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
