import {
  appendFileSync,
  closeSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Piece } from '../archive/piece.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { statusOf } from '../link/command/file-kind.js';
import { reasonOf } from '../link/inputs/open-files.js';
import { type Append, atOnce, type Steps } from './steps.js';
import { removeAbandoned, temporaryFor, unlinkQuietly } from './temporary.js';

/** An output could not be written. The message names it; no partial file is left. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/**
 * Creates and removes a temporary file next to each path, so that a folder without write permission is found before
 * any output is written.
 * @param isMade whether the folder of a path will be made
 * @throws OutputError
 */
export function requireWritable(
  paths: readonly (string | undefined)[],
  isMade: (folder: string) => boolean = () => false,
): void {
  const probed = new Set<string>();
  for (const path of paths) {
    if (path === undefined) continue;
    requirePlace(path);
    const folder = dirname(path);
    if (probed.has(folder) || (isMade(folder) && statusOf(folder) === undefined)) continue;
    probed.add(folder);
    const temporary = temporaryFor(path);
    const descriptor = openTemporary(path, temporary, 0o600);
    try {
      closeSync(descriptor);
    } catch (error) {
      throw new OutputError(`${path}: cannot be written: ${reasonOf(error)}`);
    } finally {
      unlinkQuietly(temporary);
    }
  }
}

/** Where a system has its devices and what leads to them. /dev/shm has files. */
const DEVICES = /^\/(?:dev(?!\/shm(?:\/|$))|proc|sys)(?:\/|$)/;

/**
 * Whether a file may take this place: none takes that of a folder or a device, nor that of a link to a stream, as
 * /dev/stdout is one.
 * @throws OutputError
 */
export function requirePlace(path: string): void {
  const target = statusOf(path);
  if (target && !target.isFile()) throw new OutputError(`${path}: exists and is not a regular file`);
  let folder: string;
  try {
    folder = realpathSync(dirname(path));
  } catch {
    // It is not there yet.
    return;
  }
  if (DEVICES.test(folder)) throw new OutputError(`${path}: cannot be written: ${folder} is for devices`);
}

/** Bytes copied at a time. */
const CHUNK = 1 << 20;

/**
 * Writes a temporary file next to the path and renames it, so that readers see either the old file or the whole new
 * one. A file that already has the same bytes is not touched, so that a build does not repeat later steps. The file is
 * not synced to disk, since a build can repeat it. Temporary files of killed processes are removed by the next write.
 *
 * @param source of the copied ranges; may be null without any
 * @param mode of a new file, before the umask
 * @param requireUnchanged called after writing and before renaming: if it throws, the old file stays
 * @throws OutputError
 */
export function writeFileWhole(...given: Parameters<typeof writingSteps>): void {
  atOnce(writingSteps(...given));
}

/** The same in steps of about a chunk: stopped between two of them, it leaves all as it was. */
export function* writingSteps(
  path: string,
  pieces: readonly Piece[],
  source: ByteSource | null,
  requireUnchanged: () => void = () => {},
  mode = 0o666,
): Steps<void> {
  requirePlace(path);
  removeAbandoned(path);
  const temporary = temporaryFor(path);
  const descriptor = openTemporary(path, temporary, mode);
  try {
    try {
      yield* writePieces(descriptor, pieces, source);
    } finally {
      yield;
      closeSync(descriptor);
    }
    requireUnchanged();
    if (isAlike(temporary, path)) unlinkQuietly(temporary);
    else renameSync(temporary, path);
  } catch (error) {
    unlinkQuietly(temporary);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OutputError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}

function openTemporary(path: string, temporary: string, mode: number): number {
  try {
    return openSync(temporary, 'wx', mode);
  } catch (error) {
    const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isFolderMissing ? `no folder ${dirname(path)}` : reasonOf(error);
    throw new OutputError(`${path}: cannot be written: ${reason}`);
  }
}

export function writeTextWhole(path: string, text: string, mode?: number): void {
  writeFileWhole(path, [{ kind: 'bytes', bytes: Buffer.from(text, 'utf8') }], null, undefined, mode);
}

/** Adds to a file that others add to as well. @throws OutputError */
export function appendText(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    throw new OutputError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}

/** Whether a regular file has the very bytes of another, a chunk at a time. */
function isAlike(path: string, other: string): boolean {
  const status = lstatSync(other, { throwIfNoEntry: false });
  if (!status?.isFile() || status.size !== statSync(path).size) return false;
  const descriptors: number[] = [];
  try {
    for (const file of [path, other]) descriptors.push(openSync(file, 'r'));
    const [one, two] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
    for (let at = 0; at < status.size; at += CHUNK) {
      const length = Math.min(CHUNK, status.size - at);
      const read = descriptors.map((file, row) => readSync(file, row === 0 ? one : two, 0, length, at));
      // A read may stop short: of what it left out nothing is known.
      if (read.some((count) => count !== length)) return false;
      if (one.compare(two, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } catch {
    // A file that cannot be read is written again.
    return false;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

function* writePieces(descriptor: number, pieces: readonly Piece[], source: ByteSource | null): Steps<void> {
  // One is written while the other is filled.
  let [buffer, other] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  let pending = 0;
  const flushed = (): Append => {
    const bytes = buffer.subarray(0, pending);
    [buffer, other] = [other, buffer];
    pending = 0;
    return { descriptor, bytes };
  };
  for (const piece of pieces) {
    if (piece.kind === 'bytes') {
      if (piece.bytes.byteLength > CHUNK - pending) yield flushed();
      if (piece.bytes.byteLength > CHUNK) yield { descriptor, bytes: piece.bytes };
      else {
        buffer.set(piece.bytes, pending);
        pending += piece.bytes.byteLength;
      }
      continue;
    }
    let done = 0;
    while (done < piece.length) {
      if (pending === CHUNK) yield flushed();
      const length = Math.min(CHUNK - pending, piece.length - done);
      source?.fill(piece.offset + done, buffer.subarray(pending, pending + length));
      pending += length;
      done += length;
    }
  }
  yield flushed();
}
