import { fstatSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { ByteSource, type PositionedRead } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { joinPath } from '../command/join-path.js';
import { ChangedError, type HeldFile, type HeldFiles, heldFiles, isSame } from './file-pool.js';
import type { InputFile } from './input-file.js';

/** Small reads are served from a window of this many bytes: headers and tables lie close together. */
const WINDOW = 1 << 14;
/** Part of the window before the requested range: section headers come after the tables that they describe. */
const WINDOW_BEFORE = WINDOW / 4;
/** Longer ranges are read on their own. */
const LONGEST_WINDOWED = WINDOW / 2;

/** A file that could not be opened or read at all. The message names it. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** Path of a file that does not exist. */
  readonly missing: string | undefined;

  constructor(message: string, { missing, cause }: { missing?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.missing = missing;
  }
}

/** Files open for positioned reads. */
export interface OpenFiles {
  /** @throws InputError when it is not a regular file, or cannot be read */
  open(path: string): InputFile;
  close(): void;
}

export function openFiles(): OpenFiles {
  const files = heldFiles();
  const windows = new WindowedFiles(files);
  const openSource = (path: string): { source: ByteSource; key: string } => {
    try {
      const file = files.hold(path);
      const { status } = file;
      if (!status.isFile()) throw new InputError(`${path}: not a regular file`);
      const size = Number(status.size);
      const requireUnchanged = () => requireSame(files, file);
      return {
        source: new ByteSource(path, windows.readerOf(file), 0, size, requireUnchanged),
        key: status.ino === 0n ? realpathSync(path) : `${status.dev}:${status.ino}`,
      };
    } catch (error) {
      throw inputError(path, error);
    }
  };
  const siblings = new Map<string, ByteSource>();
  const openSibling = (path: string): ByteSource => {
    const source = siblings.get(path) ?? openSource(path).source;
    siblings.set(path, source);
    return source;
  };
  return {
    open: (path) => ({
      path,
      ...openSource(path),
      openSibling: (stored) => ofArchive(path, () => openSibling(siblingPath(path, stored))),
    }),
    close: () => files.close(),
  };
}

/** A file that is replaced stays open as it was; one that is written over does not. @throws InputError */
function requireSame(files: HeldFiles, file: HeldFile): void {
  try {
    const now = fstatSync(files.descriptorOf(file), { bigint: true });
    if (!isSame(file.status, now)) throw new ChangedError(file.path);
  } catch (error) {
    throw inputError(file.path, error);
  }
}

function inputError(path: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  if (error instanceof ChangedError) return new InputError(`${path}: was changed while it was read`);
  const hint = path.includes('\uFFFD') ? '; a name that is not UTF-8 cannot be opened' : '';
  return fileError(path, error, hint);
}

/** The error of the system about a file, as one of ours. @param hint behind the reason */
export function fileError(path: string, cause: unknown, hint = ''): InputError {
  const isMissing = (cause as NodeJS.ErrnoException | null)?.code === 'ENOENT';
  return new InputError(
    `${path}: ${reasonOf(cause)}${hint}`,
    isMissing ? { cause, missing: path } : { cause },
  );
}

/** Adds the archive's name to errors of a thin archive's member, since only the archive is on the line. */
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
  return isAbsolute(path) ? path : joinPath(dirname(archive), path);
}

/** Windows of all files together: equal members of several archives are compared side by side. */
const WINDOWS = 4;

interface Window {
  readonly bytes: Uint8Array;
  file: HeldFile | null;
  start: number;
  end: number;
}

/** Reads of many files through a few windows, the most recently used one first. */
class WindowedFiles {
  readonly #files: HeldFiles;
  readonly #windows: Window[] = [];

  constructor(files: HeldFiles) {
    this.#files = files;
  }

  readerOf(file: HeldFile): PositionedRead {
    return (position, length, target) => {
      if (length > LONGEST_WINDOWED)
        return readExactly(this.#files, file, position, target ?? Buffer.allocUnsafe(length));
      const window = this.#windowAt(file, position, length);
      const at = position - window.start;
      const bytes = window.bytes.subarray(at, at + length);
      target?.set(bytes);
      // Views of earlier reads stay in use, so every read has memory of its own.
      return target ?? Buffer.from(bytes);
    };
  }

  #windowAt(file: HeldFile, position: number, length: number): Window {
    const windows = this.#windows;
    for (let at = 0; at < windows.length; at++) {
      const window = windows[at];
      if (window.file !== file || position < window.start || position + length > window.end) continue;
      if (at > 0) windows.unshift(...windows.splice(at, 1));
      return window;
    }
    const oldest = windows.length < WINDOWS ? undefined : windows.pop();
    const window = oldest ?? { bytes: new Uint8Array(WINDOW), file: null, start: 0, end: 0 };
    windows.unshift(window);
    this.#move(window, file, position);
    return window;
  }

  #move(window: Window, file: HeldFile, position: number): void {
    const start = Math.max(0, position - WINDOW_BEFORE);
    const length = Math.min(WINDOW, Number(file.status.size) - start);
    window.file = null;
    readExactly(this.#files, file, start, window.bytes.subarray(0, length));
    window.file = file;
    window.start = start;
    window.end = start + length;
  }
}

function readExactly(files: HeldFiles, file: HeldFile, position: number, target: Uint8Array): Uint8Array {
  let done = 0;
  while (done < target.byteLength) {
    const count = readSome(files, file, position + done, target.subarray(done));
    if (count === 0)
      throw new MalformedError(file.path, position + done, 'the file became shorter while it was read');
    done += count;
  }
  return target;
}

function readSome(files: HeldFiles, file: HeldFile, position: number, target: Uint8Array): number {
  try {
    return readSync(files.descriptorOf(file), target, 0, target.byteLength, position);
  } catch (error) {
    throw inputError(file.path, error);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EEXIST: 'something else has its name',
  ENAMETOOLONG: 'the name is too long',
  EISDIR: 'is a folder',
  EMFILE: 'too many open files',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'too many symbolic links',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EIO: 'the device failed',
  EINTR: 'a signal came in between',
};

/** Description of a system error. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? message;
}
