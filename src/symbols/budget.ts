import type { ByteSource } from '../bytes/byte-source.js';

/** Counts further `bytes` to be read. @throws MalformedError if the sum exceeds the limit */
export type Spend = (bytes: number) => void;

/**
 * A limit on what tables of one kind take together. Tables of a sound object do not overlap; without the limit a
 * few kilobytes of headers that all describe one large range would keep us busy for hours.
 */
export function budgetOf(object: ByteSource, what: string, limit = object.size): Spend {
  let spent = 0;
  return (bytes) => {
    spent += bytes;
    if (spent > limit)
      throw object.error(0, `${what}: ${spent} bytes together, more than the object can hold`);
  };
}

/** Names may share bytes (`.text.f` ends in `f`), so the limit on their sum is only a plausible one. */
export const namesLimit = (stringTableBytes: number): number => Math.max(64 * stringTableBytes, 1 << 26);
