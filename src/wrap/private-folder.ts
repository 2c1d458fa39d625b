import { type Stats, statSync } from 'node:fs';
import { makeFolder } from '../emit/make-folder.js';
import { OutputError } from '../emit/write-file.js';
import { statusOf } from '../link/command/file-kind.js';

/** For folders and files that this user alone may read and write, whatever the umask. */
export const OWN_FOLDER = 0o700;
export const OWN_FILE = 0o600;

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Why a file or folder cannot be trusted: another user may have written what is in it. Null: this user alone can write.
 */
export function foreignness({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | null {
  const own = process.geteuid?.();
  // Windows has neither owners nor modes of this kind: a profile folder is its user's own.
  if (own === undefined) return null;
  if (uid !== own) return `belongs to another user (user id ${uid}, expected ${own})`;
  return (mode & WRITABLE_BY_OTHERS) === 0
    ? null
    : 'can be written by other users; remove it, or run chmod go-w on it';
}

/** Whether there is such a folder, and no other user may have written to it. */
export function isPrivate(path: string): boolean {
  const status = statusOf(path);
  return status !== undefined && foreignness(status) === null;
}

/** @throws OutputError when there is such a folder, and another user may have written to it */
export function requirePrivate(path: string): void {
  const status = statusOf(path);
  const reason = status === undefined ? null : foreignness(status);
  if (reason !== null) throw new OutputError(`${path}: ${reason}`);
}

/**
 * Makes a folder for this user alone.
 * @throws OutputError when it exists and another user may have written to it; otherwise what the file system says
 */
export function makePrivateFolder(path: string): void {
  makeFolder(path, OWN_FOLDER);
  const reason = foreignness(statSync(path));
  if (reason !== null) throw new OutputError(`${path}: ${reason}`);
}
