import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { hashFile, momentaryStampOf } from '../emit/file-stamp.js';
import { isOfUser } from '../link/command/driver-inputs.js';
import { absolutePath, joinPath } from '../link/command/join-path.js';
import type { ParsedLine } from '../link/command/parsed-line.js';
import { type FoundInputs, findInputs } from '../link/inputs/find-inputs.js';
import { withoutMissingFolders } from '../link/inputs/find-library.js';
import { fileError, InputError, openFiles } from '../link/inputs/open-files.js';

/** The files that a line names, with their content as it is now. */
export interface FilesOfLine {
  /** In the order in which a linker reads them; inputs of a linker script are in the script's position. */
  readonly found: FoundInputs['found'];
  /** Libraries that were not found, and their places on the line. */
  readonly missing: FoundInputs['missing'];
  /** By path: SHA-256 of the content. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Libraries that a search would have found before those that it found. */
  readonly absent: readonly string[];
  /** @throws InputError when a file has changed since */
  requireUnchanged(): void;
}

/**
 * @param digests SHA-256 of files that need not be read for it, by their absolute paths
 * @throws InputError for a file that cannot be read
 */
export function filesOfLine(
  parsed: ParsedLine,
  digests: ReadonlyMap<string, string> = new Map(),
): FilesOfLine {
  const { found, missing, scripts, incompatible } = foundInputs(parsed);
  const files = [
    ...new Set([
      ...found.map(({ named }) => named.file.path),
      ...scripts.map(({ path }) => path),
      ...incompatible,
    ]),
  ];
  const stamps = files.map(momentaryStampOf);
  const hashes = new Map(files.map((path) => [path, digests.get(absolutePath(path)) ?? hashInput(path)]));
  return {
    found,
    missing,
    hashes,
    absent: absentFor(parsed, new Set(files)),
    requireUnchanged: () => {
      const changed = files.find((path, at) => momentaryStampOf(path) !== stamps[at]);
      if (changed !== undefined) throw new InputError(`${changed}: changed while the link was planned`);
    },
  };
}

function hashInput(path: string): string {
  try {
    return hashFile(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** Possible file names of a library, in the linkers' order of preference. */
const libraryNames = (name: string): string[] =>
  name.startsWith(':')
    ? [name.slice(1)]
    : [
        ...['.so', '.dylib', '.tbd', '.dll.a', '.a', '.lib'].map((extension) => `lib${name}${extension}`),
        ...['', '.lib', '.dll.a', '.obj'].map((extension) => `${name}${extension}`),
      ];

/** Paths that were searched for inputs without success; a missing folder is listed instead of its files. */
function absentFor({ inputs, libraryFolders }: ParsedLine, found: ReadonlySet<string>): string[] {
  const searched = inputs.filter(({ kind }) => kind !== 'path');
  const added = inputs.filter((input) => input.kind === 'path' && !isOfUser(input));
  if (searched.length === 0 && added.length === 0) return [];
  const missing = new Set(libraryFolders.filter((folder) => !existsSync(folder)));
  const there = libraryFolders.filter((folder) => !missing.has(folder));
  return [
    ...missing,
    ...searched.flatMap(({ text }) => passedOver(text, ['', ...there], found)),
    ...added.flatMap(({ text }) => startFilesBefore(text, there)),
  ];
}

/** A driver searches for its start files in the folders that it passes to the linker. */
function startFilesBefore(path: string, folders: readonly string[]): string[] {
  const paths = folders.map((folder) => joinPath(folder, basename(path)));
  const at = paths.findIndex((one) => absolutePath(one) === absolutePath(path));
  return paths.slice(0, Math.max(at, 0)).filter((one) => !existsSync(one));
}

/** @param found the files that were */
function passedOver(name: string, folders: readonly string[], found: ReadonlySet<string>): string[] {
  const names = libraryNames(name);
  const absent: string[] = [];
  for (const folder of folders)
    for (const file of names) {
      const path = joinPath(folder, file);
      if (found.has(path)) return absent;
      if (!existsSync(path)) absent.push(path);
    }
  return absent;
}

function foundInputs(parsed: ParsedLine): FoundInputs {
  const files = openFiles();
  try {
    return findInputs(withoutMissingFolders(parsed), files);
  } finally {
    files.close();
  }
}
