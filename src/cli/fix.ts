import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { requireWritable } from '../emit/write-file.js';
import { isOfOtherLinker, linkerOfLog } from '../explain/explain.js';
import { decodeLog } from '../explain/log/clean-log.js';
import { type LogReading, readLog } from '../explain/log/read-log.js';
import { type FixOptions, type FixResult, runFix } from '../fix/fix-line.js';
import { fileError } from '../link/inputs/open-files.js';
import { linkerProfiles } from '../link/linkers/find-profile.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import { fixText } from '../report/fix-text.js';
import { count } from '../report/quantities.js';
import { programWords } from '../report/shell-command.js';
import { undefinedInLog } from '../report/undefined-in-log.js';
import { saveFixPlan } from './fix-plan.js';
import { offering, withExamples, withNotes } from './help/help-text.js';
import { requireLinker } from './options/chosen-linker.js';
import { withConfigOptions } from './options/configured-options.js';
import { requireLogText } from './options/log-file.js';
import type { GivenLine } from './options/options.js';
import type { AcceptedCure } from './options/settings.js';
import { UsageError } from './options/usage-error.js';
import type { Streams } from './streams.js';
import { complaint } from './terminal/complaint.js';
import { colorsOf, printText } from './terminal/print-text.js';

interface FixCommandOptions {
  readonly outDir?: string;
  readonly plan?: string;
  /** Of the command line, or of a configuration. */
  readonly accept: readonly (string | AcceptedCure)[];
  readonly arch: readonly string[];
  readonly linker: string;
  readonly format: 'text' | 'json';
  readonly quiet?: boolean;
}

const HELP = [
  'Give the link command of the build, with the compiler or linker first. ardedup queries the linker for its name and version, and a compiler for the start files and libraries that it adds. Cures are tried in the order drop, order, plain-archive, owner, redirect, yield, isolate, first-wins, then in combinations; the first proved cure is applied. To apply a different cure, accept it by its printed id.',
  'Exit code 0: nothing to fix, or fixed; 1: not fixed, or the link fails by an undefined name; 2: the command failed.',
];

const EXAMPLES = [
  {
    what: 'print the cures of a link, and write nothing',
    command: 'ardedup fix -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'apply the first proved cure, and print the new link command',
    command: 'ardedup fix --out-dir fixed -- cc -o app main.o libfoo.a libbar.a',
  },
  {
    what: 'take the linker from a log',
    command: 'ardedup fix link.log --out-dir fixed -- cc -o app main.o libfoo.a libbar.a',
  },
];

const linkerIds = linkerProfiles.map(({ id }) => id);
const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** `ardedup fix`: the smallest change that makes a link command right. */
export function fixCommand(streams: Streams, setExitCode: (code: number) => void, given: GivenLine): Command {
  const command = new Command('fix')
    .description('find the smallest change that makes a link command right, and apply it')
    .usage('[options] [log] -- <linker or compiler command>')
    .argument('[log]', "the linker's messages")
    .argument('[command...]', 'the command that links')
    .option('--out-dir <folder>', 'folder for changed archives; without it no archive is written')
    .option('--plan <file>', 'save the drops as a plan, for `ardedup verify` and `ardedup apply`')
    .option('--accept <id>', 'apply this cure instead of the first proved one (repeatable)', collect, [])
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
          `linker for which a cure must hold: ${linkerIds.join(', ')}; any: each of them; auto: the one that the command runs`,
        ).default('auto'),
        [...linkerIds, 'any', 'auto'],
      ),
    )
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .option('-q, --quiet', 'print only what was changed, and the new command')
    .allowUnknownOption();
  return withExamples(withNotes(withConfigOptions(command), ...HELP), ...EXAMPLES).action(
    async (log: string | undefined, rest: string[], options: FixCommandOptions) => {
      const operands = log === undefined ? [] : [log, ...rest];
      const before = operands.slice(0, operands.length - given.behind.length);
      setExitCode(await fix(before, options, streams, given));
    },
  );
}

