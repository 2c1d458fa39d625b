import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { hashFile, momentaryStampOf, type Stamp, stampOf } from '../emit/file-stamp.js';
import { absolutePath, workingFolder } from '../link/command/join-path.js';
import { archivesFolder } from './archive-store.js';
import { type Cache, type CachePart, keyOf, readEntry, touchEntry, writeEntry } from './cache.js';
import type { Replaced } from './dependency-files.js';
import type { DetectedLinker } from './detect-linker.js';
import { isPrivate } from './private-folder.js';
import { isFlag, isNothing, isRow, isText, listOf, or, type Shape, shaped } from './shape.js';

/** A file that the answer depends on. */
export interface KnownFile {
  readonly path: string;
  readonly stamp: Stamp;
  readonly sha256: string;
  /** Of an object of which a plan depends on the link-relevant interface alone. */
  readonly interface?: string | undefined;
  /** In the store of the cache, which writes a file once. */
  readonly isOutput?: boolean | undefined;
}

/** The result of a line, and everything that must be unchanged to reuse it. */
export interface RememberedLine {
  /** The words with trimmed archives in place. */
  readonly words: readonly string[];
  /** A line for each archive that changed. */
  readonly summary: readonly string[];
  /** Key of the plan. */
  readonly plan: string;
  /** Lists of files that the linker writes, in which the originals are to be named. */
  readonly dependencyFiles: readonly string[];
  readonly replaced: readonly Replaced[];
  /** The linker's answer, if the tool is a script or wrapper: it must be queried again then. */
  readonly detected: DetectedLinker | null;
  /** Inputs, response files, the tool, its linker, and the archives that were written. */
  readonly files: readonly KnownFile[];
  /** Files that would have been found in place of an input, had they been there. */
  readonly absent: readonly string[];
}

/** The key of a line as it is written, in its folder. */
export const lineKey = (version: string, ...line: readonly unknown[]): string =>
  keyOf('line', 5, version, workingFolder(), ...line);

export const knownFile = (path: string, now: number, sha256: string, own?: string): KnownFile => ({
  path: absolutePath(path),
  stamp: stampOf(path, now),
  sha256,
  ...(own !== undefined && { interface: own }),
});

/** An archive that was just written to the cache: it is not written again. */
export const knownOutput = (path: string, sha256: string): KnownFile => ({
  path,
  stamp: momentaryStampOf(path),
  sha256,
  isOutput: true,
});

/** The content of files that a line depended on, where their stamps are what they were. */
export function contentsOfLine(cache: Cache, key: string, now: number): ReadonlyMap<string, string> {
  const line = entryOf<RememberedLine>(cache, 'lines', key, LINE);
  const files = line?.files ?? [];
  return new Map(
    files.flatMap((file) =>
      // The digest of an object is of its content when it was planned.
      file.interface === undefined && file.stamp !== null && stampOf(file.path, now) === file.stamp
        ? [[file.path, file.sha256]]
        : [],
    ),
  );
}

/**
 * @param detectAgain which linker reads the line now
 * @returns null when it is not known, or something that it depends on has changed
 */
export async function recallLine(
  cache: Cache,
  key: string,
  now: number,
  detectAgain: () => Promise<DetectedLinker>,
): Promise<RememberedLine | null> {
  const line = entryOf<RememberedLine>(cache, 'lines', key, LINE);
  if (line === null || line.absent.some((path) => existsSync(path))) return null;
  const archives = line.replaced.map(([trimmed]) => dirname(trimmed));
  if (!archives.every(isPrivate)) return null;
  if (line.detected && JSON.stringify(await detectAgain()) !== JSON.stringify(line.detected)) return null;
  const files = await filesAsPlanned(line.files, now);
  if (files === null) return null;
  if (files.some(({ stamp }, at) => stamp !== line.files[at].stamp))
    rememberQuietly(cache, key, { ...line, files });
  touchEntry(cache, 'plans', line.plan, now);
  for (const folder of archives) touchEntry(cache, 'archives', basename(folder), now);
  return line;
}

