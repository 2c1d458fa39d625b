import type { ByteSource } from '../bytes/byte-source.js';
import { unsigned } from './core.js';
import { scratchCore } from './scratch-core.js';

/** Big-endian offsets of member headers in an archive's index. */
export interface HeaderOffsets {
  readonly source: ByteSource;
  readonly offset: number;
  /** Bytes of each. */
  readonly width: 4 | 8;
  readonly count: number;
}

/**
 * The ordinal of the member at each offset; −1 for an offset without a member.
 * @param headers offsets of the members' headers, ascending
 * @throws MalformedError
 */
export function memberOrdinals(
  { source, offset, width, count }: HeaderOffsets,
  headers: readonly number[],
): Int32Array {
  const core = scratchCore();
  const { exports } = core;
  const bytes = count * width;
  const buffer = exports.scanBuffer(bytes);
  source.fill(offset, core.bytes(buffer, bytes));
  const offsets = unsigned(exports.headerOffsets(headers.length));
  new Float64Array(core.buffer, offsets, headers.length).set(headers);
  const ordinals = unsigned(exports.ordinalsInScan(count, width, headers.length));
  return new Int32Array(core.buffer, ordinals, count).slice();
}
