import { sourceDigest } from 'virtual:build';
import type { Inputs } from '../link/inputs/inputs.js';
import { FactBook, keepFacts } from '../link/inputs/member-facts.js';
import { type Cache, keyOf, readEntry, touchEntry, writeEntry } from './cache.js';

/** Facts about members of the archives of a line. */
export interface CachedFacts {
  /** Writes new facts. @throws OutputError, or what the file system says */
  write(): void;
}

/**
 * Gives the archives of a line the facts that earlier plans with the same archives have found out.
 * @param hashes by path: SHA-256 of the content; members of other files have no facts
 */
export function cachedFacts(
  cache: Cache,
  inputs: Inputs,
  hashes: ReadonlyMap<string, string>,
  now: number,
): CachedFacts {
  const archives = inputs.archives.filter(({ path, stored }) => !stored.isThin && hashes.has(path));
  const parts = archives.map(({ path, stored: { source } }) => [hashes.get(path), source.start, source.size]);
  const key = keyOf('facts', 1, sourceDigest, parts);
  const book = new FactBook(factsIn(readEntry(cache, 'facts', key)));
  let id = 0;
  for (const { firstMember, stored } of archives)
    for (const { ordinal } of stored.members)
      keepFacts(inputs.members[firstMember + ordinal], { book, id: id++ });
  return {
    write: () => {
      if (book.isChanged) writeEntry(cache, 'facts', key, book.facts);
      else touchEntry(cache, 'facts', key, now);
    },
  };
}

const factsIn = (entry: unknown): Readonly<Record<string, unknown>> =>
  typeof entry === 'object' && entry !== null && !Array.isArray(entry)
    ? (entry as Record<string, unknown>)
    : {};
