import { fail } from './host';
import { Problem } from './problem';

/*
 * Blocks of linear memory, each a power of two long. What is given back is kept by its length for the next block of
 * that length: columns grow by doubling, so the old block of a wide column is the new one of a narrow one.
 */

const SMALLEST: u32 = 4;
const SMALLEST_BYTES: usize = 1 << SMALLEST;
/** log2 of half of the largest memory. */
const LARGEST: u32 = 31;
const PAGE: u32 = 16;
/** Least number of pages that are added at a time. */
const GROWTH: i32 = 1024;

/**
 * First block of each length that was given back, by the logarithm of the length; each begins with the address of the
 * next.
 */
const returned = memory.data(4 * 32, 8);

let top: usize = 0;
let limit: usize = 0;

/** The logarithm of the shortest block that holds `bytes`. */
function blockOf(bytes: usize): u32 {
  return bytes <= 1 << SMALLEST ? SMALLEST : 32 - clz<u32>(<u32>bytes - 1);
}

/** Bytes that the block for `bytes` bytes has. */
export function roomFor(bytes: usize): usize {
  return (<usize>1) << blockOf(bytes);
}

/** Allocates a block of at least `bytes`, not cleared. Fails if memory is exhausted. */
export function allocate(bytes: usize): usize {
  const block = blockOf(bytes);
  if (block > LARGEST) outOfMemory();
  const list = returned + ((<usize>block) << 2);
  const first = load<usize>(list);
  if (first !== 0) {
    store<usize>(list, load<usize>(first));
    return first;
  }
  const size = (<usize>1) << block;
  const part = partOfLarger(block);
  if (part !== 0) return part;
  if (top === 0) begin();
  if (limit - top < size) grow(size);
  const start = top;
  top += size;
  return start;
}

/** The first part of a longer block that was given back, the rest of which stays; 0 without one. */
function partOfLarger(block: u32): usize {
  for (let larger = block + 1; larger <= LARGEST; larger++) {
    const list = returned + ((<usize>larger) << 2);
    const start = load<usize>(list);
    if (start === 0) continue;
    store<usize>(list, load<usize>(start));
    for (let half = larger - 1; half >= block; half--) giveBack(start + ((<usize>1) << half), half);
    return start;
  }
  return 0;
}

/** @param bytes as many as it was allocated for */
export function release(start: usize, bytes: usize): void {
  giveBack(start, blockOf(bytes));
}

function giveBack(start: usize, block: u32): void {
  const list = returned + ((<usize>block) << 2);
  store<usize>(start, load<usize>(list));
  store<usize>(list, start);
}

/** Blocks follow the static data and the objects that modules make when they are loaded; none is made later. */
function begin(): void {
  top = heap.alloc(SMALLEST_BYTES) + SMALLEST_BYTES;
  limit = (<usize>memory.size()) << PAGE;
}

/** New pages follow those that there are; what was left of those is lost, less than one block. */
function grow(size: usize): void {
  const needed = <i32>((size + (1 << PAGE) - 1) >> PAGE);
  let pages = max(needed, GROWTH);
  let before = memory.grow(pages);
  if (before < 0) {
    pages = needed;
    before = memory.grow(pages);
  }
  if (before < 0) outOfMemory();
  const start = (<usize>before) << PAGE;
  if (start !== limit) top = start;
  limit = start + ((<usize>pages) << PAGE);
}

function outOfMemory(): void {
  fail(Problem.OUT_OF_MEMORY, 0, 0, 0, 0);
  unreachable();
}