async function fix(
  before: readonly string[],
  options: FixCommandOptions,
  streams: Streams,
  given: GivenLine,
): Promise<number> {
  if (given.program === null) throw new UsageError('fix: expected a linker or compiler command after --');
  if (before.length > 1) throw new UsageError(`fix: expected one log before --, got ${before.length}`);
  requireLinker(options.linker);
  const log = before.length === 0 ? null : await logNamed(before[0], streams);
  const decisions = options.accept.filter((one) => typeof one !== 'string');
  requirePlanPlace(options);
  const result = await runFix(
    [...programWords(given), ...given.behind],
    {
      outDir: options.outDir,
      accept: options.accept.filter((one) => typeof one === 'string'),
      decisions: decisions.map(({ id }) => id),
      architectures: options.arch,
      linker: options.linker,
      ...ofLog(log),
    },
    (applied, asked) => {
      if (options.plan !== undefined) saveFixPlan(options.plan, applied, asked);
    },
  );
  for (const warning of [
    ...warningsOf(result, decisions, log, options.linker),
    ...planWarnings(result, options),
  ])
    streams.error(complaint(`warning: ${warning}`, streams.errorTerminal));
  if (options.format === 'json') streams.out(`${JSON.stringify(result.report, null, 1)}\n`);
  else print(result, options, streams, before[0]);
  const isRight = result.report.applied !== null || result.isHealthy;
  return isRight && !result.open.areFatal ? 0 : 1;
}

/** Tries the place of the plan before anything is written. @throws OutputError */
function requirePlanPlace({ plan, outDir }: FixCommandOptions): void {
  requireWritable([plan], (folder) => outDir !== undefined && resolve(folder) === resolve(outDir));
}

/** Warns that a plan was requested, but not written. */
function planWarnings({ report, isHealthy, waiting }: FixResult, { plan }: FixCommandOptions): string[] {
  if (plan === undefined || report.applied !== null) return [];
  const why = isHealthy ? 'there is nothing to fix' : 'no cure was applied';
  return [
    `${plan}: no plan was written, because ${why}${waiting === null ? '' : '; add --out-dir <folder>'}`,
  ];
}

/** Settings that the log of the link decides. */
const ofLog = (log: LogReading | null): Pick<FixOptions, 'linkerOfLog' | 'undefinedInLog'> =>
  log === null
    ? {}
    : { linkerOfLog: linkerOfLog(log, null)?.id ?? null, undefinedInLog: undefinedInLog(log) };

/** Prints the report as text. @param logPath of the linker's log; `-` cannot be read again */
function print(
  result: FixResult,
  { quiet }: FixCommandOptions,
  streams: Streams,
  logPath: string | undefined,
): void {
  const log = logPath === undefined || logPath === '-' ? null : logPath;
  printText(streams, fixText(result, { colors: colorsOf(streams), quiet: quiet === true, log }));
}

/** Warnings about decisions that no longer fit, and about a log of a different command. */
function warningsOf(
  { idle, report, open, profile }: FixResult,
  decisions: readonly AcceptedCure[],
  log: LogReading | null,
  linker: string,
): string[] {
  const unfit = decisions
    .filter(({ id }) => idle.includes(id))
    .map(
      ({ id, reason }) =>
        `the accepted cure ${id} no longer fits this link${reason === null ? '' : ` (${reason})`}`,
    );
  if (log === null) return unfit;
  const stale = [...unfit, ...otherLinker(log, profile, linker)];
  if (hasNoMessage(log))
    return [...stale, 'the log has no message of a linker: is it the log of this command?'];
  const missing = undefinedInLog(log).symbols.size;
  if (missing > 0 && open.names.length === 0)
    return [
      ...stale,
      `the log has ${count(missing, 'undefined name')}, but this command leaves none undefined: is the log of this command?`,
    ];
  if (report.before.duplicates > 0 || duplicatesIn(log) === 0) return stale;
  return [
    ...stale,
    `the log has ${duplicatesIn(log)} duplicate definitions, but this command has none: is the log of this command?`,
  ];
}

/** A warning for a log of a linker that the command does not run; none if the user has named the linker. */
function otherLinker(log: LogReading, profile: LinkerProfile, linker: string): string[] {
  if (linker !== 'auto' || !isOfOtherLinker(log, profile)) return [];
  const ofLog = linkerOfLog(log, profile.format);
  const use = ofLog === null ? '' : `; add --linker ${ofLog.id} if the build runs it`;
  return [`the log is of ${ofLog?.title ?? 'another linker'}, but this command runs ${profile.title}${use}`];
}

/** Whether a log has text, but none of a linker. */
const hasNoMessage = ({ diagnostics, notes, roles }: LogReading): boolean =>
  diagnostics.length + notes.length === 0 &&
  roles.includes('other') &&
  !roles.some((role) => role === 'summary' || role === 'unread');

const duplicatesIn = ({ diagnostics }: LogReading): number =>
  diagnostics.filter(({ kind }) => kind === 'duplicate').length;

async function logNamed(path: string, streams: Streams): Promise<LogReading> {
  if (path !== '-') return readLog(decodeLog(readLogFile(path)));
  const fed = await streams.input();
  if (fed === null) throw new UsageError('fix -: standard input is a terminal');
  return readLog(decodeLog(fed));
}

function readLogFile(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fileError(path, error);
  }
  return requireLogText(path, bytes);
}
