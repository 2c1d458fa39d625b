import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import type { InputFile } from './inputs.js';

/** Small reads are served from a window of this many bytes: headers and tables lie close together. */
const WINDOW = 1 << 14;

/** A file that could not be opened or read at all. The message names it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Files open for positioned reads. */
export interface OpenFiles {
  /** @throws InputError when there is no such regular file, or it cannot be read */
  open(path: string): InputFile;
  close(): void;
}

export function openFiles(): OpenFiles {
  const descriptors: number[] = [];
  const openSource = (path: string): { source: ByteSource; key: string } => {
    try {
      const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      // A FIFO would keep an open without O_NONBLOCK waiting for a writer.
      descriptors.push(descriptor);
      const status = fstatSync(descriptor, { bigint: true });
      if (!status.isFile()) throw new InputError(`${path}: not a regular file`);
      const size = Number(status.size);
      const requireUnchanged = () => requireSame(path, status, descriptor);
      return {
        source: new ByteSource(path, windowedReader(descriptor, path, size), 0, size, requireUnchanged),
        key: status.ino === 0n ? realpathSync(path) : `${status.dev}:${status.ino}`,
      };
    } catch (error) {
      throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
    }
  };
  return {
    open: (path) => ({
      path,
      ...openSource(path),
      openSibling: (stored) => ofArchive(path, () => openSource(siblingPath(path, stored)).source),
    }),
    close: () => {
      for (const descriptor of descriptors.splice(0)) closeQuietly(descriptor);
    },
  };
}

/** A file that is replaced stays open as it was; one that is written over does not. @throws InputError */
function requireSame(path: string, opened: BigIntStats, descriptor: number): void {
  let now: BigIntStats;
  try {
    now = fstatSync(descriptor, { bigint: true });
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  if (now.size !== opened.size || now.mtimeNs !== opened.mtimeNs)
    throw new InputError(`${path}: was changed while it was read`);
}

/** What goes wrong with a member of a thin archive is told with the archive, which alone is on the line. */
function ofArchive<Opened>(path: string, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}, a thin archive: ${error.message}`);
    throw error;
  }
}

/** The file that a thin archive's member names. @param stored bytes of a path, as Latin-1 */
export function siblingPath(archive: string, stored: string): string {
  const path = Buffer.from(stored, 'latin1').toString('utf8');
  return isAbsolute(path) ? path : join(dirname(archive), path);
}

function windowedReader(descriptor: number, path: string, fileSize: number) {
  let window: Uint8Array = new Uint8Array(0);
  let windowStart = 0;
  return (position: number, length: number, target?: Uint8Array): Uint8Array => {
    // Views of earlier reads stay in use, so every read has memory of its own.
    if (target || length > WINDOW / 2)
      return readExactly(descriptor, path, position, target ?? Buffer.allocUnsafe(length));
    if (position < windowStart || position + length > windowStart + window.byteLength) {
      const bytes = Buffer.allocUnsafeSlow(Math.min(WINDOW, fileSize - position));
      window = readExactly(descriptor, path, position, bytes);
      windowStart = position;
    }
    return window.subarray(position - windowStart, position - windowStart + length);
  };
}

function readExactly(descriptor: number, path: string, position: number, target: Uint8Array): Uint8Array {
  let done = 0;
  while (done < target.byteLength) {
    const count = readSome(descriptor, path, position + done, target.subarray(done));
    if (count === 0)
      throw new MalformedError(path, position + done, 'the file became shorter while it was read');
    done += count;
  }
  return target;
}

function readSome(descriptor: number, path: string, position: number, target: Uint8Array): number {
  try {
    return readSync(descriptor, target, 0, target.byteLength, position);
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}

/** Nothing was written by it: that it cannot be closed changes nothing. */
function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The system has let go of it all the same.
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
  EMFILE: 'too many open files',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'too many symbolic links',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EIO: 'the device failed',
  EINTR: 'a signal came in between',
};

/** What the operating system says, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? message;
}
