import { Column } from './column';
import { allocate, release, roomFor } from './memory';
import { countZeros, exactZeroBytes, lastWord, SLACK } from './words';

/*
 * Bytes of a file that TypeScript puts in one buffer, to be looked through here.
 */

let start: usize = 0;
let room: usize = 0;

/** By row of an index: what was found. */
const found = new Column<i32>();
/** By member of an archive: where its header is, in rising order. */
const headerOffset = new Column<f64>();

/** Where the bytes belong. NULs follow them. @param bytes the most that there will be */
export function scanBuffer(bytes: i32): usize {
  const needed = <usize>bytes + SLACK;
  if (room < needed) {
    if (room !== 0) release(start, room);
    room = roomFor(needed);
    start = allocate(room);
  }
  store<u64>(start + bytes, 0);
  return start;
}

/** How many of those bytes are zero. */
export function zerosInScan(bytes: i32): i32 {
  return countZeros(start, bytes);
}

/** Where the zero bytes of a text are that is looked through a piece at a time. */
const zeroAt = new Column<i32>();
let zeros: i32 = 0;

/** @param position of the buffer's first byte in the text: 0 begins another one. Returns the zeros so far. */
export function noteZeros(bytes: i32, position: i32): i32 {
  if (position === 0) zeros = 0;
  zeroAt.reserve(zeros + countZeros(start, bytes));
  const whole = bytes & ~7;
  for (let at = 0; at < whole; at += 8) note(exactZeroBytes(load<u64>(start + at)), position + at);
  const rest = bytes & 7;
  if (rest === 0) return zeros;
  const found = exactZeroBytes(lastWord(start + whole, rest)) & (~(<u64>0) >> (64 - ((<u64>rest) << 3)));
  note(found, position + whole);
  return zeros;
}

function note(found: u64, position: i32): void {
  for (; found !== 0; found &= found - 1) zeroAt[zeros++] = position + <i32>(ctz<u64>(found) >> 3);
}

/** Where the positions of those zeros are. */
export function zeroPositions(): usize {
  return zeroAt.start;
}

/** Where the offsets of an archive's headers belong, 64-bit floating point. */
export function headerOffsets(members: i32): usize {
  headerOffset.reserve(members);
  return headerOffset.start;
}

/**
 * The ordinals of members, by big-endian offsets of their headers, of 4 or 8 bytes; −1 for an offset that is no
 * header's. Rows of one member mostly follow one another. Returns where the ordinals are.
 */
export function ordinalsInScan(count: i32, width: i32, members: i32): usize {
  found.reserve(count);
  let last: f64 = -1;
  let ordinal = -1;
  for (let row = 0, at = start; row < count; row++, at += width) {
    const offset = width === 4 ? <f64>bswap<u32>(load<u32>(at)) : <f64>bswap<u64>(load<u64>(at));
    if (offset !== last) ordinal = memberAt(offset, members);
    last = offset;
    found[row] = ordinal;
  }
  return found.start;
}

function memberAt(offset: f64, members: i32): i32 {
  let first = 0;
  for (let after = members; first < after; ) {
    const middle = (first + after) >>> 1;
    if (headerOffset[middle] < offset) first = middle + 1;
    else after = middle;
  }
  return first < members && headerOffset[first] === offset ? first : -1;
}
