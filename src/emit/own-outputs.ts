import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Piece, sizeOf } from '../archive/piece.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { statusOf } from '../link/command/file-kind.js';
import { joinPath } from '../link/command/join-path.js';
import { reasonOf } from '../link/inputs/open-files.js';
import { appendText, OutputError, writeTextWhole } from './write-file.js';

/*
 * A folder of trimmed archives lists what ardedup wrote there, as `cargo install` does: a later run replaces such
 * files, and no file of another origin that has the name by chance. Lines are only added, so that several runs may
 * write to one folder at a time.
 */

/** The list of a folder's archives that ardedup wrote: a JSON array of name, size and hash of the start per line. */
const RECORD = '.ardedup-outputs';

/** Bytes at the start of an archive whose hash identifies it together with its size: headers and most of the index. */
const START = 1 << 16;

/** Lines after which the older half is removed. */
const MOST_LINES = 2000;

/** A laid out archive and its place. */
export interface LaidOut {
  readonly path: string;
  readonly pieces: readonly Piece[];
  readonly source: ByteSource;
}

/**
 * Requires that each file that would be replaced was written by ardedup, or has the very content already.
 * @throws OutputError
 */
export function requireOwnOutputs(outputs: readonly LaidOut[]): void {
  const records = new Map<string, ReadonlySet<string>>();
  for (const output of outputs) {
    const { path } = output;
    const size = statusOf(path)?.size;
    if (size === undefined) continue;
    const folder = dirname(path);
    const lines = records.get(folder) ?? new Set(linesOf(folder));
    records.set(folder, lines);
    if (lines.has(lineOf(path, size, startOfFile(path))) || hasContent(output, size)) continue;
    throw new OutputError(
      `${path}: exists and was not written by ardedup; remove it, or choose another folder for the output`,
    );
  }
}

/** Lists outputs as written by ardedup, before they are: a line without its file does no harm. @throws OutputError */
export function recordOutputs(outputs: readonly LaidOut[]): void {
  for (const folder of new Set(outputs.map(({ path }) => dirname(path)))) {
    const known = linesOf(folder);
    const own = outputs
      .filter(({ path }) => dirname(path) === folder)
      .map(({ path, pieces, source }) => lineOf(path, sizeOf(pieces), startOf(pieces, source)));
    const added = own.filter((line) => !known.includes(line));
    const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
    const record = joinPath(folder, RECORD);
    if (known.length > MOST_LINES) writeTextWhole(record, text([...known.slice(-MOST_LINES / 2), ...added]));
    else if (added.length > 0) appendText(record, text(added));
  }
}

/** Requires that the file that -o would replace is an archive, or empty. @throws OutputError */
export function requireArchiveOrNone(path: string): void {
  const status = statusOf(path);
  if (status === undefined || status.size === 0) return;
  const start = startOfFile(path).subarray(0, 8).toString('latin1');
  if (/^(?:!<(?:arch|thin)>\n|\xca\xfe\xba[\xbe\xbf])/.test(start)) return;
  throw new OutputError(`${path}: exists and is not an archive; remove it, or choose another output`);
}

const linesOf = (folder: string): readonly string[] => {
  try {
    return readFileSync(joinPath(folder, RECORD), 'utf8').split('\n').slice(0, -1);
  } catch {
    // A list that does not exist or cannot be read has nothing of ours.
    return [];
  }
};

const lineOf = (path: string, size: number, start: Uint8Array): string =>
  JSON.stringify([basename(path), size, createHash('sha256').update(start).digest('hex')]);

/** @throws OutputError */
function startOfFile(path: string): Buffer {
  return withFile(path, (file) => {
    const start = Buffer.alloc(START);
    return start.subarray(0, readSync(file, start, 0, START, 0));
  });
}

function startOf(pieces: readonly Piece[], source: ByteSource): Buffer {
  const start = Buffer.alloc(Math.min(START, sizeOf(pieces)));
  let at = 0;
  for (const chunk of chunksOf(pieces, source)) {
    if (at === start.length) break;
    const part = chunk.subarray(0, start.length - at);
    start.set(part, at);
    at += part.length;
  }
  return start;
}

/** Whether a file has the bytes of an output. @throws OutputError */
function hasContent({ path, pieces, source }: LaidOut, size: number): boolean {
  if (size !== sizeOf(pieces)) return false;
  return withFile(path, (file) => {
    const own = Buffer.alloc(START);
    let at = 0;
    for (const chunk of chunksOf(pieces, source)) {
      const length = readSync(file, own, 0, chunk.length, at);
      if (Buffer.compare(own.subarray(0, length), chunk) !== 0) return false;
      at += length;
    }
    return true;
  });
}

function* chunksOf(pieces: readonly Piece[], source: ByteSource): Generator<Uint8Array> {
  const buffer = Buffer.alloc(START);
  for (const piece of pieces) {
    const length = piece.kind === 'bytes' ? piece.bytes.length : piece.length;
    for (let at = 0; at < length; at += START) {
      const size = Math.min(START, length - at);
      if (piece.kind === 'bytes') yield piece.bytes.subarray(at, at + size);
      else {
        source.fill(piece.offset + at, buffer.subarray(0, size));
        yield buffer.subarray(0, size);
      }
    }
  }
}

/** @throws OutputError */
function withFile<Result>(path: string, use: (file: number) => Result): Result {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    return use(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OutputError(`${path}: cannot be written: ${reasonOf(error)}`);
  } finally {
    if (file !== null) closeSync(file);
  }
}
