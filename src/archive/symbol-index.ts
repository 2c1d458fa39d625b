import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';
import { memberOrdinals } from '../engine/member-ordinals.js';
import { countZeros, positionsOfZeros } from '../engine/zero-bytes.js';
import {
  EC_SYMBOLS,
  type StoredArchive,
  type StoredMember,
  type StoredTable,
  type SymbolIndex,
  tableOf,
} from './archive.js';

/*
 * The layouts of the index. Offsets are those of member headers.
 *   /, /SYM64/          BE: count; count × offset; names, NUL-ended, in the same order. u32 or u64.
 *   __.SYMDEF[_64]      bytes of pairs; pairs of { offset of name, offset }; bytes of names; names. u32 or u64,
 *                       in the byte order of the target.
 *   COFF, second /      LE: u32 members; members × u32 offset; u32 count; count × u16 member, from 1; names,
 *                       sorted by bytes.
 *   /<ECSYMBOLS>/       LE: u32 count; count × u16 member, as the second linker member counts them; names, sorted.
 *   AIX                 as /SYM64/, one table for 32-bit and one for 64-bit members.
 */

/** Rows are counted in 32 bits; no index comes near this. */
const LARGEST_INDEX = 0x7fff_ffff;

/**
 * The indexes of an archive, each null when it has none. Every count is checked against the size of the table before
 * anything of that length is allocated.
 *
 * @param isChecked the index was read before from the same bytes
 * @throws MalformedError when counts or names do not fit in the table
 */
export function readSymbolIndexes(
  source: ByteSource,
  tables: readonly StoredTable[],
  members: readonly StoredMember[],
  isChecked = false,
): Pick<StoredArchive, 'index' | 'firstIndex' | 'ecIndex'> {
  const ordinals = ordinalsByOffset(members);
  const first = readFirstIndex({ source, tables, members, isChecked }, ordinals);
  const secondTable = tableOf({ tables }, 'second-index');
  const second = secondTable === undefined ? null : viewOf(source, secondTable, true);
  const ecTable = tables.find(({ name }) => name === EC_SYMBOLS);
  return {
    index: second === null ? first : readCoffIndex(second, ordinals),
    firstIndex: second === null ? null : first,
    ecIndex:
      ecTable === undefined
        ? null
        : readEcIndex(viewOf(source, ecTable, true), coffMembers(second, ordinals, members)),
  };
}

/** An archive whose index is read. */
interface Indexed extends Pick<StoredArchive, 'source' | 'tables' | 'members'> {
  readonly isChecked: boolean;
}

function readFirstIndex(archive: Indexed, ordinals: Map<number, number>): SymbolIndex | null {
  const { source, tables } = archive;
  const index = tableOf({ tables }, 'index');
  if (index === undefined) return null;
  const width = index.name.includes('64') ? 8 : 4;
  if (!index.name.startsWith('__.SYMDEF')) return new OffsetIndex(archive, index, width, ordinals);
  const little = viewOf(source, index, true);
  if (pairsFit(little, width)) return readPairIndex(little, width, ordinals);
  // Old PowerPC archives are big endian, and nothing but plausibility tells.
  const big = viewOf(source, index, false);
  return readPairIndex(pairsFit(big, width) ? big : little, width, ordinals);
}

/**
 * The index of GNU `ar`, read lazily, because many links do not use it and the others need names as ids. The
 * constructor checks that the rows fit in the table and that every name is terminated; rows are read on first access.
 */
class OffsetIndex implements SymbolIndex {
  readonly littleEndian = false;
  readonly length: number;
  readonly namesInRow: ByteSource;
  #rows: SymbolIndex | null = null;
  #ordinal: Int32Array | null = null;
  #names: NamesInRow | null = null;
  readonly #readOrdinals: () => Int32Array;
  readonly #readNames: () => NamesInRow;

