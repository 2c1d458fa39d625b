import { read } from '../host';
import { allocate } from '../memory';

/*
 * Ranges of the object that is read: from its own file, or from the archive that it is in, of which the latest bytes
 * are in memory, since headers and tables lie close together.
 */

const WINDOW: f64 = 0x4000;
/** Part of the window before the requested range: section headers come after the tables that they describe. */
const WINDOW_BEFORE: f64 = 0x1000;
/** Longer ranges are read on their own. */
const LONGEST: i32 = 1 << 13;

let window: usize = 0;
/** The bytes of the archive that are in memory. */
let first: f64 = 0;
let end: f64 = 0;
let archiveSize: f64 = 0;
/** Where the object begins in what is read. */
let base: f64 = 0;
let isInArchive: bool = false;

export function openWindow(bytes: f64): void {
  if (window === 0) window = allocate(<usize>WINDOW);
  archiveSize = bytes;
  first = 0;
  end = 0;
}

/** The object is all that is read. */
export function readAlone(): void {
  base = 0;
  isInArchive = false;
}

/** The object is at this offset of the archive. */
export function readInArchive(offset: f64): void {
  base = offset;
  isInArchive = true;
}

/** Puts a range of the object, which was checked, at `target`. */
export function readRange(offset: f64, length: i32, target: usize): void {
  if (isInArchive && length <= LONGEST) memory.copy(target, windowAt(base + offset, length), length);
  else read(base + offset, length, target);
}

/** Where a range of the archive, which was checked, is in memory: up to the next call. @param length up to LONGEST */
export function windowAt(offset: f64, length: i32): usize {
  if (offset < first || offset + <f64>length > end) moveWindow(offset);
  return window + <usize>(offset - first);
}

function moveWindow(offset: f64): void {
  const start = max<f64>(0, offset - WINDOW_BEFORE);
  const bytes = min(WINDOW, archiveSize - start);
  // The window is empty if reading throws.
  end = 0;
  read(start, <i32>bytes, window);
  first = start;
  end = start + bytes;
}
