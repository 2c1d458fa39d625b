import { fail } from '../host';
import { allocate, release, roomFor } from '../memory';
import { Problem, Table } from '../problem';
import { SLACK } from '../words';
import { readAlone, readRange } from './window';

/*
 * The object that is read: numbers in its byte order, and ranges of its bytes. Every range is checked against the
 * object's size before it is read.
 */

let size: f64 = 0;
export let is64: bool = false;
export let isBigEndian: bool = false;

export function openObject(bytes: f64, bits64: bool, bigEndian: bool): void {
  size = bytes;
  is64 = bits64;
  isBigEndian = bigEndian;
  readAlone();
}

export function objectSize(): f64 {
  return size;
}

export function u16At(at: usize): u32 {
  const value = load<u16>(at);
  return isBigEndian ? bswap<u16>(value) : value;
}

export function u32At(at: usize): u32 {
  const value = load<u32>(at);
  return isBigEndian ? bswap<u32>(value) : value;
}

/** 32 or 64 bits, by the class; exact up to 2⁵³, above which no real object has a number. */
export function wordAt(at: usize): f64 {
  if (!is64) return u32At(at);
  const value = load<u64>(at);
  return <f64>(isBigEndian ? bswap<u64>(value) : value);
}

/** Fails: the object cannot be read. */
export function refuse(problem: Problem, offset: f64, a: f64 = 0, b: f64 = 0, c: f64 = 0): void {
  fail(problem, offset, a, b, c);
  unreachable();
}

/** Fails where a range does not lie within the object. */
export function requireRange(table: Table, offset: f64, bytes: f64): void {
  if (!(offset + bytes <= size)) refuse(Problem.OUT_OF_RANGE, offset, table, bytes);
}

/** Longer tables do not fit in memory with everything else. */
export const LONGEST_TABLE: f64 = 0x7fff_0000;

/** A reusable buffer for one table of each object. NULs follow the last byte. */
@unmanaged
export class Bytes {
  start: usize = 0;
  length: i32 = 0;
  /** In the object. */
  offset: f64 = 0;
  private room: usize = 0;

  /** @param least initial capacity; unwritten memory costs nothing */
  constructor(private least: usize = 0) {}

  get end(): usize {
    return this.start + this.length;
  }

  /** Fails where the range does not lie within the object. */
  read(table: Table, offset: f64, bytes: f64): void {
    requireRange(table, offset, bytes);
    if (bytes > LONGEST_TABLE) refuse(Problem.OUT_OF_MEMORY, offset);
    this.offset = offset;
    this.length = <i32>bytes;
    this.reserve(<usize>this.length + SLACK);
    if (this.length > 0) readRange(offset, this.length, this.start);
    store<u64>(this.end, 0);
  }

  /** For an object that has no such table. */
  clear(): void {
    this.read(Table.SECTION_HEADERS, 0, 0);
  }

  /** Frees the memory until the next read. */
  free(): void {
    if (this.room !== 0) release(this.start, this.room);
    this.start = 0;
    this.length = 0;
    this.room = 0;
  }

  private reserve(bytes: usize): void {
    if (bytes <= this.room) return;
    if (this.room !== 0) release(this.start, this.room);
    this.room = roomFor(max(bytes, this.least));
    this.start = allocate(this.room);
  }
}
