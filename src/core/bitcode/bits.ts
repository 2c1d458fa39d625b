import { read } from '../host';
import { allocate } from '../memory';

/*
 * Bits of a stream of LLVM bitcode, least significant bit first, read window by window. What cannot be read makes the
 * stream odd, and ends it: TypeScript then reads it again, and has the errors (src/symbols/bitcode/bitstream.ts).
 */

/** Bytes of the stream that are in memory, and zeros after the last one: a number may reach into eight bytes. */
const WINDOW: u64 = 1 << 15;
const OVERHANG: u64 = 8;

/** Highest shift of a chunk in its number. TypeScript, where longer numbers are not exact, reads those itself. */
const MOST_SHIFT: i32 = 45;
/** Chunks of six bits that are examined together, out of the 57 bits that can be read at any position. */
const TOGETHER: i32 = 9;
const BITS_TOGETHER: u64 = 54;
/** Bits of those chunks that say that more of their number follows. */
const MORE: u64 = 0b100000_100000_100000_100000_100000_100000_100000_100000_100000;
/** TypeScript may reject a number with more chunks. */
const MOST_OPEN: i32 = 12;

let window: usize = 0;
let firstByte: u64 = 0;
let bytesAfter: u64 = 0;
let size: u64 = 0;

/** In bits, as all positions. */
export let length: u64 = 0;
export let position: u64 = 0;
export let isOdd: bool = false;

export function openBits(bytes: f64): void {
  if (window === 0) window = allocate(<usize>(WINDOW + OVERHANG));
  size = <u64>bytes;
  length = size << 3;
  position = 0;
  firstByte = 0;
  bytesAfter = 0;
  isOdd = false;
}

export function moveTo(bit: u64): void {
  position = bit;
}

/** Leaves the stream to TypeScript. */
export function refuseBits(): void {
  isOdd = true;
  position = length;
}

export function align32(): void {
  position = (position + 31) & ~31;
}

export function skip(bits: u64): void {
  if (bits > length || position + bits > length) refuseBits();
  else position += bits;
}

/** @param width up to 32 */
export function fixed(width: i32): u64 {
  if (position + <u64>width > length) {
    refuseBits();
    return 0;
  }
  const value = next() & (((<u64>1) << width) - 1);
  position += <u64>width;
  return value;
}

/** Chunks of `width` bits, each with a bit to say that more follow. */
export function vbr(width: i32): u64 {
  const more = (<u64>1) << (width - 1);
  let chunk = fixed(width);
  let value = chunk & (more - 1);
  for (let shift = width - 1; chunk >= more; shift += width - 1) {
    if (shift > MOST_SHIFT) refuseBits();
    chunk = fixed(width);
    value |= (chunk & (more - 1)) << shift;
  }
  return value;
}

/** Skips `count` numbers of chunks of six bits. */
export function skipVbr6(count: u64): void {
  let open = 0;
  while (position + BITS_TOGETHER <= length) {
    const ends = ~next() & MORE;
    const first = ends === 0 ? TOGETHER : <i32>ctz<u64>(ends) / 6;
    if (open + first > MOST_OPEN) break;
    const numbers = popcnt<u64>(ends);
    if (numbers >= count) {
      position += bitsOf(count, ends);
      return;
    }
    count -= numbers;
    open = ends === 0 ? open + TOGETHER : TOGETHER - 1 - (63 - <i32>clz<u64>(ends)) / 6;
    position += BITS_TOGETHER;
  }
  // Handles a number that is too long, or that may reach past the end of the stream.
  if (open > 0) refuseBits();
  for (; count > 0 && !isOdd; count--) vbr(6);
}

/** Bits of the first numbers, `count` of them. @param ends the last bit of each chunk that ends one */
function bitsOf(count: u64, ends: u64): u64 {
  if (count === 0) return 0;
  for (; count > 1; count--) ends &= ends - 1;
  return ctz<u64>(ends) + 1;
}

/** The bits from the position on, 57 of them or more; zeros after the last one of the stream. */
function next(): u64 {
  const at = position >> 3;
  if (at < firstByte || at + OVERHANG > bytesAfter) moveWindow(at);
  return load<u64>(window + <usize>(at - firstByte)) >> (position & 7);
}

function moveWindow(at: u64): void {
  const bytes = min(WINDOW, size - at);
  if (bytes > 0) read(<f64>at, <i32>bytes, window);
  store<u64>(window + <usize>bytes, 0);
  firstByte = at;
  bytesAfter = at + bytes + (at + bytes === size ? OVERHANG : 0);
}