  /** @throws MalformedError */
  constructor(
    { source, members, isChecked }: Indexed,
    table: StoredTable,
    width: 4 | 8,
    ordinals: Map<number, number>,
  ) {
    const { dataOffset, size } = table;
    requireIndexSize(source, table);
    const head = source.view(dataOffset, Math.min(size, width), 'symbol index', false);
    const count = size === 0 ? 0 : uint(head, 0, width);
    const offset = dataOffset + width;
    const names = Math.min(offset + width * count, dataOffset + size);
    const end = dataOffset + size;
    this.length = count;
    this.namesInRow = source.slice(names, end - names, source.label);
    this.#readOrdinals = () =>
      memberOrdinals(
        { source, offset, width, count },
        members.map(({ headerOffset }) => headerOffset),
      );
    this.#readNames = () => namesInRow(this.namesInRow.view(0, end - names, 'symbol index', false), 0, count);
    if (isChecked) return;
    // Reading the rows throws the precise error.
    if (count * (width + 1) > end - offset || countZeros(source, names, end) < count)
      this.#rows = readOffsetIndex(viewOf(source, table, false), width, ordinals);
  }

  get names(): Uint8Array {
    return this.#inRow.names;
  }

  get nameStart(): Int32Array {
    return this.#inRow.nameStart;
  }

  get nameEnd(): Int32Array {
    return this.#inRow.nameEnd;
  }

  get ordinal(): Int32Array {
    this.#ordinal ??= this.#rows?.ordinal ?? this.#readOrdinals();
    return this.#ordinal;
  }

  get #inRow(): NamesInRow {
    this.#names ??= this.#rows ?? this.#readNames();
    return this.#names;
  }
}

/** The 32-bit and the 64-bit table of an AIX archive, as one index. */
export function readAixIndex(views: readonly ByteView[], members: readonly StoredMember[]): SymbolIndex {
  const ordinals = ordinalsByOffset(members);
  const parts = views.map((view) => readOffsetIndex(view, 8, ordinals));
  return parts.reduce(concatenate);
}

function requireIndexSize(source: ByteSource, { size, headerOffset }: StoredTable): void {
  if (size > LARGEST_INDEX) throw source.error(headerOffset, 'symbol index of 2 GiB or more');
}

function viewOf(source: ByteSource, table: StoredTable, littleEndian: boolean): ByteView {
  requireIndexSize(source, table);
  return source.view(table.dataOffset, table.size, 'symbol index', littleEndian);
}

function ordinalsByOffset(members: readonly StoredMember[]): Map<number, number> {
  return new Map(members.map(({ headerOffset, ordinal }) => [headerOffset, ordinal]));
}

function uint(view: ByteView, offset: number, width: 4 | 8): number {
  return width === 4 ? view.u32(offset) : view.u64(offset);
}

/** `count` rows of at least `rowSize` bytes must fit from `offset` to the end of the table. */
function requireRows(view: ByteView, offset: number, count: number, rowSize: number): void {
  if (count * rowSize > view.length - offset) {
    throw view.error(offset, `${count} entries do not fit in ${view.length - offset} bytes`);
  }
}

function readOffsetIndex(view: ByteView, width: 4 | 8, ordinals: Map<number, number>): SymbolIndex {
  const count = view.length === 0 ? 0 : uint(view, 0, width);
  requireRows(view, Math.min(width, view.length), count, width + 1);
  const ordinal = new Int32Array(count);
  // Entries of a member are together, so most look-ups are the same as the one before.
  for (let row = 0, last = -1, found = -1; row < count; row++) {
    const offset = uint(view, width * (1 + row), width);
    if (offset !== last) found = ordinals.get(offset) ?? -1;
    last = offset;
    ordinal[row] = found;
  }
  const start = Math.min(width * (1 + count), view.length);
  return { ...namesInRow(view, start, count), ordinal, littleEndian: false };
}

function readCoffIndex(view: ByteView, ordinals: Map<number, number>): SymbolIndex {
  const memberCount = view.u32(0);
  requireRows(view, 4, memberCount, 4);
  const countOffset = 4 + 4 * memberCount;
  const count = view.u32(countOffset);
  requireRows(view, countOffset + 4, count, 3);
  const ordinal = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const at = countOffset + 4 + 2 * row;
    const member = view.u16(at);
    if (member < 1 || member > memberCount) throw view.error(at, `member ${member} of ${memberCount}`);
    ordinal[row] = ordinals.get(view.u32(4 * member)) ?? -1;
  }
  return { ...namesInRow(view, countOffset + 4 + 2 * count, count), ordinal, littleEndian: true };
}

