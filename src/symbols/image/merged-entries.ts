import { SHF_MERGE, SHF_STRINGS } from '../../core/elf/constants.js';
import type { DataSection } from './data-image.js';

const CSTRINGS = /,__cstring$/;

/** Whether linkers merge the entries of a section: then nothing is before an entry. */
export const isMergedSection = ({ name, flags }: DataSection): boolean =>
  CSTRINGS.test(name) || (flags & BigInt(SHF_MERGE)) !== 0n;

/** Where data ends that begins at `start`: in a section of strings or constants that linkers merge, with its entry. */
export function endOfMerged(
  { name, flags, bytes, entrySize }: DataSection,
  start: number,
  end: number,
): number {
  const isMerged = entrySize > 0 && (flags & BigInt(SHF_MERGE)) !== 0n;
  const isString = CSTRINGS.test(name) || (isMerged && (flags & BigInt(SHF_STRINGS)) !== 0n);
  if (!isString) return isMerged ? Math.min(end, start + entrySize) : end;
  const width = Math.max(1, entrySize);
  let at = start;
  while (at + width <= bytes.length && bytes.subarray(at, at + width).some((byte) => byte !== 0)) at += width;
  return Math.min(end, at + width);
}
