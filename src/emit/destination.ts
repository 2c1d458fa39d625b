import { closeSync, openSync, readSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Piece } from '../archive/piece.js';
import { isArchive } from '../archive/read-archive.js';
import { isUniversal } from '../archive/universal.js';
import { joinPath } from '../link/command/join-path.js';
import type { ArchiveId } from '../link/inputs/inputs.js';
import { reasonOf } from '../link/inputs/open-files.js';
import { type ArchiveFile, type Decisions, isChanged, sourceOf } from './archive-files.js';
import { makeFolder } from './make-folder.js';
import { OutputError } from './write-file.js';

/** Where trimmed archives go: a folder for those that change, or one file for the one archive that is trimmed. */
export type Destination =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'store'; readonly store: ArchiveStore; readonly mode: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly archive: ArchiveId;
      /** Index of the plan that the archive belongs to; 0 by default. */
      readonly plan?: number;
    }
  /** By path of the archive. */
  | { readonly kind: 'places'; readonly places: ReadonlyMap<string, string> };

/** Places for trimmed archives by what is in them. */
export interface ArchiveStore {
  /** A folder as deep as those of the archives, for paths that lead out of it. */
  readonly folderLike: string;
  /** @param archive path of the original */
  place(
    archive: string,
    name: string,
    content: StoredContent,
  ): { readonly path: string; readonly isThere: boolean };
}

/** Content that identifies a trimmed archive of an original: its kept members, or otherwise all that is written. */
export type StoredContent =
  | { readonly kind: 'kept'; readonly members: readonly number[] }
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] };

export interface Target {
  readonly file: ArchiveFile;
  readonly path: string;
}

/** Bytes at the start of a file that tell its format. */
const HEAD = 8;

/**
 * Requires that a regular file which an archive would replace is an archive itself, or empty. @throws OutputError
 */
export function requireArchiveOrNone(path: string): void {
  const head = Buffer.alloc(HEAD);
  let length: number;
  try {
    const file = openSync(path, 'r');
    try {
      length = readSync(file, head, 0, HEAD, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // The path does not exist, or a folder of it is a file; creating the folder reports that.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw new OutputError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
  if (length > 0 && !isArchive(head) && !isUniversal(head))
    throw new OutputError(`${path}: exists and is not an archive; remove it, or choose another output`);
}

export function targetsOf(
  plans: readonly Decisions[],
  files: readonly ArchiveFile[],
  destination: Destination,
): Target[] {
  if (destination.kind === 'file') {
    const source = sourceOf(plans[destination.plan ?? 0].graph.inputs.archives[destination.archive]);
    return files.filter((file) => file.source === source).map((file) => ({ file, path: destination.path }));
  }
  if (destination.kind === 'places') {
    // Lines that were planned together each have the file, and one of them writes it.
    const taken = new Set<string>();
    return files.flatMap((file) => {
      const path = destination.places.get(file.path);
      if (path === undefined || taken.has(path)) return [];
      taken.add(path);
      return { file, path };
    });
  }
  const folder = destination.kind === 'store' ? destination.store.folderLike : destination.path;
  const taken = new Set<string>();
  return files
    .filter(({ parts }) => parts.some(isChanged))
    .map((file) => {
      const name = freeName(basename(file.path), taken);
      taken.add(name);
      return { file, path: joinPath(folder, name) };
    });
}

/** Two archives of one name, from two folders: the second becomes libfoo-2.a, in line order. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) candidate = `${stem}-${count}${extension}`;
  return candidate;
}

export function makeOutputFolder(path: string, mode?: number): void {
  try {
    makeFolder(path, mode);
  } catch (error) {
    throw new OutputError(`${path}: the folder cannot be made: ${reasonOf(error)}`);
  }
}
