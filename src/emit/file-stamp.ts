import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * A stamp that changes when a file changes, without reading it. Null for a missing file, and for one that was modified
 * so recently that a further change may leave the stamp equal.
 */
export type Stamp = string | null;

/** A file that was written to so recently may be written to again without its times telling: some file systems count in
 * two seconds. */
const FRESH = 2_000;
const CHUNK = 1 << 20;

/** Size, times of content and status, device and inode. @param now milliseconds, as the file system counts them */
export function stampOf(path: string, now: number): Stamp {
  const status = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (!status?.isFile() || Number(status.mtimeMs) > now - FRESH) return null;
  return `${status.size}:${status.mtimeNs}:${status.ctimeNs}:${status.dev}:${status.ino}`;
}

/** The same, of files however fresh: good for as long as one run looks at them. */
export function momentaryStampOf(path: string): Stamp {
  return stampOf(path, Number.POSITIVE_INFINITY);
}

/**
 * SHA-256 of a regular file's content, in hexadecimal. @throws what the file system says, and for what may have no end
 */
export function hashFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  // A FIFO would keep an open without O_NONBLOCK waiting for a writer.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error('not a regular file');
    for (;;) {
      const length = readSync(descriptor, buffer, 0, CHUNK, null);
      if (length === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');
