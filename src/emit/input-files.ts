import { exactStatusOf } from '../link/command/file-kind.js';
import { absolutePath } from '../link/command/join-path.js';
import type { Inputs } from '../link/inputs/inputs.js';
import { NONE } from '../symbols/table.js';
import { type Decisions, sourceOf } from './archive-files.js';
import type { Target } from './destination.js';
import { OutputError, requirePlace } from './write-file.js';

/** @throws OutputError when an archive goes where another output does */
export function requireOwnPlace(
  targets: readonly Pick<Target, 'path'>[],
  path: string | undefined,
  what: string,
): void {
  if (path !== undefined && targets.some((target) => absolutePath(target.path) === absolutePath(path)))
    throw new OutputError(`${path}: a trimmed archive and ${what} would be written to the same path`);
}

/** Checks that every file of the link still has the bytes that the plan was made from. @throws InputError */
export function requireUnchanged({ archives, members }: Inputs): void {
  for (const archive of archives) sourceOf(archive).requireUnchanged();
  for (const { archive, source } of members)
    if (archive === NONE || archives[archive].stored.isThin) source.requireUnchanged();
}

/**
 * @param paths further inputs, that no plan has
 * @throws OutputError when the path has something that must not be replaced
 */
export function requireReplaceable(
  plans: readonly Pick<Decisions, 'graph'>[],
  path: string,
  paths: readonly string[] = [],
): void {
  const target = exactStatusOf(path);
  const inputs = plans.flatMap(({ graph }) => inputPaths(graph.inputs));
  for (const input of new Set([...inputs, ...paths])) {
    const source = exactStatusOf(input);
    const isSameFile = target && source && target.dev === source.dev && target.ino === source.ino;
    if (isSameFile || absolutePath(path) === absolutePath(input))
      throw new OutputError(
        `${path}: is an input of the link, and inputs are never changed; choose another output`,
      );
  }
  requirePlace(path);
}

/** Every file that the link reads: archives, objects, and what thin archives name. */
export function inputPaths({ archives, members }: Inputs): string[] {
  const objects = members.filter(({ archive }) => archive === NONE || archives[archive].stored.isThin);
  return [
    ...archives.map(({ path }) => path),
    ...objects.map(({ archive, name, source }) => (archive === NONE ? name : source.label)),
  ];
}
