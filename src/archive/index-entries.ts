import { type StoredArchive, type SymbolIndex, tableOf } from './archive.js';

/**
 * Entries for the index of a new archive: rows of name and member. A table that is not sorted by name has them in this
 * order. Names may repeat; a table with one entry per name takes the first.
 */
export interface IndexEntries extends IndexRows {
  /** Entries for `/<ECSYMBOLS>/` (ARM64EC); required if the source has that table. */
  readonly ec?: IndexEntries;
}

/** Rows of name and member, in columns. */
export interface IndexRows {
  readonly length: number;
  /** Ordinal of the member in the source archive. */
  readonly ordinal: ArrayLike<number>;
  /** Bytes that hold all names. */
  readonly names: Uint8Array;
  /** Where the name of a row begins in `names`, as the object spells it, and where it ends. */
  readonly nameStart: ArrayLike<number>;
  readonly nameEnd: ArrayLike<number>;
}

export const NO_ROWS: IndexRows = {
  length: 0,
  ordinal: [],
  names: new Uint8Array(),
  nameStart: [],
  nameEnd: [],
};

/** Entries whose names are apart from one another. @param ordinal of the member, for each name */
export function entriesOf(names: readonly Uint8Array[], ordinal: readonly number[]): IndexEntries {
  const length = names.length;
  const [nameStart, nameEnd] = [new Int32Array(length), new Int32Array(length)];
  for (let row = 0, at = 0; row < length; row++) {
    nameStart[row] = at;
    nameEnd[row] = at + names[row].length;
    at = nameEnd[row] + 1;
  }
  const bytes = new Uint8Array(length === 0 ? 0 : nameEnd[length - 1] + 1);
  for (let row = 0; row < length; row++) bytes.set(names[row], nameStart[row]);
  return { length, ordinal, names: bytes, nameStart, nameEnd };
}

/** The name of a row, in place. */
export const nameAt = ({ names, nameStart, nameEnd }: IndexRows, row: number): Uint8Array =>
  names.subarray(nameStart[row], nameEnd[row]);

/** Bytes of all names, each with a NUL. */
export function namesSize({ length, nameStart, nameEnd }: IndexRows): number {
  let size = length;
  for (let row = 0; row < length; row++) size += nameEnd[row] - nameStart[row];
  return size;
}

/**
 * The entries of an archive's indexes, in the order in which the archiver added the names; common archivers use member
 * order. Tables that are sorted by name still contain that order: Apple's in the order of its strings, COFF's in the
 * first linker member. Rows without a member are left out.
 */
export function storedEntries(archive: StoredArchive): IndexEntries {
  const { index, firstIndex, ecIndex } = archive;
  // If the two linker members differ, the one that more linkers read counts.
  const listed = firstIndex !== null && firstIndex.length === index?.length ? firstIndex : index;
  const isSorted = tableOf(archive, 'index')?.name.includes('SORTED') ?? false;
  const entries = listed === null ? NO_ROWS : entriesOfIndex(listed, isSorted);
  return ecIndex === null ? entries : { ...entries, ec: entriesOfIndex(ecIndex, false) };
}

function entriesOfIndex(index: SymbolIndex, isSorted: boolean): IndexEntries {
  const { nameStart } = index;
  const listed = rowsWith(index, (member) => member >= 0);
  if (isSorted) listed.sort((a, b) => nameStart[a] - nameStart[b] || a - b);
  else if (listed.length === index.length) {
    const { length, ordinal, names, nameEnd } = index;
    return { length, ordinal, names, nameStart, nameEnd };
  }
  return pick(index, listed);
}

/** The entries of members that are kept, in the same order. */
export const keptRows = (entries: IndexEntries, isKept: (ordinal: number) => boolean): IndexRows =>
  pick(entries, rowsWith(entries, isKept));

function rowsWith({ length, ordinal }: IndexRows, has: (ordinal: number) => boolean): Int32Array {
  const found = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) if (has(ordinal[row])) found[count++] = row;
  return found.subarray(0, count);
}

/** One entry a name, the first that there is, still in the same order. */
export function firstOfEachName(rows: IndexRows): IndexRows {
  const byName = orderByName(rows);
  const first = byName.filter((row, at) => at === 0 || compareNames(rows, byName[at - 1], row) !== 0);
  return pick(rows, first.sort());
}

/** The same entries sorted by name, as bytes; equal names stay in order. */
export function sortedByName(rows: IndexRows): IndexRows {
  return pick(rows, orderByName(rows));
}

/** Whether a name is in more than one entry. @param order as `orderByName` gives it */
export function hasRepeatedName(rows: IndexRows, order: Int32Array): boolean {
  return order.some((row, at) => at > 0 && compareNames(rows, order[at - 1], row) === 0);
}

/** The numbers of the rows, sorted by name as bytes; equal names stay in order. */
export function orderByName(rows: IndexRows): Int32Array {
  const order = Int32Array.from({ length: rows.length }, (_, row) => row);
  return order.sort((a, b) => compareNames(rows, a, b) || a - b);
}

function compareNames({ names, nameStart, nameEnd }: IndexRows, a: number, b: number): number {
  const bytes = Buffer.from(names.buffer, names.byteOffset, names.length);
  return bytes.compare(bytes, nameStart[b], nameEnd[b], nameStart[a], nameEnd[a]);
}

function pick({ names, ordinal, nameStart, nameEnd }: IndexRows, order: Int32Array): IndexRows {
  return {
    length: order.length,
    names,
    ordinal: order.map((row) => ordinal[row]),
    nameStart: order.map((row) => nameStart[row]),
    nameEnd: order.map((row) => nameEnd[row]),
  };
}
