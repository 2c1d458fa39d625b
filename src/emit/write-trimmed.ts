import { basename, dirname } from 'node:path';
import { absolutePath } from '../link/command/join-path.js';
import type { ArchiveId } from '../link/inputs/inputs.js';
import { reportProgress } from '../progress/progress.js';
import { type Decisions, filesOf } from './archive-files.js';
import {
  type Destination,
  makeOutputFolder,
  requireArchiveOrNone,
  type StoredContent,
  type Target,
  targetsOf,
} from './destination.js';
import { requireOwnPlace, requireReplaceable, requireUnchanged } from './input-files.js';
import { keptAlone, layOutFile } from './lay-out-file.js';
import { atOnce, type Steps } from './steps.js';
import { requireWritable, writingSteps } from './write-file.js';

/** An archive that was written. */
export interface Output {
  readonly archive: ArchiveId;
  readonly path: string;
}

/**
 * Writes what the plan changes. All targets are checked before the first byte is written.
 * @param planPath where the plan will be saved, if it will
 * @throws OutputError when a target is an input or a file of another kind, or cannot be written
 * @throws InputError when an input was changed since it was read
 */
export function writeTrimmed(plan: Decisions, destination: Destination, planPath?: string): Output[] {
  return writeAllTrimmed([plan], destination, { planPath })[0];
}

/**
 * Writes what the plans of one line change, a file once for all of them.
 * @param planPath, depfile where they will be written, if they will
 * @param paths further files that must not be replaced: inputs that no plan has
 * @returns for each plan its archives that were written
 * @throws OutputError as `writeTrimmed`, and when links do not agree on what to drop from a file that has one archive
 *   for all of them
 */
export function writeAllTrimmed(
  plans: readonly Decisions[],
  destination: Destination,
  {
    planPath,
    depfile,
    paths = [],
  }: {
    readonly planPath?: string | undefined;
    readonly depfile?: string | undefined;
    readonly paths?: readonly string[];
  } = {},
): Output[][] {
  return atOnce(trimmingSteps(plans, destination, { planPath, depfile, paths }));
}

/** The same in steps: stopped between two of them, each file is the old one or the whole new one. */
export function* trimmingSteps(
  plans: readonly Decisions[],
  destination: Destination,
  { planPath, depfile, paths = [] }: NonNullable<Parameters<typeof writeAllTrimmed>[2]>,
): Steps<Output[][]> {
  const files = filesOf(plans);
  const targets = targetsOf(plans, files, destination);
  for (const path of [...targets.map((target) => target.path), planPath, depfile])
    if (path !== undefined) requireReplaceable(plans, path, paths);
  requireOwnPlace(targets, planPath, 'the plan');
  requireOwnPlace(targets, depfile, 'the depfile');
  if (destination.kind === 'store') return yield* storingSteps(plans, targets, destination);
  for (const { path } of targets) requireArchiveOrNone(path);
  const laidOut = targets.map(({ file, path }) => layOutFile(file, path));
  const folders = foldersToMake(destination, targets);
  const made = new Set(folders.map(absolutePath));
  requireWritable([planPath, depfile], (folder) => made.has(absolutePath(folder)));
  for (const folder of folders)
    makeOutputFolder(folder, 'mode' in destination ? destination.mode : undefined);
  requireWritable(targets.map(({ path }) => path));
  for (const [at, { file, path }] of targets.entries()) {
    reportProgress('write', path, at, targets.length);
    yield* writingSteps(path, laidOut[at], file.source, () => {
      for (const { graph } of plans) requireUnchanged(graph.inputs);
    });
  }
  return outputsOf(plans, targets);
}

function foldersToMake(destination: Destination, targets: readonly Target[]): string[] {
  if (destination.kind === 'folder') return [destination.path];
  return destination.kind === 'places' ? [...new Set(targets.map(({ path }) => dirname(path)))] : [];
}

function* storingSteps(
  plans: readonly Decisions[],
  targets: readonly Target[],
  { store, mode }: Extract<Destination, { kind: 'store' }>,
): Steps<Output[][]> {
  const stored = targets.map(({ file, path: like }) => {
    const members = keptAlone(file);
    const content: StoredContent =
      members === null ? { kind: 'pieces', pieces: layOutFile(file, like) } : { kind: 'kept', members };
    const { path, isThere } = store.place(file.path, basename(like), content);
    const pieces = isThere ? null : content.kind === 'pieces' ? content.pieces : layOutFile(file, like);
    return { file, path, pieces };
  });
  for (const { file, path, pieces } of stored) {
    if (pieces === null) continue;
    makeOutputFolder(dirname(path), mode);
    yield* writingSteps(path, pieces, file.source, () => {
      for (const { graph } of plans) requireUnchanged(graph.inputs);
    });
  }
  return outputsOf(plans, stored);
}

const outputsOf = (plans: readonly Decisions[], targets: readonly Target[]): Output[][] =>
  plans.map((plan) =>
    targets.flatMap(({ file, path }) =>
      file.parts.filter((part) => part.plan === plan).map(({ archive }) => ({ archive: archive.id, path })),
    ),
  );
