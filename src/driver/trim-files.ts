import { type BigIntStats, mkdirSync, statSync } from 'node:fs';
import { resolve as absolute, basename, dirname, extname, join } from 'node:path';
import type { Piece } from '../archive/piece.js';
import { layOutArchive } from '../archive/write-archive.js';
import { checkIndex } from '../link/archive-index.js';
import type { Archive, ArchiveId, Inputs } from '../link/inputs.js';
import { reasonOf } from '../link/open-files.js';
import type { OpenedLine } from '../link/open-line.js';
import { rewriteWords } from '../link/parse-line.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { NONE } from '../symbols/symbol-table.js';
import { OutputError, writeFileWhole } from './write-file.js';

/** Where trimmed archives go: a folder for those that change, or one file for the one archive that is trimmed. */
export type Destination =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly archive: ArchiveId };

/** An archive that was written. */
export interface Output {
  readonly archive: ArchiveId;
  readonly path: string;
}

/** The archive without its dropped members, as pieces of its file. @throws RangeError for archives that are read only */
export function layOutTrimmed(
  inputs: Inputs,
  archive: Archive,
  dropped: (member: number) => boolean,
): Piece[] {
  const kept = archive.stored.members
    .map(({ ordinal }) => ordinal)
    .filter((at) => !dropped(archive.firstMember + at));
  const needsIndex =
    archive.stored.index !== null || archive.kind === 'darwin' || archive.kind === 'darwin64';
  return layOutArchive(archive.stored, kept, needsIndex ? checkIndex(inputs, archive).entries : null);
}

/**
 * Writes what the plan changes. All targets are checked before the first byte is written.
 * @param planPath where the plan will be saved, if it will
 * @throws OutputError when a target is an input, or cannot be written
 */
export function writeTrimmed(plan: TrimPlan, destination: Destination, planPath?: string): Output[] {
  const { inputs } = plan.graph;
  const isDropped = (member: number) => plan.verdicts[member].kind === 'drop';
  const outputs = targetsOf(plan, destination);
  for (const { archive, path } of outputs) requireWritableTarget(inputs, inputs.archives[archive], path);
  if (planPath !== undefined && outputs.some(({ path }) => absolute(path) === absolute(planPath)))
    throw new OutputError(`${planPath}: is the place of a trimmed archive, and of the plan`);
  const laidOut = outputs.map(({ archive }) => layOut(inputs, inputs.archives[archive], isDropped));
  if (destination.kind === 'folder') makeFolder(destination.path);
  outputs.forEach(({ archive, path }, at) => {
    writeFileWhole(path, laidOut[at], inputs.archives[archive].stored.source);
  });
  return outputs;
}

function layOut(inputs: Inputs, archive: Archive, isDropped: (member: number) => boolean): Piece[] {
  try {
    return layOutTrimmed(inputs, archive, isDropped);
  } catch (error) {
    if (error instanceof RangeError) throw new OutputError(error.message);
    throw error;
  }
}

function targetsOf(plan: TrimPlan, destination: Destination): Output[] {
  if (destination.kind === 'file') return [{ archive: destination.archive, path: destination.path }];
  const { inputs } = plan.graph;
  const taken = new Set<string>();
  return inputs.archives
    .filter(({ firstMember, stored }) =>
      stored.members.some(({ ordinal }) => plan.verdicts[firstMember + ordinal].kind === 'drop'),
    )
    .map(({ id, path }) => {
      const name = freeName(basename(path), taken);
      taken.add(name);
      return { archive: id, path: join(destination.path, name) };
    });
}

/** Two archives of one name, from two folders: the second becomes libfoo-2.a, in line order. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) candidate = `${stem}-${count}${extension}`;
  return candidate;
}

/** @throws OutputError when something stands at the path that must not be replaced */
export function requireReplaceable(inputs: Inputs, path: string): void {
  const target = statusOf(path);
  for (const input of inputPaths(inputs)) {
    const source = statusOf(input);
    const isSameFile = target && source && target.dev === source.dev && target.ino === source.ino;
    if (isSameFile || absolute(path) === absolute(input))
      throw new OutputError(
        `${path}: is an input of the link: outputs go elsewhere, inputs are never changed`,
      );
  }
  if (target && !target.isFile()) throw new OutputError(`${path}: is there already and not a regular file`);
}

/** Every file that the link reads: archives, objects, and what thin archives name. */
function inputPaths({ archives, members }: Inputs): string[] {
  const objects = members.filter(({ archive }) => archive === NONE || archives[archive].stored.isThin);
  return [...archives.map(({ path }) => path), ...objects.map(({ source }) => source.label)];
}

function requireWritableTarget(inputs: Inputs, archive: Archive, path: string): void {
  requireReplaceable(inputs, path);
  if (archive.stored.isThin && absolute(dirname(path)) !== absolute(dirname(archive.path)))
    throw new OutputError(
      `${path}: ${archive.path} is a thin archive, whose paths hold only in its own folder: write it there under another name with -o`,
    );
}

/** What is at a path; undefined when nothing is, or nothing can be: writing there says why. */
function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    return undefined;
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new OutputError(`${path}: the folder cannot be made: ${reasonOf(error)}`);
  }
}

/** The words of the line with each trimmed archive in the place of its original. */
export function rewrittenLine(opened: OpenedLine, outputs: readonly Output[]): string[] {
  const pathOf = new Map(outputs.map(({ archive, path }) => [archive, path]));
  const placeOf = new Map(opened.parsed.inputs.map((input, at) => [input, opened.places[at]]));
  return rewriteWords(opened.parsed, (input) => {
    const place = placeOf.get(input);
    return place?.kind === 'archive' ? pathOf.get(place.archive) : undefined;
  });
}
