import type { IndexRows } from './index-entries.js';

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

  names(names: readonly Uint8Array[]): void {
    for (const name of names) {
      this.bytes.set(name, this.#at);
      this.#at += name.length + 1;
    }
  }
}

export function alignTo(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** Size of `/` and `/SYM64/`. @param emptyNames NUL bytes instead of the names of an empty index */
export function offsetIndexSize(rows: IndexRows, width: Width, emptyNames: number): number {
  const names = rows.names.length === 0 ? emptyNames : rows.namesSize;
  return alignTo(width * (1 + rows.names.length) + names, 2);
}

export function writeOffsetIndex(
  rows: IndexRows,
  width: Width,
  size: number,
  offsets: HeaderOffsets,
): Uint8Array {
  const out = new TableWriter(size, false);
  out.uint(rows.names.length, width);
  for (const ordinal of rows.ordinals) out.uint(offsets[ordinal], width);
  out.names(rows.names);
  return out.bytes;
}

/** `__.SYMDEF*` without padding. */
export function pairIndexSize(rows: IndexRows, width: Width, emptyNames: number): number {
  const names = rows.names.length === 0 ? emptyNames : rows.namesSize;
  return 2 * width * (1 + rows.names.length) + names;
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
  order: readonly number[] | null,
  width: Width,
  emptyNames: number,
  size: number,
  offsets: HeaderOffsets,
  style: PairStyle,
): Uint8Array {
  const out = new TableWriter(size, style.littleEndian);
  out.uint(2 * width * rows.names.length, width);
  const starts = new Float64Array(rows.names.length);
  for (let row = 1; row < starts.length; row++)
    starts[row] = starts[row - 1] + rows.names[row - 1].length + 1;
  for (const row of order ?? rows.names.keys()) {
    out.uint(starts[row], width);
    out.uint(offsets[rows.ordinals[row]], width);
  }
  const padding = style.countsPadding ? size - pairIndexSize(rows, width, emptyNames) : 0;
  out.uint((rows.names.length === 0 ? emptyNames : rows.namesSize) + padding, width);
  out.names(rows.names);
  return out.bytes;
}

/** COFF's second linker member. @param sorted rows sorted by name, one a name */
export function coffIndexSize(sorted: IndexRows, memberCount: number): number {
  return alignTo(4 + 4 * memberCount + 4 + 2 * sorted.names.length + sorted.namesSize, 2);
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
  out.uint(sorted.names.length, 4);
  for (const ordinal of sorted.ordinals) out.u16(position.get(ordinal)!);
  out.names(sorted.names);
  return out.bytes;
}

/** `/<ECSYMBOLS>/`: as the second linker member, without its list of members. */
export function writeEcSymbols(sorted: IndexRows, members: readonly number[]): Uint8Array {
  const position = new Map(members.map((ordinal, at) => [ordinal, at + 1]));
  const size = alignTo(4 + 2 * sorted.names.length + sorted.namesSize, 2);
  const out = new TableWriter(size, true);
  out.uint(sorted.names.length, 4);
  for (const ordinal of sorted.ordinals) out.u16(position.get(ordinal)!);
  out.names(sorted.names);
  return out.bytes;
}
