import { Problem, Table } from '../problem';
import { Bytes, LONGEST_TABLE, refuse, requireRange } from './object';

/**
 * Bytes of a piece, small enough for the processor's cache. Writing fresh memory costs more than reading a table twice.
 */
const PIECE: i32 = 1 << 17;

/** A table of entries of equal size, read piece by piece. */
@unmanaged
export class Entries {
  /** In the object. */
  offset: f64 = 0;
  length: i32 = 0;
  /** Bytes of the table, and of an entry. */
  private bytes: f64 = 0;
  private width: i32 = 1;
  private piece: Bytes = new Bytes();
  /** The entries in memory: from `first` on, `loaded` of them. */
  private first: i32 = 0;
  private loaded: i32 = 0;

  constructor(private table: Table) {}

  /** Fails where the range does not lie within the object. Bytes after the last whole entry are not read. */
  open(offset: f64, bytes: f64, width: i32): void {
    requireRange(this.table, offset, bytes);
    if (bytes > LONGEST_TABLE) refuse(Problem.OUT_OF_MEMORY, offset);
    this.offset = offset;
    this.bytes = bytes;
    this.width = width;
    this.length = <i32>bytes / width;
    this.first = 0;
    this.loaded = 0;
  }

  /** Resets the table for an object that has none. */
  clear(): void {
    this.open(0, 0, 1);
  }

  /** Frees the memory until the next object. */
  free(): void {
    this.clear();
    this.piece.free();
  }

  /** Address of an existing entry, valid until the next call for an entry of a different piece. */
  at(entry: i32): usize {
    if (<u32>(entry - this.first) >= <u32>this.loaded) this.load(entry);
    return this.piece.start + <usize>((entry - this.first) * this.width);
  }

  /** Reads all entries, for many accesses in any order. They stay in memory until the next object. */
  loadAll(): usize {
    if (this.loaded < this.length) this.read(0, this.length);
    return this.piece.start;
  }

  /** Entries up to this one are in memory, from the one on that was used last. */
  get loadedEnd(): i32 {
    return this.first + this.loaded;
  }

  get byteLength(): i32 {
    return <i32>this.bytes;
  }

  private load(entry: i32): void {
    const most = PIECE / this.width;
    const first = entry - (entry % most);
    this.read(first, min(most, this.length - first));
  }

  private read(first: i32, count: i32): void {
    this.first = first;
    this.loaded = count;
    this.piece.read(this.table, this.offset + <f64>first * <f64>this.width, <f64>count * <f64>this.width);
  }
}
