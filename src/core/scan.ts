import { allocate, roomFor } from './memory';
import { countZeros, SLACK } from './words';

/** A place for bytes of a file that are only looked through. */
let start: usize = 0;
let room: usize = 0;

/** Where the bytes belong. @param bytes the most that there will be */
export function scanBuffer(bytes: i32): usize {
  if (room < <usize>(bytes + SLACK)) {
    room = roomFor(bytes + SLACK);
    start = allocate(room);
  }
  return start;
}

/** How many of those bytes are zero. */
export function zerosInScan(bytes: i32): i32 {
  return countZeros(start, bytes);
}
