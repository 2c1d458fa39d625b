import { createHash } from 'node:crypto';
import { type Dirent, readdirSync } from 'node:fs';
import { readArchive } from '../../archive/read-archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { isFolder } from '../../link/command/file-kind.js';
import { joinPath } from '../../link/command/join-path.js';
import { archivePartsOf } from '../../link/inputs/find-archives.js';
import { InputError, openFiles, reasonOf } from '../../link/inputs/open-files.js';

/** Bytes of a SHA-256 that are kept of a member: 96 bits do not collide by chance in any fleet. */
const DIGEST_BYTES = 12;
const CHUNK = 1 << 20;

/** Content and size of a member. */
export type MemberDigest = readonly [digest: string, size: number];

/** A file to check, or a file or folder of which it cannot be told whether it is an archive. */
export interface FleetFile {
  readonly path: string;
  readonly problem?: string;
}

/**
 * All archives in folders, recognised by their first bytes, in the order of their paths, each file once. Links are not
 * followed.
 *
 * @throws InputError for a word that cannot be read or is not an archive
 */
export function* archivesIn(words: readonly string[]): Generator<FleetFile> {
  const seen = new Set<string>();
  const isNew = (path: string): boolean => {
    const key = keyOfArchive(path);
    if (key === null || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  for (const word of words)
    if (isFolder(word)) yield* archivesBelow(word, entriesOf(word), isNew);
    else if (keyOfArchive(word) === null) throw new InputError(`${word}: not an archive, and not a folder`);
    else if (isNew(word)) yield { path: word };
}

function* archivesBelow(
  folder: string,
  entries: readonly Dirent[],
  isNew: (path: string) => boolean,
): Generator<FleetFile> {
  for (const entry of entries) {
    const path = joinPath(folder, entry.name);
    try {
      if (entry.isDirectory()) yield* archivesBelow(path, entriesOf(path), isNew);
      else if (entry.isFile() && isNew(path)) yield { path };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      yield { path, problem: error.message };
    }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    throw new InputError(`${folder}: ${reasonOf(error)}`);
  }
}

/** Identifies an archive, whatever its path; null for a file that neither is an archive nor contains one. */
function keyOfArchive(path: string): string | null {
  const files = openFiles();
  try {
    const file = files.open(path);
    return archivePartsOf(file).length > 0 ? file.key : null;
  } finally {
    files.close();
  }
}

/** Digests of the members of an archive; those of a thin archive are in other files and are not read. */
export function digestsOf(path: string): MemberDigest[] {
  const files = openFiles();
  try {
    return archivePartsOf(files.open(path)).flatMap(digestsIn);
  } finally {
    files.close();
  }
}

function digestsIn(source: ByteSource): MemberDigest[] {
  const { members, isThin } = readArchive(source);
  if (isThin) return [];
  return members.map(({ dataOffset, size }) => {
    const hash = createHash('sha256');
    for (let at = 0; at < size; at += CHUNK)
      hash.update(source.viewUpTo(dataOffset + at, Math.min(CHUNK, size - at), 'member').bytes);
    return [hash.digest().subarray(0, DIGEST_BYTES).toString('base64url'), size];
  });
}
