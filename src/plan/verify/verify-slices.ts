import { architectureName } from '../../archive/architecture.js';
import type { Slice } from '../../archive/universal.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { equalBytes } from '../../bytes/equal-bytes.js';
import type { Archive } from '../../link/inputs/inputs.js';

/**
 * Compares the universal files of two archives that are slices: all slices are present, in the same order and
 * alignment, and no other slice is changed without a plan for it. Does nothing if neither archive is a slice.
 * @param isChangedElsewhere whether another plan drops members from the slice of that architecture
 * @returns descriptions of the differences
 */
export function compareSlices(
  { slice: from }: Archive,
  { slice: to }: Archive,
  isChangedElsewhere: (architecture: string) => boolean,
): string[] {
  if (!from || !to) return from === to ? [] : [`is ${to ? 'a' : 'no'} universal file, unlike the original`];
  const emitted = to.universal.slices;
  if (emitted.length !== from.universal.slices.length)
    return [`has ${emitted.length} slices, not ${from.universal.slices.length}`];
  return from.universal.slices.flatMap((old, row) => {
    const now = emitted[row];
    const name = architectureName(old.cpuType, old.cpuSubtype);
    if (now.cpuType !== old.cpuType || now.cpuSubtype !== old.cpuSubtype || now.align !== old.align)
      return [`slice ${row} is not for ${name} with an alignment of 2^${old.align}`];
    if (now.offset % 2 ** now.align !== 0) return [`the slice for ${name} is not aligned`];
    if (row === from.row || isChangedElsewhere(name)) return [];
    const isSame = equalBytes(contentOf(from.file, old), contentOf(to.file, now));
    return isSame ? [] : [`the slice for ${name} differs from the original`];
  });
}

const contentOf = (file: ByteSource, { offset, size }: Slice): ByteSource =>
  file.slice(offset, size, file.label);
