import { type IndexRows, namesSize } from './index-entries.js';

/*
 * The content of each kind of index; layouts as in symbol-index.ts. Each has a function for its size, which does not
 * depend on the offsets of members, and one that writes it once that is known. Padding is NUL and part of the content
 * (llvm/lib/Object/ArchiveWriter.cpp, computeSymbolTableSize).
 */

/** The width of an offset in bytes. */
export type Width = 4 | 8;
/** New header offset of a member, by its ordinal in the source. */
export type HeaderOffsets = ArrayLike<number>;

const WORD = 0x1_0000_0000;

/** Writes numbers into a table of a size that is known; what is left stays NUL. */
class TableWriter {
  readonly bytes: Uint8Array;
  readonly #data: DataView;
  #at = 0;

  constructor(
    size: number,
    readonly littleEndian: boolean,
  ) {
    this.bytes = new Uint8Array(size);
    this.#data = new DataView(this.bytes.buffer);
  }

  u16(value: number): void {
    this.#data.setUint16(this.#at, value, this.littleEndian);
    this.#at += 2;
  }

  uint(value: number, width: Width): void {
    const low = this.littleEndian ? 0 : width - 4;
    this.#data.setUint32(this.#at + low, value % WORD, this.littleEndian);
    if (width === 8) {
      this.#data.setUint32(this.#at + 4 - low, Math.floor(value / WORD), this.littleEndian);
    }
    this.#at += width;
  }

  /** Names of rows, each with a NUL. Those that follow one another in the source are copied at once. */
  names({ length, names, nameStart, nameEnd }: IndexRows): void {
    for (let row = 0; row < length; ) {
      const start = nameStart[row];
      let end = nameEnd[row++];
      while (row < length && nameStart[row] === end + 1 && names[end] === 0) end = nameEnd[row++];
      this.bytes.set(names.subarray(start, end), this.#at);
      this.#at += end - start + 1;
    }
  }
}

export function alignTo(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** Size of `/` and `/SYM64/`. @param emptyNames NUL bytes instead of the names of an empty index */
export function offsetIndexSize(rows: IndexRows, width: Width, emptyNames: number): number {
  const names = rows.length === 0 ? emptyNames : namesSize(rows);
  return alignTo(width * (1 + rows.length) + names, 2);
}

export function writeOffsetIndex(
  rows: IndexRows,
  width: Width,
  size: number,
  offsets: HeaderOffsets,
): Uint8Array {
  const out = new TableWriter(size, false);
  out.uint(rows.length, width);
  for (let row = 0; row < rows.length; row++) out.uint(offsets[rows.ordinal[row]], width);
  out.names(rows);
  return out.bytes;
}

/** `__.SYMDEF*` without padding. */
export function pairIndexSize(rows: IndexRows, width: Width, emptyNames: number): number {
  const names = rows.length === 0 ? emptyNames : namesSize(rows);
  return 2 * width * (1 + rows.length) + names;
}

/** How the source wrote its `__.SYMDEF`. */
export interface PairStyle {
  readonly littleEndian: boolean;
  /** Apple counts the padding into the length of the names; LLVM does not. */
  readonly countsPadding: boolean;
}

/**
 * The strings are in the order of the rows, as Apple's tools write them even where the pairs are sorted.
 *
 * @param order of the pairs, as numbers of rows; null for that of the rows
 * @param size  with padding
 */
export function writePairIndex(
  rows: IndexRows,
  order: Int32Array | null,
  width: Width,
  emptyNames: number,
  size: number,
  offsets: HeaderOffsets,
  style: PairStyle,
): Uint8Array {
  const out = new TableWriter(size, style.littleEndian);
  out.uint(2 * width * rows.length, width);
  const starts = new Float64Array(rows.length);
  for (let row = 1; row < starts.length; row++)
    starts[row] = starts[row - 1] + rows.nameEnd[row - 1] - rows.nameStart[row - 1] + 1;
  for (let at = 0; at < rows.length; at++) {
    const row = order === null ? at : order[at];
    out.uint(starts[row], width);
    out.uint(offsets[rows.ordinal[row]], width);
  }
  const padding = style.countsPadding ? size - pairIndexSize(rows, width, emptyNames) : 0;
  out.uint((rows.length === 0 ? emptyNames : namesSize(rows)) + padding, width);
  out.names(rows);
  return out.bytes;
}

/** COFF's second linker member. @param sorted rows sorted by name, one a name */
export function coffIndexSize(sorted: IndexRows, memberCount: number): number {
  return alignTo(4 + 4 * memberCount + 4 + 2 * sorted.length + namesSize(sorted), 2);
}

/** @param members ordinals of all members, in file order */
export function writeCoffIndex(
  sorted: IndexRows,
  members: readonly number[],
  size: number,
  offsets: HeaderOffsets,
): Uint8Array {
  const position = new Map(members.map((ordinal, at) => [ordinal, at + 1]));
  const out = new TableWriter(size, true);
  out.uint(members.length, 4);
  for (const ordinal of members) out.uint(offsets[ordinal], 4);
  out.uint(sorted.length, 4);
  for (let row = 0; row < sorted.length; row++) out.u16(position.get(sorted.ordinal[row])!);
  out.names(sorted);
  return out.bytes;
}

/** `/<ECSYMBOLS>/`: as the second linker member, without its list of members. */
export function writeEcSymbols(sorted: IndexRows, members: readonly number[]): Uint8Array {
  const position = new Map(members.map((ordinal, at) => [ordinal, at + 1]));
  const size = alignTo(4 + 2 * sorted.length + namesSize(sorted), 2);
  const out = new TableWriter(size, true);
  out.uint(sorted.length, 4);
  for (let row = 0; row < sorted.length; row++) out.u16(position.get(sorted.ordinal[row])!);
  out.names(sorted);
  return out.bytes;
}
