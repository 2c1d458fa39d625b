import { UnreadableError } from '../object-format.js';

/** An addend as a number. @throws UnreadableError beyond 2⁵³: no compiler writes a reference so far from its target */
export function exactNumber(addend: bigint): number {
  const number = Number(addend);
  if (!Number.isSafeInteger(number)) throw new UnreadableError(`a relocation with addend ${addend}`);
  return number;
}
