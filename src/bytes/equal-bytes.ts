import type { ByteSource } from './byte-source.js';

/** Bytes compared at a time; small enough to stay in the processor's cache. */
const PIECE = 1 << 18;
const left = new Uint8Array(PIECE);
const right = new Uint8Array(PIECE);

/** Whether two files, or parts of files, hold the same bytes. */
export function equalBytes(one: ByteSource, other: ByteSource): boolean {
  if (one.size !== other.size) return false;
  for (let offset = 0; offset < one.size; offset += PIECE) {
    const length = Math.min(PIECE, one.size - offset);
    one.fill(offset, left.subarray(0, length));
    other.fill(offset, right.subarray(0, length));
    if (Buffer.compare(left.subarray(0, length), right.subarray(0, length)) !== 0) return false;
  }
  return true;
}
