import { intern } from '../names';
import { Problem, Table } from '../problem';
import { lengthOfText } from '../words';
import { Bytes, refuse } from './object';

/** Strings of the largest objects have some MB. */
const ROOM: usize = 1 << 23;

/** Limit on the names of one object together, however few strings it has. */
const FEWEST_NAME_BYTES: f64 = 0x400_0000;

/**
 * Most bytes that names of an object may take together. They may share bytes (`.text.f` ends in `f`), so the limit on
 * their sum is only a plausible one.
 */
export function namesLimit(strings: Strings): f64 {
  return max<f64>(64 * <f64>strings.bytes.length, FEWEST_NAME_BYTES);
}

/** NUL-terminated strings one after the other; any offset up to `lastNul` is the start of one. */
@unmanaged
export class Strings {
  bytes: Bytes = new Bytes(ROOM);
  /** Offset of the last NUL; −1 without one. */
  lastNul: i32 = -1;

  constructor(private table: Table) {}

  read(offset: f64, length: f64): void {
    this.bytes.read(this.table, offset, length);
    let at = this.bytes.length - 1;
    while (at >= 0 && load<u8>(this.bytes.start + at) !== 0) at--;
    this.lastNul = at;
  }

  clear(): void {
    this.read(0, 0);
  }

  /** Gives the memory back, up to the next object. */
  free(): void {
    this.lastNul = -1;
    this.bytes.free();
  }

  has(offset: u32): bool {
    return <i64>offset <= <i64>this.lastNul;
  }

  /** The string at an offset. Offset zero is the empty string even without a table. */
  at(offset: u32): usize {
    if (this.has(offset)) return this.bytes.start + offset;
    if (offset !== 0) refuse(Problem.NO_STRING, this.bytes.offset + <f64>offset);
    return this.bytes.end;
  }

  internAt(offset: u32): i32 {
    const text = this.at(offset);
    return intern(text, lengthOfText(text));
  }
}