/** The files with their stamps of now; null where one of them is not as it was planned with. */
async function filesAsPlanned(files: readonly KnownFile[], now: number): Promise<KnownFile[] | null> {
  const stamped: KnownFile[] = [];
  for (const file of files) {
    const stamp = file.isOutput ? momentaryStampOf(file.path) : stampOf(file.path, now);
    if ((stamp === null || stamp !== file.stamp) && !(await isAsPlanned(file))) return null;
    stamped.push({ ...file, stamp });
  }
  return stamped;
}

/** @returns null for a missing entry, and for one that does not have the expected form */
function entryOf<Entry>(cache: Cache, part: CachePart, key: string, shape: Shape): Entry | null {
  const entry = readEntry(cache, part, key);
  return shaped(shape)(entry) ? (entry as Entry) : null;
}

const FILE: Shape = { path: isText, sha256: isText };
const LINE: Shape = {
  words: listOf(isText),
  summary: listOf(isText),
  plan: isText,
  files: listOf(
    shaped({
      ...FILE,
      stamp: or(isNothing, isText),
      interface: or(isNothing, isText),
      isOutput: or(isNothing, isFlag),
    }),
  ),
  absent: listOf(isText),
  dependencyFiles: listOf(isText),
  replaced: listOf(listOf(isText)),
  detected: or(isNothing, shaped({ version: isText })),
};
const PLAN: Shape = {
  replacements: listOf(shaped({ input: isRow, file: isText })),
  outputs: listOf(shaped({ file: isText, sha256: isText })),
  others: listOf(shaped(FILE)),
  folder: or(isNothing, isText),
  summary: listOf(isText),
  interfaces: listOf(shaped({ input: isRow, interface: isText })),
};

/** Whether everything in a file that the plan depends on is unchanged. */
async function isAsPlanned(file: KnownFile): Promise<boolean> {
  if (file.interface === undefined) return hasContent(file);
  const { interfaceOfFile } = await import('../link/inputs/object-interface.js');
  return interfaceOfFile(file.path) === file.interface;
}

export function rememberLine(cache: Cache, key: string, line: RememberedLine): void {
  writeEntry(cache, 'lines', key, line);
}

function rememberQuietly(cache: Cache, key: string, line: RememberedLine): void {
  try {
    rememberLine(cache, key, line);
  } catch {
    // Then its files are hashed next time, too.
  }
}

export function hasContent({ path, sha256 }: Omit<KnownFile, 'stamp'>): boolean {
  try {
    return hashFile(path) === sha256;
  } catch {
    return false;
  }
}

/** A plan by the content of its inputs, whatever their names and folders. */
export interface RememberedPlan {
  /** Input of the line, by its row, and the file that takes its place: `<key>/<name>` in the store of archives. */
  readonly replacements: readonly { readonly input: number; readonly file: string }[];
  readonly outputs: readonly { readonly file: string; readonly sha256: string }[];
  /** Files that were read but are not on the line. */
  readonly others: readonly { readonly path: string; readonly sha256: string }[];
  /** The folder for which alone it holds: those others have paths, or a thin archive does. Null: any. */
  readonly folder: string | null;
  readonly summary: readonly string[];
  /** By input of the line: interfaces of objects of which the plan depends on nothing else. */
  readonly interfaces: readonly { readonly input: number; readonly interface: string }[];
}

export function recallPlan(cache: Cache, key: string): RememberedPlan | null {
  const plan = entryOf<RememberedPlan>(cache, 'plans', key, PLAN);
  if (plan === null || (plan.folder !== null && plan.folder !== workingFolder())) return null;
  const outputs = plan.outputs.map(({ file, sha256 }) => ({
    path: join(archivesFolder(cache), file),
    sha256,
  }));
  return [...outputs, ...plan.others].every(hasContent) ? plan : null;
}
