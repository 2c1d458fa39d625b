import { statSync } from 'node:fs';
import { fileError, InputError } from '../link/inputs/open-files.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import { hashFile, momentaryStampOf, type Stamp } from './file-stamp.js';
import { inputPaths, requireUnchanged } from './input-files.js';

/** The size and hash of a file, to detect later changes. */
export interface RecordedInput {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Every file that was read for the links of a line, response files and members of thin archives too, once each. */
export function filesRead(lines: readonly OpenedLine[]): string[] {
  return [...new Set(lines.flatMap(({ paths, inputs }) => [...paths, ...inputPaths(inputs)]))];
}

/** The same without response files: their arguments are in the line. */
function filesToRecord(lines: readonly OpenedLine[]): string[] {
  const words = new Set(lines.flatMap(({ parsed }) => parsed.responseFiles));
  return filesRead(lines).filter((path) => !words.has(path));
}

/** Hashes of files that several lines read; each file is hashed once while it is unchanged. */
export class RecordedContents {
  readonly #known = new Map<string, string>();

  of(path: string): string {
    const stamp = `${path}\0${inputStamp(path)}`;
    const sha256 = this.#known.get(stamp) ?? contentOf(path);
    this.#known.set(stamp, sha256);
    return sha256;
  }
}

/** @throws InputError for a file that cannot be read any more, or was changed since it was opened */
export function recordInputs(
  lines: readonly OpenedLine[],
  contents = new RecordedContents(),
): RecordedInput[] {
  const records = filesToRecord(lines).map((path) => ({
    path,
    size: sizeOf(path),
    sha256: contents.of(path),
  }));
  // The hashes must be of the content that the plan was made from.
  for (const { inputs } of lines) requireUnchanged(inputs);
  return records;
}

/** @throws InputError for the first changed file */
export function requireSameContent(
  records: readonly RecordedInput[],
  contents = new RecordedContents(),
): void {
  for (const { path, size, sha256 } of records) {
    const now = sizeOf(path);
    if (now !== size)
      throw new InputError(`${path}: changed since the plan was made (${size} bytes then, ${now} now)`);
    if (contents.of(path) !== sha256)
      throw new InputError(`${path}: changed since the plan was made (SHA-256 differs)`);
  }
}

/** @throws InputError if the line now names different files, such as a library in an earlier folder */
export function requireSameFiles(lines: readonly OpenedLine[], records: readonly RecordedInput[]): void {
  const now = filesToRecord(lines);
  const then = new Set(records.map(({ path }) => path));
  const added = now.find((path) => !then.has(path));
  if (added !== undefined)
    throw new InputError(`${added}: is read for the line now, but was not when the plan was made`);
  const lost = records.find(({ path }) => !now.includes(path));
  if (lost !== undefined)
    throw new InputError(`${lost.path}: was read for the line when the plan was made, and is not now`);
}

/** As `momentaryStampOf`. @throws InputError for a file that the system does not describe */
export const inputStamp = (path: string): Stamp => asInput(path, () => momentaryStampOf(path));

const sizeOf = (path: string): number => asInput(path, () => statSync(path).size);
const contentOf = (path: string): string => asInput(path, () => hashFile(path));

function asInput<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw fileError(path, error);
  }
}
