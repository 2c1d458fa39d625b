import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Piece } from '../archive/piece.js';
import type { ArchiveStore } from '../emit/destination.js';
import { hashFile, momentaryStampOf } from '../emit/file-stamp.js';
import { isFile } from '../link/command/file-kind.js';
import { version } from '../version.js';
import { type Cache, keyOf, readEntry, writeEntry } from './cache.js';
import { isNothing, isText, or, shaped } from './shape.js';

/** The folder of the trimmed archives of a cache. */
export const archivesFolder = ({ folder }: Cache): string => join(folder, 'archives');

/** A trimmed archive as it was written. */
interface StoredRecord {
  readonly file: string;
  readonly sha256: string;
  readonly stamp: string | null;
}

const isRecord = shaped({ file: isText, sha256: isText, stamp: or(isNothing, isText) });

/**
 * Trimmed archives by what they are made of: the content of the original, and the members that stay, from which the
 * rest follows, or the ranges and new bytes that are written. Plans that drop the same share them.
 *
 * @param digestOf SHA-256 of an original
 */
export function archiveStore(cache: Cache, digestOf: (archive: string) => string): ArchiveStore {
  const folder = archivesFolder(cache);
  return {
    folderLike: join(folder, '0'.repeat(64)),
    place: (archive, name, content) => {
      const original = digestOf(archive);
      const key =
        content.kind === 'kept'
          ? keyOf('kept', 1, version, original, name, content.members)
          : keyOfPieces(original, name, content.pieces);
      return { path: join(folder, key, name), isThere: storedDigest(cache, key, name) !== null };
    },
  };
}

function keyOfPieces(original: string, name: string, pieces: readonly Piece[]): string {
  const hash = createHash('sha256').update(JSON.stringify([1, original, name]));
  for (const piece of pieces) {
    const isCopy = piece.kind === 'copy';
    hash.update(JSON.stringify(isCopy ? [piece.offset, piece.length] : [piece.bytes.length]));
    if (!isCopy) hash.update(piece.bytes);
  }
  return hash.digest('hex');
}

/** SHA-256 of an archive that is in the store as it was written; null when it is not. */
function storedDigest(cache: Cache, key: string, name: string): string | null {
  const entry = readEntry(cache, 'archives', key);
  if (!isRecord(entry)) return null;
  const { file, sha256, stamp } = entry as StoredRecord;
  const path = join(archivesFolder(cache), key, name);
  if (file !== name || !isFile(path)) return null;
  if (stamp !== null && momentaryStampOf(path) === stamp) return sha256;
  if (hashFile(path) !== sha256) return null;
  // A cache that was copied or restored has other stamps: without new ones, each link would hash the archive.
  try {
    note(cache, key, name, sha256);
  } catch {
    // The archive is there anyway; it is hashed once more next time.
  }
  return sha256;
}

function note(cache: Cache, key: string, name: string, sha256: string): void {
  const stamp = momentaryStampOf(join(archivesFolder(cache), key, name));
  writeEntry(cache, 'archives', key, { file: name, sha256, stamp });
}

/**
 * Notes an archive that was just written, or was there.
 * @param file `<key>/<name>`
 * @returns SHA-256 of its content
 * @throws what the file system says
 */
export function recordStored(cache: Cache, file: string): string {
  const [key, name] = file.split('/');
  const stored = storedDigest(cache, key, name);
  if (stored !== null) return stored;
  const sha256 = hashFile(join(archivesFolder(cache), file));
  note(cache, key, name, sha256);
  return sha256;
}
