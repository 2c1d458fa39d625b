import { type Command, Option } from 'commander';
import pico from 'picocolors';
import type { ArchiveId } from '../link/inputs.js';
import { findProfile, type LinkerProfile, linkerProfiles } from '../link/linker-profile.js';
import type { OpenedLine } from '../link/open-line.js';
import type { Colors } from '../report/colors.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage-error.js';

/** Options that every command with a link line has. */
export interface LineOptions {
  readonly provider: readonly string[];
  readonly linker: string;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
  readonly strict?: boolean;
}

const LINE_HELP = `
The line is what a linker gets, in its order: objects, archives, -l and -L, --start-group … --end-group,
--whole-archive, -u, -e, @response files, and -Wl,… as compiler drivers hand them on. Without any object on it,
whatever C code can name is taken to be used by somebody.`;

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** Adds the options of a command that plans a line. */
export function withLineOptions(command: Command): Command {
  return command
    .argument(
      '<line...>',
      'the link line: objects, archives and options in order; after -- it is taken as it stands',
    )
    .option('--provider <archive>', 'archive whose copies stay (repeatable, first is strongest)', collect, [])
    .option(
      '--linker <name>',
      `linker that reads the line: ${linkerProfiles.map(({ id }) => id).join(', ')}; any: the plan holds on each`,
      'any',
    )
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .option('-q, --quiet', 'print only what changes, and what was not taken into account')
    .option('--strict', 'fail when anything on the line is not taken into account')
    .allowUnknownOption()
    .addHelpText('after', LINE_HELP);
}

/** @throws UsageError */
export function linkerOption(name: string, fromLine: string | null): LinkerProfile | null {
  const wanted = name === 'any' && fromLine !== null ? fromLine : name;
  if (wanted === 'any') return null;
  const profile = findProfile(wanted);
  if (!profile && wanted === name)
    throw new UsageError(
      `no linker '${name}' is known: ${linkerProfiles.map(({ id }) => id).join(', ')}, any`,
    );
  return profile;
}

/** The archives that --provider names. @throws UsageError when one is not on the line */
export function providersOf(opened: OpenedLine, providers: readonly string[]): ArchiveId[] {
  return providers.map((path) => {
    const at = opened.parsed.inputs.findIndex((input) => input.text === path);
    const place = at < 0 ? null : opened.places[at];
    const named = place ?? byPath(opened, path);
    if (named?.kind !== 'archive') throw new UsageError(`--provider ${path}: is no archive of the line`);
    return named.archive;
  });
}

/** `-lfoo` on the line may be named by its path, or its file name. */
function byPath(opened: OpenedLine, path: string) {
  const found = opened.inputs.archives.filter(
    (archive) => archive.path === path || archive.path.endsWith(`/${path}`),
  );
  if (found.length > 1)
    throw new UsageError(`--provider ${path}: ${found.map((archive) => archive.path).join(' or ')}?`);
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

export const colorsOf = (streams: Streams): Colors => pico.createColors(streams.colors);
