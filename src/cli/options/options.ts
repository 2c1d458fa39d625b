import { type Command, Option } from 'commander';
import type { QueriedCommand } from '../../fix/command/query-command.js';
import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { OpenedLine } from '../../link/line/open-line.js';
import { findProfile, linkerProfiles, profileFor } from '../../link/linkers/find-profile.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { idleRules, type Ownership, ownerPath } from '../../plan/twins/ownership.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { offering, withNotes } from '../help/help-text.js';
import { withConfigOptions } from './configured-options.js';

export type { GivenLine } from './given-line.js';

import type { GivenLine } from './given-line.js';
import { type OwnerRule, parseOwnerRule } from './owner-rule.js';
import { suggestion } from './suggest.js';
import { symbolPatterns } from './symbol-patterns.js';
import { UsageError } from './usage-error.js';

/** Options that every command with a link line has. */
export interface LineOptions {
  readonly provider: readonly string[];
  readonly owner: readonly string[];
  readonly arch: readonly string[];
  readonly linker: string;
  /** The linker that is meant where neither --linker nor the line names one. */
  readonly usualLinker?: (format: ObjectFormatId | null) => LinkerProfile | null;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
  readonly strict?: boolean;
  /**
   * Options that hold for many lines, as a configuration file's do: an archive that this line does not have is skipped.
   */
  readonly configured?: readonly string[];
}

const linkerIds = linkerProfiles.map(({ id }) => id);

const LINE_HELP =
  'The line is what a linker gets, in its order: objects, archives, -l and -L, --start-group … --end-group, --whole-archive, -u, -e, @response files, and -Wl,… as compiler drivers hand them on. With no object file on the line, every exported C symbol counts as used.';

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** Adds the line, and the options of a command that plans it. */
export function withLineOptions(
  command: Command,
  {
    formats,
    isOptional = false,
  }: { readonly formats?: readonly string[]; readonly isOptional?: boolean } = {},
): Command {
  const withLine = command.argument(
    isOptional ? '[line...]' : '<line...>',
    'the link line: objects, archives and options in order; after --, also a whole compiler or linker command',
  );
  return withPlanOptions(withLine, formats);
}

/** Adds the options of a command that plans a line. */
export function withPlanOptions(command: Command, formats: readonly string[] = ['text', 'json']): Command {
  const planned = withConfigOptions(command)
    .option('--provider <archive>', 'archive whose copies stay (repeatable, first is strongest)', collect, [])
    .option(
      '--owner <pattern=archive>',
      'archive or object whose copy of a crate or symbol stays, and replaces others (repeatable; * in a pattern: anything)',
      collect,
      [],
    )
    .option(
      '--arch <name>',
      'architecture of universal files (repeatable; default: -arch, or all)',
      collect,
      [],
    )
    .addOption(
      offering(
        new Option(
          '--linker <name>',
          `linker that reads the line: ${linkerIds.join(', ')}; any: the plan holds on each`,
        ).default('any'),
        [...linkerIds, 'any'],
      ),
    )
    .addOption(new Option('--format <format>', 'what to print').choices([...formats]).default('text'))
    .option('-q, --quiet', 'print only what changes, and what was not taken into account')
    .option('--strict', 'fail when anything on the line is not taken into account')
    .allowUnknownOption();
  return withNotes(planned, LINE_HELP);
}

/** The linker that the plan is for; null for any of the format. @throws UsageError */
export function linkerOption(
  { linker: name, usualLinker }: Pick<LineOptions, 'linker' | 'usualLinker'>,
  opened: OpenedLine,
  queried: Pick<QueriedCommand, 'linkerFor'> | null = null,
): LinkerProfile | null {
  const { format } = opened.inputs;
  const fitting = linkerProfiles.filter((profile) => format === null || profile.format === format);
  if (fitting.length === 0)
    throw new UsageError(`no linker for ${format} objects is simulated yet: see inspect`);
  const { linker } = opened.parsed;
  // One that the line names may be none that we know for this format: the plan then holds on each that we do.
  if (name === 'any') {
    const named = linker === null || format === null ? null : profileFor(linker, format);
    return queried?.linkerFor(opened) ?? named ?? usualLinker?.(format) ?? null;
  }
  const found = findProfile(name);
  const profile = found && linkerProfiles.includes(found) ? found : null;
  if (profile && fitting.includes(profile)) return profile;
  const ids = fitting.map(({ id }) => id).join(', ');
  throw new UsageError(
    profile
      ? `${profile.title} does not link ${format} objects: ${ids}, any`
      : `no linker '${name}' is known: ${ids}, any`,
  );
}

/** @throws UsageError for an option before `--` that neither we nor any simulated linker know */
export function requireKnownOptions(opened: OpenedLine, { direct }: GivenLine): void {
  const unknown = opened.parsed.unknown.find((word) => direct.includes(word));
  if (unknown !== undefined)
    throw new UsageError(
      `unknown option '${unknown}' (options of a linker that change nothing here go behind --)`,
    );
}

