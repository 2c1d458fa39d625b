import type { ByteSource } from '../bytes/byte-source.js';
import { unsigned } from './core.js';
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

/** Where the zeros of some bytes are, ascending. @param bytes fewer than 2 GiB */
export function positionsOfZeros(bytes: Uint8Array): Int32Array {
  const core = scratchCore();
  const { exports } = core;
  const buffer = exports.scanBuffer(PIECE);
  let zeros = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    core.bytes(buffer, piece.length).set(piece);
    zeros = exports.noteZeros(piece.length, at);
  }
  return new Int32Array(core.buffer, unsigned(exports.zeroPositions()), zeros).slice();
}
