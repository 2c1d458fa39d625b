import { readdirSync, statSync } from 'node:fs';
import { basename, sep } from 'node:path';
import { isArchive, readArchive } from '../../archive/read-archive.js';
import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { equalBytes } from '../../bytes/equal-bytes.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { isFolder } from '../command/file-kind.js';
import { joinPath } from '../command/join-path.js';
import type { InputFile } from './input-file.js';
import { machineOfFile } from './machine-of-file.js';
import { fileError, InputError, openFiles } from './open-files.js';
import { allParts, type NamedFile, nameFile } from './universal-inputs.js';

/** Archives of which a program may link any: one format and machine, and one slice of what xcframeworks have. */
export interface ArchiveGroup {
  /** Their common target: `ios-arm64`, `elf x86-64 (64 bits, little endian)`. */
  readonly kind: string;
  /** In order of their paths. */
  readonly paths: readonly string[];
  /** Archives with the content of another one, which are not read again. */
  readonly repeats: readonly RepeatedArchive[];
}

/** An archive of which another path has the same content. */
export interface RepeatedArchive {
  readonly path: string;
  readonly sameAs: string;
}

/** A file of a folder that is an archive, or may be one, and cannot be read. */
export interface UnreadArchive {
  readonly path: string;
  /** The error, which begins with the path. */
  readonly problem: string;
}

/** All archives of folders. */
export interface FoundArchives {
  readonly groups: readonly ArchiveGroup[];
  readonly unread: readonly UnreadArchive[];
}

/** Whether any of the words is a folder. */
export const namesFolder = (words: readonly string[]): boolean => words.some(isFolder);

/**
 * Finds all archives in folders by their first bytes, not by name, and groups them by target. Symbolic links are not
 * followed.
 *
 * @param words folders and archives
 * @throws InputError for a folder without an archive that can be read, and for a named file that is not an archive or
 *   cannot be read; MalformedError for the latter
 */
export function findArchives(words: readonly string[]): FoundArchives {
  const groups = new Map<string, FoundArchive[]>();
  const unread: UnreadArchive[] = [];
  for (const found of words.flatMap((word) => archivesOf(word, unread))) {
    const key = sliceOfFramework(found.path) ?? found.kind;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  joinMachO(groups);
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return { groups: sorted.map(([kind, found]) => withoutRepeats(kind, found)), unread };
}

/**
 * @param unread gets the files of a folder that cannot be read
 * @throws InputError for a word that adds no archive: it would be ignored without a message
 */
function archivesOf(word: string, unread: UnreadArchive[]): FoundArchive[] {
  const own: UnreadArchive[] = [];
  const archivesAt = (path: string): FoundArchive[] => [withFile(path, archivesInFile) ?? []].flat();
  const found = isFolder(word)
    ? filesIn(word).flatMap((path) => readOr(own, path, () => archivesAt(path)))
    : archivesAt(word);
  append(unread, own);
  if (found.length > 0) return found;
  if (own.length > 0) throw new InputError(own[0].problem);
  throw new InputError(
    isFolder(word)
      ? `${word}: this folder has no archive in it`
      : `${word}: not an archive (next to a folder only archives are read; for a link, name its files without the folder)`,
  );
}

/** Archives that reading a file finds; a file that cannot be read is listed in `unread`. */
function readOr(unread: UnreadArchive[], path: string, read: () => FoundArchive[]): FoundArchive[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError || error instanceof MalformedError)) throw error;
    unread.push({ path, problem: error.message });
    return [];
  }
}

interface FoundArchive {
  readonly path: string;
  /** Equal for two paths of one file. */
  readonly key: string;
  readonly size: number;
  readonly kind: string;
}

/** Opens one file at a time: a folder may have more of them than a process may open. */
function withFile<Result>(path: string, use: (file: InputFile) => Result): Result {
  const files = openFiles();
  try {
    return use(files.open(path));
  } finally {
    files.close();
  }
}

function archivesInFile(file: InputFile): FoundArchive | null {
  const parts = archivePartsOf(file);
  if (parts.length === 0) return null;
  for (const part of parts) readArchive(part);
  return { path: file.path, key: file.key, size: file.source.size, kind: kindOf(nameFile(file)) };
}

/** The archives that a file is or, if it is universal, has for its architectures, recognised by their first bytes. */
export function archivePartsOf(file: InputFile): ByteSource[] {
  const parts = allParts(nameFile(file)).map(({ source }) => source);
  return parts.filter((source) => isArchive(headOf(source)));
}

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
      if (entry.isDirectory()) return filesIn(joinPath(path, entry.name));
      return entry.isFile() ? [joinPath(path, entry.name)] : [];
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw fileError(path, error);
  }
}

const headOf = (source: ByteSource): Uint8Array => source.viewUpTo(0, 8, 'file magic').bytes;

/** `ios-arm64` of `Foo.xcframework/ios-arm64/libfoo.a`: slices of one name belong to one platform. */
function sliceOfFramework(path: string): string | null {
  const parts = path.split(sep);
  const at = parts.findLastIndex((part) => part.endsWith('.xcframework'));
  return at >= 0 && at + 2 < parts.length ? parts[at + 1] : null;
}

const UNIVERSAL = 'macho, universal files';

/** The target of the first readable object, which all objects of a link share. */
function kindOf({ file, universal }: NamedFile): string {
  if (universal !== null) return UNIVERSAL;
  return machineOfFile(file) ?? 'no object that can be read';
}

/** Where one file is universal, those of one architecture are in the links of theirs. */
function joinMachO(groups: Map<string, FoundArchive[]>): void {
  const universal = groups.get(UNIVERSAL);
  if (!universal) return;
  for (const [key, found] of [...groups]) {
    if (!key.startsWith('macho ')) continue;
    append(universal, found);
    groups.delete(key);
  }
  universal.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A build leaves the same archive in several places. It is one archive. */
function withoutRepeats(kind: string, found: readonly FoundArchive[]): ArchiveGroup {
  const kept: FoundArchive[] = [];
  const repeats: RepeatedArchive[] = [];
  for (const archive of found) {
    const same = kept.find((other) => isSame(other, archive));
    if (same === undefined) kept.push(archive);
    else repeats.push({ path: archive.path, sameAs: same.path });
  }
  return { kind, paths: kept.map(({ path }) => path), repeats };
}

function isSame(one: FoundArchive, other: FoundArchive): boolean {
  if (one.key === other.key) return true;
  if (one.size !== other.size || basename(one.path) !== basename(other.path)) return false;
  return withFile(one.path, (a) => withFile(other.path, (b) => equalBytes(a.source, b.source)));
}
