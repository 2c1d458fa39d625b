import type { ByteSource } from '../bytes/byte-source.js';
import { scratchCore } from './scratch-core.js';

/** Bytes that are looked through at a time; few enough to stay in the processor's cache. */
const PIECE = 1 << 18;

/** How many of the bytes from `offset` to `end` of a source are zero. @throws MalformedError */
export function countZeros(source: ByteSource, offset: number, end: number): number {
  const core = scratchCore();
  const buffer = core.exports.scanBuffer(PIECE);
  let zeros = 0;
  for (let at = offset; at < end; at += PIECE) {
    const length = Math.min(PIECE, end - at);
    source.fill(at, core.bytes(buffer, length));
    zeros += core.exports.zerosInScan(length);
  }
  return zeros;
}
