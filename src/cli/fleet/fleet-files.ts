import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { isArchive, MAGIC_SIZE, readArchive } from '../../archive/read-archive.js';
import { isFolder } from '../../link/command/file-kind.js';
import { joinPath } from '../../link/command/join-path.js';
import { InputError, openFiles, reasonOf } from '../../link/inputs/open-files.js';

/** Bytes of a SHA-256 that are kept of a member: 96 bits do not collide by chance in any fleet. */
const DIGEST_BYTES = 12;
const CHUNK = 1 << 20;

/** Content and size of a member. */
export type MemberDigest = readonly [digest: string, size: number];

/** All archives in folders, told by their first bytes, in the order of their paths. Links are not followed. */
export function* archivesIn(words: readonly string[]): Generator<string> {
  for (const word of words)
    if (isFolder(word)) yield* archivesBelow(word);
    else if (hasArchive(word)) yield word;
    else throw new InputError(`${word}: not an archive, and not a folder`);
}

function* archivesBelow(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = joinPath(folder, entry.name);
    if (entry.isDirectory()) yield* archivesBelow(path);
    else if (entry.isFile() && hasArchive(path)) yield path;
  }
}

function entriesOf(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    throw new InputError(`${folder}: ${reasonOf(error)}`);
  }
}

function hasArchive(path: string): boolean {
  const files = openFiles();
  try {
    return isArchive(files.open(path).source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes);
  } finally {
    files.close();
  }
}

/** Digests of the members of an archive; those of a thin archive are in other files and are not read. */
export function digestsOf(path: string): MemberDigest[] {
  const files = openFiles();
  try {
    const { source } = files.open(path);
    const { members, isThin } = readArchive(source);
    if (isThin) return [];
    return members.map(({ dataOffset, size }) => {
      const hash = createHash('sha256');
      for (let at = 0; at < size; at += CHUNK)
        hash.update(source.viewUpTo(dataOffset + at, Math.min(CHUNK, size - at), 'member').bytes);
      return [hash.digest().subarray(0, DIGEST_BYTES).toString('base64url'), size];
    });
  } finally {
    files.close();
  }
}
