import { type Command, Option } from 'commander';
import type { QueriedCommand } from '../../fix/command/query-command.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { linkerProfiles } from '../../link/linkers/find-profile.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { offering, withNotes } from '../help/help-text.js';
import { chosenLinker, profileOn } from './chosen-linker.js';
import { withConfigOptions } from './configured-options.js';

export type { GivenLine } from './given-line.js';

import type { GivenLine } from './given-line.js';
import { UsageError, unknownOptionError } from './usage-error.js';

/** Options that every command with a link line has. */
export interface LineOptions {
  readonly provider: readonly string[];
  readonly owner: readonly string[];
  readonly arch: readonly string[];
  readonly linker: string;
  /** The linker that is meant where --linker, the driver and the line name none. */
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
  'The line has the arguments of a linker, in order: objects, archives, -l and -L, --start-group … --end-group, --whole-archive, -u, -e, @response files, and -Wl,… of compiler drivers. With no object file on the line, every exported C symbol counts as used.';

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
          `linker to simulate: ${linkerIds.join(', ')}; any: the plan must hold on each; auto: the one that the driver or the line names, otherwise any`,
        ).default('auto'),
        [...linkerIds, 'any', 'auto'],
      ),
    )
    .addOption(new Option('--format <format>', 'what to print').choices([...formats]).default('text'))
    .option('-q, --quiet', 'print only what changes, and what was not taken into account')
    .option('--strict', 'fail when anything on the line is not taken into account')
    .allowUnknownOption();
  return withNotes(planned, LINE_HELP);
}

/**
 * The linker that the plan is for; null for any of the format. Without --linker it is the one that the driver hands the
 * line to, or that the line names.
 *
 * @throws UsageError
 */
export function linkerOption(
  { linker: name, usualLinker }: Pick<LineOptions, 'linker' | 'usualLinker'>,
  opened: OpenedLine,
  queried: Pick<QueriedCommand, 'linkerFor'> | null = null,
): LinkerProfile | null {
  const found = (): LinkerProfile | null =>
    queried?.linkerFor(opened) ??
    profileOn(opened.parsed.linker, opened) ??
    usualLinker?.(opened.inputs.format) ??
    null;
  return chosenLinker(name, opened, found, 'one-line');
}

/** @throws UsageError for an option before `--` that neither we nor any simulated linker know */
export function requireKnownOptions(opened: OpenedLine, { direct }: GivenLine): void {
  const unknown = opened.parsed.unknown.find((word) => direct.includes(word));
  if (unknown !== undefined) throw unknownOptionError(unknown);
}

/** @throws UsageError for --arch when no file has a choice of architectures */
export function requireUniversal({ architecture }: OpenedLine, arch: readonly string[]): void {
  if (architecture === null && arch.length > 0)
    throw new UsageError(`--arch ${arch[0]}: no file on the line is universal`);
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
