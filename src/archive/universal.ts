import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';
import { architectureName } from './architecture.js';
import { type Piece, PieceList, sizeOf } from './piece.js';
import { alignTo } from './write-index.js';

/*
 * Mach-O universal ("fat") file (mach-o/fat.h), all numbers big endian:
 *   magic u32, nfat_arch u32
 *   0xCAFEBABE: nfat_arch × { cputype, cpusubtype, offset, size, align } u32
 *   0xCAFEBABF: nfat_arch × { cputype, cpusubtype u32, offset, size u64, align, reserved u32 }
 * For executables, which are not read here, lipo can hide an arm64 entry after the counted ones.
 */
const FAT_MAGIC = 0xcafebabe;
const FAT_MAGIC_64 = 0xcafebabf;
const HEADER_SIZE = 8;
/** A Java class file begins with 0xCAFEBABE too, then its version, 45 or more. */
const MOST_SLICES = 40;
/** log2; lipo's MAXSECTALIGN. */
const LARGEST_ALIGN = 15;

/** One architecture's part of a universal file. */
export interface Slice {
  /** Mach-O's `cputype`, as an unsigned number. */
  readonly cpuType: number;
  /** With the capability bits in the high byte. */
  readonly cpuSubtype: number;
  /** In bytes from the start of the file. */
  readonly offset: number;
  readonly size: number;
  /** log2 of the alignment of `offset`. */
  readonly align: number;
}

export interface UniversalFile {
  readonly is64: boolean;
  readonly slices: readonly Slice[];
}

/**
 * Whether a file that begins so is a universal file and no Java class file.
 *
 * @param head the first 8 bytes or more
 */
export function isUniversal(head: Uint8Array): boolean {
  if (head.length < HEADER_SIZE) return false;
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = data.getUint32(0);
  return (magic === FAT_MAGIC || magic === FAT_MAGIC_64) && data.getUint32(4) < MOST_SLICES;
}

/** @throws MalformedError as `readUniversal` */
export function slices(source: ByteSource): readonly Slice[] {
  return readUniversal(source).slices;
}

/**
 * @throws MalformedError when it is not a universal file, has no slices or two of one architecture, or a slice leaves
 *   the file or lies over another one
 */
export function readUniversal(source: ByteSource): UniversalFile {
  const head = source.view(0, HEADER_SIZE, 'universal header', false);
  if (!isUniversal(head.bytes)) throw source.error(0, 'not a universal file');
  const is64 = head.u32(0) === FAT_MAGIC_64;
  const count = head.u32(4);
  const table = source.view(HEADER_SIZE, count * entrySize(is64), 'slice table', false);
  const read = Array.from({ length: count }, (_, at) => readSlice(table, at * entrySize(is64), is64));
  if (count === 0) throw source.error(0, 'a universal file without slices');
  requireDisjoint(source, read, HEADER_SIZE + table.length);
  requireDistinct(table, read, entrySize(is64));
  return { is64, slices: read };
}

function entrySize(is64: boolean): number {
  return is64 ? 32 : 20;
}

function readSlice(table: ByteView, at: number, is64: boolean): Slice {
  const align = table.u32(at + (is64 ? 24 : 16));
  if (align > LARGEST_ALIGN) throw table.error(at, `alignment of 2^${align} bytes`);
  return {
    cpuType: table.u32(at),
    cpuSubtype: table.u32(at + 4),
    offset: is64 ? table.u64(at + 8) : table.u32(at + 8),
    size: is64 ? table.u64(at + 16) : table.u32(at + 12),
    align,
  };
}

function requireDisjoint(source: ByteSource, read: readonly Slice[], tableEnd: number): void {
  let end = tableEnd;
  for (const slice of [...read].sort((a, b) => a.offset - b.offset)) {
    if (slice.offset < end)
      throw source.error(slice.offset, `slice begins before ${end}, where the one before ends`);
    end = slice.offset + slice.size;
    if (end > source.size) throw source.error(slice.offset, `slice of ${slice.size} bytes goes past the end`);
  }
}

/** Linkers would take one of the two, and not agree on which. */
function requireDistinct(table: ByteView, read: readonly Slice[], entry: number): void {
  const known = new Set<string>();
  read.forEach(({ cpuType, cpuSubtype }, at) => {
    const name = architectureName(cpuType, cpuSubtype);
    if (known.has(name)) throw table.error(at * entry, `a second slice for ${name}`);
    known.add(name);
  });
}

/**
 * The universal file with new contents for its slices. Slices keep their order and alignment, the table follows. Its
 * offsets are as wide as they were, and 64 bits wide where 32 do not reach.
 *
 * @param file     as `readUniversal` gave it
 * @param contents pieces for each slice, in the order of the table; their ranges count from the start of that
 *                 slice, as `layOutArchive` gives them for an archive that was read from one
 * @returns pieces in order; ranges are of the universal file
 */
export function layOutUniversal(file: UniversalFile, contents: readonly (readonly Piece[])[]): Piece[] {
  if (contents.length !== file.slices.length) throw new RangeError('a content for each slice is needed');
  const sizes = contents.map(sizeOf);
  const narrow = placeSlices(file.slices, sizes, file.is64);
  const isTooNarrow = !file.is64 && narrow.some(({ offset, size }) => offset + size > 0xffff_ffff);
  const placed = isTooNarrow ? placeSlices(file.slices, sizes, true) : narrow;
  const out = new PieceList();
  out.bytes(writeTable(placed, file.is64 || isTooNarrow));
  for (const at of inFileOrder(file.slices)) {
    out.bytes(new Uint8Array(placed[at].offset - out.size));
    out.append(contents[at], file.slices[at].offset);
  }
  return out.finish();
}

/** The order in the file is that of the offsets, which need not be that of the table. */
function inFileOrder(slices: readonly Slice[]): number[] {
  return [...slices.keys()].sort((a, b) => slices[a].offset - slices[b].offset);
}

/** Offsets for slices of these sizes, one after the other, in the order of the table. */
function placeSlices(slices: readonly Slice[], sizes: readonly number[], is64: boolean): Slice[] {
  const placed = [...slices];
  let end = HEADER_SIZE + slices.length * entrySize(is64);
  for (const at of inFileOrder(slices)) {
    const offset = alignTo(end, 2 ** slices[at].align);
    placed[at] = { ...slices[at], offset, size: sizes[at] };
    end = offset + sizes[at];
  }
  return placed;
}

function writeTable(slices: readonly Slice[], is64: boolean): Uint8Array {
  const table = new DataView(new ArrayBuffer(HEADER_SIZE + slices.length * entrySize(is64)));
  table.setUint32(0, is64 ? FAT_MAGIC_64 : FAT_MAGIC);
  table.setUint32(4, slices.length);
  slices.forEach((slice, at) => {
    writeSlice(table, HEADER_SIZE + at * entrySize(is64), slice, is64);
  });
  return new Uint8Array(table.buffer);
}

function writeSlice(table: DataView, at: number, slice: Slice, is64: boolean): void {
  table.setUint32(at, slice.cpuType);
  table.setUint32(at + 4, slice.cpuSubtype);
  if (is64) {
    table.setBigUint64(at + 8, BigInt(slice.offset));
    table.setBigUint64(at + 16, BigInt(slice.size));
  } else {
    table.setUint32(at + 8, slice.offset);
    table.setUint32(at + 12, slice.size);
  }
  table.setUint32(at + (is64 ? 24 : 16), slice.align);
}
