import type { ByteSource } from '../bytes/byte-source.js';

/** Takes note of `bytes` more to be read. @throws MalformedError when that is more than there can be */
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

/** Names may share bytes (`.text.f` ends in `f`), so their sum has no bound but sense. */
export const namesLimit = (stringTableBytes: number): number => Math.max(64 * stringTableBytes, 1 << 26);
