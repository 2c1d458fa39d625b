import { Problem, Table } from '../problem';
import { SHT_CREL, SHT_RELA } from './constants';
import { Bytes, is64, isBigEndian, objectSize, refuse, requireRange, u32At, wordAt } from './object';
import { offsetIn, sizeIn, typeIn } from './sections';

/*
 * Relocations of an object. MIPS64 has a 32-bit symbol and then four bytes whatever the byte order.
 *
 *     ELF32   8 or 12 bytes:  offset 0  info 4 (symbol << 8 | type)   addend 8
 *     ELF64  16 or 24 bytes:  offset 0  info 8 (symbol << 32 | type)  addend 16
 */

/** Bytes that are read at once: the tables of an object mostly follow one another. */
const LONGEST_READ: f64 = 0x2_0000;
const FIRST_READ: f64 = 0x1000;
/** Alignment bytes between two tables, which are read with them instead of skipped. */
const MOST_BETWEEN: f64 = 16;

const piece = new Bytes();
let nextRead: f64 = FIRST_READ;

/** A relocation section, one entry after the other. */
@unmanaged
export class Relocations {
  /** Whether addends are in the table, and not in the section. */
  hasAddends: bool = false;
  private width: i32 = 0;
  /** In the object: the entries that are not in memory. */
  private offset: f64 = 0;
  private left: f64 = 0;
  private at: usize = 0;
  private end: usize = 0;

  /** Fails for a table that is truncated, or compact. */
  open(header: usize): void {
    if (typeIn(header) === SHT_CREL) refuse(Problem.COMPACT_RELOCATIONS, 0);
    this.hasAddends = typeIn(header) === SHT_RELA;
    this.width = (is64 ? 8 : 4) * (this.hasAddends ? 3 : 2);
    this.offset = offsetIn(header);
    this.left = sizeIn(header);
    this.at = 0;
    this.end = 0;
    requireRange(Table.RELOCATIONS, this.offset, this.left);
    const whole = Math.floor(this.left / <f64>this.width) * <f64>this.width;
    if (whole !== this.left) refuse(Problem.RAGGED_RELOCATIONS, this.offset, this.left);
  }

  /** Where the next entry is, up to the next call; 0 after the last one. */
  next(): usize {
    if (this.at === this.end && !this.load()) return 0;
    const entry = this.at;
    this.at += this.width;
    return entry;
  }

  /** Brings entries into memory, unless they are there already. Returns false if none is left. */
  private load(): bool {
    if (this.left === 0) return false;
    const width = <f64>this.width;
    if (!(this.offset >= piece.offset && this.offset + width <= piece.offset + <f64>piece.length))
      readFrom(this.offset, width);
    const start = <i32>(this.offset - piece.offset);
    const entries = min<f64>(Math.floor(<f64>(piece.length - start) / width), this.left / width);
    this.at = piece.start + <usize>start;
    this.end = this.at + <usize>(entries * width);
    this.offset += entries * width;
    this.left -= entries * width;
    return true;
  }
}

/** Resets for a new object, since the bytes in memory are of the previous one. */
export function forgetRelocations(): void {
  piece.clear();
  nextRead = FIRST_READ;
}

/** Reads from an offset in the object at least `least` bytes, and more for longer runs of tables. */
function readFrom(offset: f64, least: f64): void {
  const between = offset - (piece.offset + <f64>piece.length);
  const goesOn = between >= -least && between <= MOST_BETWEEN;
  nextRead = goesOn ? min(LONGEST_READ, nextRead * 4) : FIRST_READ;
  piece.read(Table.RELOCATIONS, offset, min(objectSize() - offset, max(nextRead, least)));
}

/** Number of the symbol table's row. */
export function symbolIn(entry: usize, isMips: bool): u32 {
  return is64 ? u32At(entry + (isBigEndian || isMips ? 8 : 12)) : u32At(entry + 4) >>> 8;
}

/** Exact up to 2⁵³. */
export function placeInSection(entry: usize): f64 {
  return wordAt(entry);
}

/** Of an entry that has one; exact up to 2⁵³, either sign. */
export function addendIn(entry: usize): f64 {
  if (!is64) return <f64>(<i32>u32At(entry + 8));
  const value = load<i64>(entry + 16);
  return <f64>(isBigEndian ? bswap<i64>(value) : value);
}
