import { existsSync } from 'node:fs';
import type { ArchiveId, InputPlace } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { idleRules, type Ownership, ownerPath } from '../../plan/twins/ownership.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { parseOwnerRule } from './owner-rule.js';
import { suggestion } from './suggest.js';
import { symbolPatterns } from './symbol-patterns.js';
import { UsageError } from './usage-error.js';

/**
 * For which links options were written. `one-line`: each file that they name must be on the line, once. `many-lines`,
 * as in a configuration or for the wrapper of a whole build: a file that a line does not have is skipped, and a name
 * that several files have means each of them.
 */
export type Scope = 'one-line' | 'many-lines';

/** Whether a file is the one that an option names: by its path, or by the last parts of it. */
export const hasName = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

/**
 * The archives that --provider names, for each link of the line: a universal file may have nothing for one of them. An
 * object may be named as well: it is always in the link, and so provides before every archive anyway.
 *
 * @throws UsageError for a file that is not on the line, or is there more than once
 */
export const providersOf = (
  lines: readonly OpenedLine[],
  names: readonly string[],
  scope: Scope,
): ArchiveId[][] =>
  filesNamed(lines, names, { option: '--provider', scope, kinds: 'archives and objects' }).map((files) =>
    files.flatMap(({ archives }) => archives),
  );

/**
 * The rules of --owner, for each link of the line.
 *
 * @throws UsageError for a rule that is not `pattern=file`, and for a file as `providersOf`
 */
export function ownershipOf(
  lines: readonly OpenedLine[],
  rules: readonly string[],
  scope: Scope,
): Ownership[][] {
  const parts = rules.map(parseOwnerRule);
  const names = parts.map(({ path }) => path);
  const found = filesNamed(lines, names, { option: '--owner', scope, kinds: 'archives and objects' });
  return lines.map((opened, line) =>
    parts.flatMap(({ pattern }, at): Ownership[] => {
      const { archives, objects } = found[line][at];
      const files = [
        ...objects.map((object) => ({ archive: NONE, object })),
        ...archives.map((archive) => ({ archive })),
      ];
      return files.flatMap((file) =>
        symbolPatterns(opened, pattern).map((one) => ({ pattern: one, ...file })),
      );
    }),
  );
}

/** @throws UsageError for a rule of --owner that can keep nothing in any plan of the line */
export function requireEffect(
  plans: readonly TrimPlan[],
  ownership: readonly (readonly Ownership[])[],
): void {
  for (const rule of ownership.flat()) {
    const { pattern } = rule;
    const isIdle = plans.every(({ graph: { inputs }, twins }, at) => {
      const own = ownership[at].filter((one) => one.pattern === pattern);
      return idleRules(inputs, twins, own).length === own.length;
    });
    if (isIdle)
      throw new UsageError(
        `--owner ${pattern}: ${ownerPath(plans[0].graph.inputs, rule)} has no such crate, and defines no such symbol`,
      );
  }
}

/**
 * By line and name: the archives that an option names.
 *
 * @throws UsageError as `providersOf`
 */
export const archivesNamed = (
  lines: readonly OpenedLine[],
  option: string,
  names: readonly string[],
  scope: Scope,
): (readonly ArchiveId[])[][] =>
  filesNamed(lines, names, { option, scope, kinds: 'archives' }).map((files) =>
    files.map(({ archives }) => archives),
  );

interface NamedFiles {
  readonly archives: readonly ArchiveId[];
  readonly objects: readonly MemberId[];
}

interface Naming {
  readonly option: string;
  readonly scope: Scope;
  readonly kinds: 'archives' | 'archives and objects';
}

/** By line and name. @throws UsageError */
function filesNamed(
  lines: readonly OpenedLine[],
  names: readonly string[],
  { option, scope, kinds }: Naming,
): NamedFiles[][] {
  const found = lines.map((opened) =>
    names.map((name) => {
      const files = filesOn(opened, name);
      return kinds === 'archives' ? { ...files, objects: [] } : files;
    }),
  );
  if (scope === 'one-line')
    names.forEach((name, at) => {
      const paths = lines.map((opened, line) => pathsOf(opened, found[line][at]));
      const several = paths.find(({ length }) => length > 1);
      if (several !== undefined) throw new UsageError(`${option} ${name}: ${several.join(' or ')}?`);
      if (paths.every(({ length }) => length === 0))
        throw new UsageError(
          `${option} ${name}: not an archive ${option === '--owner' ? 'or object ' : ''}on the link line${hintFor(name, lines)}`,
        );
    });
  return found;
}

const pathsOf = ({ inputs }: OpenedLine, { archives, objects }: NamedFiles): string[] => [
  ...archives.map((archive) => inputs.archives[archive].path),
  ...objects.map((object) => inputs.members[object].source.label),
];

/** If the named file exists, its name is not a misspelling. */
const hintFor = (name: string, lines: readonly OpenedLine[]): string =>
  existsSync(name) ? '; add it to the line' : suggestion(name, archivePaths(lines));

const archivePaths = (lines: readonly OpenedLine[]): string[] =>
  lines.flatMap(({ inputs }) => inputs.archives.map(({ path }) => path));

/** Whether an archive or an object of the line has a name. */
export const isOnLine = (opened: OpenedLine, name: string): boolean =>
  pathsOf(opened, filesOn(opened, name)).length > 0;

/** The file with exactly this argument on the line; otherwise all files of that name. */
function filesOn({ parsed, places, inputs }: OpenedLine, name: string): NamedFiles {
  const at = parsed.inputs.findIndex((input) => input.text === name);
  const exact = at < 0 ? null : places[at];
  if (exact !== null) return namedFiles([exact]);
  const objects = parsed.inputs.map(({ text }, row) => (hasName(text, name) ? places[row] : null));
  return {
    archives: inputs.archives.filter(({ path }) => hasName(path, name)).map(({ id }) => id),
    objects: namedFiles(objects).objects,
  };
}

const namedFiles = (places: readonly (InputPlace | null)[]): NamedFiles => ({
  archives: [...new Set(places.flatMap((place) => (place?.kind === 'archive' ? place.archive : [])))],
  objects: [...new Set(places.flatMap((place) => (place?.kind === 'object' ? place.member : [])))],
});