/** Ordinals of members in the order of the second linker member; without one, as stored. */
function coffMembers(
  second: ByteView | null,
  ordinals: Map<number, number>,
  members: readonly StoredMember[],
): number[] {
  if (second === null) return members.map(({ ordinal }) => ordinal);
  return Array.from({ length: second.u32(0) }, (_, at) => ordinals.get(second.u32(4 + 4 * at)) ?? -1);
}

/** @param listed member ordinals; the table's numbers are 1-based indices into it */
function readEcIndex(view: ByteView, listed: readonly number[]): SymbolIndex {
  const count = view.length === 0 ? 0 : view.u32(0);
  requireRows(view, Math.min(4, view.length), count, 3);
  const ordinal = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const at = 4 + 2 * row;
    const member = view.u16(at);
    if (member < 1 || member > listed.length) throw view.error(at, `member ${member} of ${listed.length}`);
    ordinal[row] = listed[member - 1];
  }
  const start = Math.min(4 + 2 * count, view.length);
  return { ...namesInRow(view, start, count), ordinal, littleEndian: true };
}

type NamesInRow = Pick<SymbolIndex, 'length' | 'names' | 'nameStart' | 'nameEnd'>;

/** Names that follow one another from `start` on, one a row. @throws MalformedError */
function namesInRow(view: ByteView, start: number, count: number): NamesInRow {
  const { buffer, byteOffset, byteLength } = view.bytes.subarray(start);
  const names = new Uint8Array(buffer, byteOffset, byteLength);
  const nuls = positionsOfZeros(names);
  if (nuls.length < count) {
    const at = (nuls.at(-1) ?? -1) + 1;
    throw view.error(start + at, `name ${nuls.length} of ${count} has no end`);
  }
  const nameEnd = nuls.subarray(0, count);
  const nameStart = new Int32Array(count);
  for (let row = 1; row < count; row++) nameStart[row] = nameEnd[row - 1] + 1;
  return { length: count, names, nameStart, nameEnd };
}

/** Whether both lengths of a table of pairs fit in it, in the byte order of the view. */
function pairsFit(view: ByteView, width: 4 | 8): boolean {
  if (view.length === 0) return true;
  if (view.length < 2 * width) return false;
  const pairs = uint(view, 0, width);
  if (pairs % (2 * width) !== 0 || pairs > view.length - 2 * width) return false;
  return uint(view, width + pairs, width) <= view.length - 2 * width - pairs;
}

function readPairIndex(view: ByteView, width: 4 | 8, ordinals: Map<number, number>): SymbolIndex {
  if (!pairsFit(view, width)) throw view.error(0, 'lengths of pairs and names do not fit in the table');
  const pairs = view.length === 0 ? 0 : uint(view, 0, width);
  const count = pairs / (2 * width);
  const start = Math.min(2 * width + pairs, view.length);
  const namesSize = view.length === 0 ? 0 : uint(view, width + pairs, width);
  const names = view.bytes.subarray(start, start + namesSize);
  const [nameStart, nameEnd, ordinal] = [0, 0, 0].map(() => new Int32Array(count));
  for (let row = 0; row < count; row++) {
    const pair = width * (1 + 2 * row);
    const name = uint(view, pair, width);
    const end = name < names.length ? names.indexOf(0, name) : -1;
    if (end < 0) throw view.error(pair, `the name at ${name} does not end in ${names.length} bytes of names`);
    nameStart[row] = name;
    nameEnd[row] = end;
    ordinal[row] = ordinals.get(uint(view, pair + width, width)) ?? -1;
  }
  return { length: count, names, nameStart, nameEnd, ordinal, littleEndian: view.littleEndian };
}

function concatenate(first: SymbolIndex, second: SymbolIndex): SymbolIndex {
  const join = (a: Int32Array, b: Int32Array, shift: number) => {
    const joined = new Int32Array(a.length + b.length);
    joined.set(a);
    for (let row = 0; row < b.length; row++) joined[a.length + row] = b[row] + shift;
    return joined;
  };
  const names = new Uint8Array(first.names.length + second.names.length);
  names.set(first.names);
  names.set(second.names, first.names.length);
  return {
    length: first.length + second.length,
    names,
    nameStart: join(first.nameStart, second.nameStart, first.names.length),
    nameEnd: join(first.nameEnd, second.nameEnd, first.names.length),
    ordinal: join(first.ordinal, second.ordinal, 0),
    littleEndian: false,
  };
}