/** @throws UsageError for --arch when no file has a choice of architectures */
export function requireUniversal({ architecture }: OpenedLine, arch: readonly string[]): void {
  if (architecture === null && arch.length > 0)
    throw new UsageError(`--arch ${arch[0]}: no file on the line is universal`);
}

/**
 * The archives that --provider names, for each link of the line: a universal file may have nothing for one of them. An
 * object may be named as well: it is always in the link, and so provides before every archive anyway.
 * @throws UsageError when one is not on the line
 */
export function providersOf(
  lines: readonly OpenedLine[],
  { provider, configured }: Pick<LineOptions, 'provider' | 'configured'>,
): ArchiveId[][] {
  const paths = provider.filter((path) => !lines.some((opened) => isObjectNamed(opened, path)));
  return archivesNamed(lines, '--provider', paths, configured?.includes('provider')).map((archives) =>
    archives.filter((archive) => archive !== null),
  );
}

/**
 * What --owner says, for each link of the line.
 * @throws UsageError when it is not `pattern=file`, or the archive or object is not on the line
 */
export function ownershipOf(
  lines: readonly OpenedLine[],
  { owner, configured }: Pick<LineOptions, 'owner' | 'configured'>,
): Ownership[][] {
  const parts = owner.map(parseOwnerRule);
  const isObject = ({ path }: OwnerRule) => lines.some((opened) => objectNamed(opened, path) !== NONE);
  const ofArchives = parts.filter((part) => !isObject(part));
  const found = archivesNamed(
    lines,
    '--owner',
    ofArchives.map(({ path }) => path),
    configured?.includes('owner'),
  );
  return lines.map((opened, row) =>
    parts.flatMap((part): Ownership[] => {
      const { pattern, path } = part;
      const object = objectNamed(opened, path);
      const patterns = symbolPatterns(opened, pattern);
      if (object !== NONE) return patterns.map((one) => ({ pattern: one, archive: NONE, object }));
      const archive = found[row][ofArchives.indexOf(part)] ?? null;
      return archive === null ? [] : patterns.map((one) => ({ pattern: one, archive }));
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

/** By line and path: the archive, or null where this line has nothing for it. */
export function archivesNamed(
  lines: readonly OpenedLine[],
  option: string,
  paths: readonly string[],
  mayBeMissing = false,
): (ArchiveId | null)[][] {
  const found = lines.map((opened) => paths.map((path) => archiveNamed(opened, option, path)));
  paths.forEach((path, at) => {
    if (!mayBeMissing && found.every((archives) => archives[at] === null))
      throw new UsageError(
        `${option} ${path}: not an archive ${option === '--owner' ? 'or object ' : ''}on the link line${suggestion(path, archivePaths(lines))}`,
      );
  });
  return found;
}

const archivePaths = (lines: readonly OpenedLine[]): string[] =>
  lines.flatMap(({ inputs }) => inputs.archives.map(({ path }) => path));

const isObjectNamed = (opened: OpenedLine, path: string): boolean => objectNamed(opened, path) !== NONE;

/** An object that the line names, as it names it; NONE for anything else. */
function objectNamed({ parsed, places }: OpenedLine, path: string): MemberId {
  const at = parsed.inputs.findIndex((input) => input.text === path);
  const place = at < 0 ? null : places[at];
  return place?.kind === 'object' ? place.member : NONE;
}

function archiveNamed(opened: OpenedLine, option: string, path: string): ArchiveId | null {
  const at = opened.parsed.inputs.findIndex((input) => input.text === path);
  const place = at < 0 ? null : opened.places[at];
  const named = place ?? byPath(opened, option, path);
  return named?.kind === 'archive' ? named.archive : null;
}

/** `-lfoo` on the line may be named by its path, or its file name. */
function byPath(opened: OpenedLine, option: string, path: string) {
  const found = opened.inputs.archives.filter(
    (archive) => archive.path === path || archive.path.endsWith(`/${path}`),
  );
  if (found.length > 1)
    throw new UsageError(`${option} ${path}: ${found.map((archive) => archive.path).join(' or ')}?`);
  return found.length === 1 ? ({ kind: 'archive', archive: found[0].id } as const) : null;
}

/** @throws UsageError with everything that was skipped, under --strict */
export function requireComplete(opened: OpenedLine, strict: boolean | undefined): void {
  if (!strict) return;
  const unread = opened.inputs.members.flatMap(({ id, source }) => {
    const content = opened.inputs.contents[id];
    return content.kind === 'unreadable' ? [{ what: source.label, reason: content.problem }] : [];
  });
  const [first] = [...opened.skipped, ...unread];
  if (first) throw new UsageError(`--strict: ${first.what}: ${first.reason}`);
}
