import { xxh3 } from './xxh3.js';

/**
 * The order in which LLVM visits a set of names (`StringSet`): that of the buckets of a hash table, which depends on
 * the hash of each name, and in a tie on the order of insertion.
 *
 * Source: llvm/lib/Support/StringMap.cpp (`LookupBucketFor`, `RehashTable`), and `--trace` of wasm-ld with names of
 * `--export` (`wasm-linkers.test.ts`).
 */

/** The hash of names in such tables: `djb` up to LLVM 16, `xxh3` from LLVM 17 on. Both are cut to 32 bits. */
export type StringHash = 'djb' | 'xxh3';

const FIRST_SIZE = 16;

/** @param names as inserted; a name that comes again is ignored */
export function stringSetOrder<Name>(
  names: Iterable<Name>,
  bytesOf: (name: Name) => Uint8Array,
  hash: StringHash,
): Name[] {
  let buckets = new Array<Entry<Name> | undefined>(FIRST_SIZE);
  let size = 0;
  for (const name of new Set(names)) {
    place(buckets, { name, hash: HASHES[hash](bytesOf(name)) });
    size++;
    if (4 * size > 3 * buckets.length) buckets = doubled(buckets);
  }
  return buckets.flatMap((entry) => (entry === undefined ? [] : [entry.name]));
}

interface Entry<Name> {
  readonly name: Name;
  readonly hash: number;
}

/** Puts an entry into its bucket, or into the next free one: 1, then 2, then 3 further, and so on. */
function place<Name>(buckets: (Entry<Name> | undefined)[], entry: Entry<Name>): void {
  const mask = buckets.length - 1;
  let at = entry.hash & mask;
  for (let step = 1; buckets[at] !== undefined; step++) at = (at + step) & mask;
  buckets[at] = entry;
}

function doubled<Name>(buckets: readonly (Entry<Name> | undefined)[]): (Entry<Name> | undefined)[] {
  const more = new Array<Entry<Name> | undefined>(2 * buckets.length);
  for (const entry of buckets) if (entry !== undefined) place(more, entry);
  return more;
}

/** Bernstein's hash: 33 times the hash so far, plus the next byte. */
function djb(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 33) + byte) | 0;
  return hash;
}

const HASHES: Readonly<Record<StringHash, (bytes: Uint8Array) => number>> = {
  djb,
  xxh3: (bytes) => Number(BigInt.asIntN(32, xxh3(bytes))),
};
