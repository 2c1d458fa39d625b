import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { sourceDigest } from 'virtual:build';
import type { SnapshotStore } from '../link/inputs/archive-snapshot.js';
import type { Inputs } from '../link/inputs/inputs.js';
import type { PlaceBytes } from '../symbols/snapshot.js';
import { type Cache, entryPath, keyOf, touchEntry, writeBytes } from './cache.js';
import { type CachedFacts, cachedFacts } from './cached-facts.js';
import { foreignness } from './private-folder.js';

/** Snapshots and facts in a cache. New ones are written when the files of the run were found to be unchanged. */
export interface CachedSnapshots extends SnapshotStore {
  /** Opens the facts about the members of a line's archives. */
  openFacts(inputs: Inputs): void;
  /** Writes new snapshots and facts. @throws OutputError, or what the file system says */
  write(): void;
}

/**
 * Snapshots of archives by their content. The version alone does not tell how an archive is read, since it is the same
 * while ardedup is developed.
 * @param hashes by path: SHA-256 of the content
 */
export function cachedSnapshots(
  cache: Cache,
  hashes: ReadonlyMap<string, string>,
  now: number,
): CachedSnapshots {
  const made = new Map<string, Uint8Array>();
  const facts: CachedFacts[] = [];
  return {
    keyOf: ({ path, source: { start, size }, isHidden = false }) => {
      const sha256 = hashes.get(path);
      return sha256 === undefined ? null : keyOf('snapshot', 3, sourceDigest, sha256, start, size, isHidden);
    },
    load: (key, place) => {
      const isRead = readFile(entryPath(cache, 'snapshots', key), place);
      if (isRead) touchEntry(cache, 'snapshots', key, now);
      return isRead;
    },
    save: (key, bytes) => made.set(key, bytes),
    openFacts: (inputs) => facts.push(cachedFacts(cache, inputs, hashes, now)),
    write: () => {
      for (const [key, bytes] of made) writeBytes(cache, 'snapshots', key, bytes);
      for (const one of facts) one.write();
    },
  };
}

/** Reads a regular file that no other user may have written. Returns whether all of it was read. */
function readFile(path: string, place: PlaceBytes): boolean {
  let descriptor: number;
  try {
    // A FIFO would keep an open without O_NONBLOCK waiting for a writer.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return false;
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || foreignness(status) !== null) return false;
    const target = place(status.size);
    return target !== null && readAll(descriptor, target);
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}

function readAll(descriptor: number, target: Uint8Array): boolean {
  for (let done = 0; done < target.length; ) {
    const length = readSync(descriptor, target, done, target.length - done, done);
    if (length === 0) return false;
    done += length;
  }
  return true;
}
