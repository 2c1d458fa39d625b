import { parseArgs } from 'node:util';
import { splitLauncher } from '../../wrap/launcher.js';
import type { ConfigChoice } from './config-file.js';
import { EDIT_OPTIONS, type EditOptions, namesEdits, yieldOptions } from './edit-option-table.js';
import type { LinkSettings } from './link-settings.js';
import { parseOwnerRule } from './owner-rule.js';
import { sizeFrom } from './settings.js';
import { UsageError } from './usage-error.js';

/** One table for the parser here, which is quick to start, and for `--help`. */
export const LINK_OPTIONS = {
  provider: {
    type: 'string',
    multiple: true,
    flags: '--provider <archive>',
    help: 'archive whose copies stay, by path or file name (repeatable, first is strongest); ignored for a line without this archive',
  },
  owner: {
    type: 'string',
    multiple: true,
    flags: '--owner <pattern=archive>',
    help: 'archive or object whose copy of a crate or symbol stays, and replaces others (repeatable; * in a pattern: anything)',
  },
  linker: {
    type: 'string',
    flags: '--linker <name>',
    help: 'linker to simulate (default: auto, which queries the tool; any: the plan must hold on each)',
  },
  ...EDIT_OPTIONS,
  fix: { type: 'boolean', flags: '--fix', help: 'apply the cure that `ardedup fix` finds' },
  plan: { type: 'string', flags: '--plan <file>', help: 'save the plan as JSON, for `ardedup verify`' },
  print: { type: 'boolean', flags: '--print', help: 'print the line that would be run, and run nothing' },
  strict: {
    type: 'boolean',
    flags: '--strict',
    help: 'fail if the link cannot be planned, instead of warning and running the line unchanged',
  },
  confirm: {
    type: 'boolean',
    flags: '--confirm',
    help: 'have the linker record which members it loads, and fail if they differ from the simulation',
  },
  verbose: { type: 'boolean', flags: '--verbose', help: 'report on standard error what was dropped' },
  'no-cache': { type: 'boolean', flags: '--no-cache', help: 'do not use the cache' },
  'cache-dir': { type: 'string', flags: '--cache-dir <folder>', help: 'cache folder' },
  'cache-size': {
    type: 'string',
    flags: '--cache-size <size>',
    help: 'maximum size of the cache, such as 500M or 2G',
  },
  config: {
    type: 'string',
    flags: '--config <file>',
    help: 'configuration file (default: ardedup.config.json or similar, in this folder or above it)',
  },
  'no-config': { type: 'boolean', flags: '--no-config', help: 'read no configuration file' },
} as const;

/** The arguments of `ardedup link` before and after `--`. */
export interface LinkArguments {
  readonly settings: Partial<LinkSettings>;
  readonly config: ConfigChoice;
  readonly planPath: string | null;
  readonly isPrint: boolean;
  /** Arguments in front of the tool that run it: `env LC_ALL=C ccache`. */
  readonly launcher: readonly string[];
  /** Variables that these set for it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly tool: string;
  readonly words: readonly string[];
}

/** The arguments of a call under the name of a tool. */
export const linkAs = (tool: string, words: readonly string[]): LinkArguments => ({
  settings: {},
  config: undefined,
  planPath: null,
  isPrint: false,
  launcher: [],
  variables: {},
  tool,
  words,
});

/** @throws UsageError */
export function parseLinkArguments(args: readonly string[]): LinkArguments {
  const end = args.indexOf('--');
  if (end < 0 || end + 1 === args.length)
    throw new UsageError('link: expected a linker or compiler driver with its arguments after --');
  const { values } = parse(args.slice(0, end));
  const { launcher, variables, command } = splitLauncher(args.slice(end + 1));
  return {
    settings: settingsIn(values),
    config: values['no-config'] ? false : values.config,
    planPath: values.plan ?? null,
    isPrint: values.print === true,
    launcher,
    variables,
    tool: command[0],
    words: command.slice(1),
  };
}

/** The settings that options give. @throws UsageError */
function settingsIn(values: ReturnType<typeof parse>['values']): Partial<LinkSettings> {
  const { provider, owner, linker, strict, confirm, verbose } = values;
  for (const rule of owner ?? []) parseOwnerRule(rule);
  const edits = editsIn(values);
  return {
    ...(provider && { providers: provider }),
    ...(owner && { owners: owner }),
    ...(linker !== undefined && { linker }),
    ...(strict && { strict }),
    ...(confirm && { confirm }),
    ...(verbose && { verbose }),
    ...(values.fix && { fix: true }),
    ...(edits !== null && { edits }),
    ...(values['no-cache'] && { cache: false }),
    ...(values['cache-dir'] !== undefined && { cacheDir: values['cache-dir'] }),
    ...(values['cache-size'] !== undefined && {
      cacheSize: sizeFrom(values['cache-size'], '--cache-size'),
    }),
  };
}

/** Null without an option for edits. @throws UsageError */
function editsIn(values: ReturnType<typeof parse>['values']): EditOptions | null {
  const edits: EditOptions = {
    ...(values.redirect && { redirect: true }),
    ...(values.yield && { yield: values.yield }),
    ...(values.isolate && { isolate: values.isolate }),
    ...(values['accept-split'] && { acceptSplit: values['accept-split'] }),
    ...(values['first-wins'] && { firstWins: true }),
  };
  yieldOptions(edits);
  if (!namesEdits(edits)) return null;
  if (values.fix)
    throw new UsageError('link: --fix chooses edits itself, and cannot be combined with options for edits');
  return edits;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: LINK_OPTIONS, strict: true, allowPositionals: false });
  } catch (error) {
    // Node's own message begins with a capital, and may have more sentences.
    const [message] = (error as Error).message.split('. ');
    throw new UsageError(`link: ${message.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}`);
  }
}
