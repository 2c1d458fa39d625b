import { sourceDigest } from 'virtual:build';
import { type Cache, keyOf, readBytes, touchEntry, writeBytes } from './cache.js';

/** Where the code cache of a program is kept that has none next to it, as a copy of the package from npm. */
export interface CodeStore {
  /** @param key differs where V8 would reject the other's */
  read(key: string): Buffer | null;
  write(key: string, codeCache: Buffer): void;
}

/** Code caches of the program in the cache of links. What cannot be read or written costs time, and nothing else. */
export function codeStore(cache: Cache, now: number): CodeStore {
  const entryOf = (key: string): string => keyOf('program', 1, sourceDigest, key);
  return {
    read: (key) => {
      try {
        const codeCache = readBytes(cache, 'program', entryOf(key));
        if (codeCache !== null) touchEntry(cache, 'program', entryOf(key), now);
        return codeCache;
      } catch {
        return null;
      }
    },
    write: (key, codeCache) => {
      try {
        writeBytes(cache, 'program', entryOf(key), codeCache);
      } catch {
        // Compiled again next time.
      }
    },
  };
}
