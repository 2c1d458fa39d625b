import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { hashText } from '../emit/file-stamp.js';
import { writeFileWhole } from '../emit/write-file.js';
import { statusOf } from '../link/command/file-kind.js';
import { readWhole } from '../link/inputs/read-text.js';
import { homeFolder } from './home-folder.js';
import { foreignness, isPrivate, makePrivateFolder, OWN_FILE, requirePrivate } from './private-folder.js';
import { removeQuietly } from './work-folder.js';

/**
 * A folder of earlier results. `lines/` has the result of each line by its text; `plans/` has plans by the content of
 * their inputs; `archives/` has trimmed archives by their source and drops; `snapshots/` has what was read of archives
 * by their content, `facts/` what was computed of them; `program/` has what V8 compiled of this program. There are no
 * locks: files are written under a temporary name and renamed, all writers of a file write the same bytes (in `facts/`
 * and `program/`, valid ones), and unreadable or unsuitable files are misses.
 */
export interface Cache {
  readonly folder: string;
}

/**
 * The default folder of the cache; null without a home folder. A relative XDG_CACHE_HOME is ignored, as the
 * specification requires.
 *
 * Source: XDG Base Directory Specification, "Basics".
 */
export function usualCacheFolder(environment: NodeJS.ProcessEnv, platform = process.platform): string | null {
  const { XDG_CACHE_HOME: named } = environment;
  if (named && isAbsolute(named)) return join(named, 'ardedup');
  const home = homeFolder(environment);
  if (home === null) return null;
  if (platform === 'darwin') return join(home, 'Library/Caches/ardedup');
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? home, 'ardedup/Cache');
  return join(home, '.cache/ardedup');
}

/** Entries of `snapshots` and `program` are bytes, those of all others are JSON. */
export type CachePart = 'lines' | 'plans' | 'archives' | 'snapshots' | 'facts' | 'program';

/** The key of some values: equal for equal ones, and different for any other. */
export const keyOf = (...values: readonly unknown[]): string => hashText(JSON.stringify(values));

const PARTS: readonly CachePart[] = ['lines', 'plans', 'archives', 'snapshots', 'facts', 'program'];
const OF_BYTES: ReadonlySet<CachePart> = new Set(['snapshots', 'program']);

/** The file of an entry. An archive has a folder of its own, so that it keeps its name. */
export function entryPath({ folder }: Cache, part: CachePart, key: string): string {
  if (part === 'archives') return join(folder, part, key, 'archive.json');
  return join(folder, part, OF_BYTES.has(part) ? key : `${key}.json`);
}

/**
 * The cache in a folder. Its entries say what a build runs, so another user must not be able to write there.
 * @throws OutputError when another user may have written to it
 */
export function openCache(folder: string): Cache {
  for (const path of [folder, ...PARTS.map((part) => join(folder, part))]) requirePrivate(path);
  return { folder };
}

/** Seal of an entry: an entry that was moved to another key is invalid. */
const sealOf = (key: string, content: unknown): string => hashText(JSON.stringify([key, content]));

/** @returns the stored content; null if it is missing, unreadable, or may have been written by another user */
export function readEntry(cache: Cache, part: CachePart, key: string): unknown {
  try {
    const { content, seal } = JSON.parse(String(readBytes(cache, part, key)));
    return seal === sealOf(key, content) ? content : null;
  } catch {
    return null;
  }
}

/** The bytes of an entry; null as for `readEntry`. @throws what the file system says */
export function readBytes(cache: Cache, part: CachePart, key: string): Buffer | null {
  const path = entryPath(cache, part, key);
  const status = statusOf(path);
  // A pipe in its place would be waited for.
  if (!status?.isFile() || foreignness(status) !== null) return null;
  if (part === 'archives' && !isPrivate(dirname(path))) return null;
  return readWhole(path);
}

/** @throws OutputError, or what the file system says, where the cache cannot be written */
export function writeEntry(cache: Cache, part: CachePart, key: string, content: unknown): void {
  const seal = sealOf(key, content);
  writeBytes(cache, part, key, Buffer.from(`${JSON.stringify({ seal, content })}\n`));
}

/** Writes the bytes of an entry. @throws OutputError, or what the file system says */
export function writeBytes(cache: Cache, part: CachePart, key: string, bytes: Uint8Array): void {
  const path = entryPath(cache, part, key);
  makePrivateFolder(dirname(path));
  // The same bytes, but writable by others, would be left in their place.
  const status = statusOf(path);
  if (status !== undefined && foreignness(status) !== null) removeQuietly(path);
  writeFileWhole(path, [{ kind: 'bytes', bytes }], null, undefined, OWN_FILE);
}

/** Used within this time, milliseconds, an entry stays whatever the size: a link may be reading its archives. */
const IN_USE = 60 * 60 * 1000;
/** How exact the time of the last use is kept. */
const USE_STEP = 10 * 60 * 1000;

/** Notes that an entry was used now. */
export function touchEntry(cache: Cache, part: CachePart, key: string, now: number): void {
  const path = entryPath(cache, part, key);
  try {
    if (now - statSync(path).mtimeMs > USE_STEP) utimesSync(path, now / 1000, now / 1000);
  } catch {
    // It was used anyway; that it looks older than it is costs at most a plan.
  }
}

/** Size of a cache. */
export interface CacheContent {
  readonly plans: number;
  readonly lines: number;
  /** Of archives that were read. */
  readonly snapshots: number;
  readonly bytes: number;
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly lastUse: number;
}

export function cacheContent(cache: Cache): CacheContent {
  const entries = PARTS.map((part) => entriesOf(cache, part));
  const [lines, plans, , snapshots] = entries;
  const bytes = entries.flat().reduce((sum, entry) => sum + entry.bytes, 0);
  return { plans: plans.length, lines: lines.length, snapshots: snapshots.length, bytes };
}

/** Removes the least recently used entries until the cache has at most `largest` bytes. */
export function shrinkCache(cache: Cache, largest: number, now: number): void {
  const entries = PARTS.flatMap((part) => entriesOf(cache, part)).sort((a, b) => a.lastUse - b.lastUse);
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const entry of entries) {
    if (bytes <= largest || now - entry.lastUse < IN_USE) return;
    removeQuietly(entry.path);
    bytes -= entry.bytes;
  }
}

/** Removes all entries of the cache, and nothing else in its folder. @throws file system errors */
export function clearCache({ folder }: Cache): void {
  for (const part of PARTS) rmSync(join(folder, part), { recursive: true, force: true });
}

/** Each file of lines, plans and snapshots, and each folder of archives. */
function entriesOf(cache: Cache, part: CachePart): Entry[] {
  const folder = join(cache.folder, part);
  return namesIn(folder).map((name) => {
    const path = join(folder, name);
    const files = part === 'archives' ? namesIn(path).map((file) => join(path, file)) : [path];
    const found = files.map(sizeAndTime);
    return {
      path,
      bytes: found.reduce((sum, { size }) => sum + size, 0),
      lastUse: Math.max(0, ...found.map(({ time }) => time)),
    };
  });
}

function sizeAndTime(path: string): { size: number; time: number } {
  const status = statusOf(path);
  return { size: status?.size ?? 0, time: status?.mtimeMs ?? 0 };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
