import { type Command, CommanderError } from 'commander';
import { MalformedError } from '../bytes/malformed-error.js';
import { OutputError } from '../emit/write-file.js';
import { UnknownCureError, UnverifiedError } from '../fix/fix-errors.js';
import { LineError } from '../link/command/line-error.js';
import { MixedInputsError } from '../link/inputs/inputs.js';
import { InputError } from '../link/inputs/open-files.js';
import { version } from '../version.js';
import { manPage } from './help/man-page.js';
import { hintFor, separatorMissing, valueMissing } from './hint.js';
import { givenCommand } from './options/given-line.js';
import type { GivenLine } from './options/options.js';
import { SettingError } from './options/settings.js';
import { suggestion } from './options/suggest.js';
import { unknownBeforeCommand, unknownToLinkers } from './options/unknown-option.js';
import { UsageError, unknownOptionError } from './options/usage-error.js';
import { defineProgram, isCommand } from './program.js';
import type { Streams } from './streams.js';
import { complaint } from './terminal/complaint.js';
import { showProgress } from './terminal/progress-line.js';
import { letYoungGenerationGrow } from './v8-options.js';

/** Commands that search for cures, and may take seconds. */
const LONG: ReadonlySet<string | undefined> = new Set(['fix', 'explain']);

/** Bad usage or bad input: nothing was written. */
const EXIT_FAILED = 2;

/**
 * Runs the command line.
 * @param args without the program's own name
 * @returns the exit code: 0 done or clean, 1 findings, 2 the command failed
 */
export async function main(args: readonly string[], given: Streams): Promise<number> {
  const { streams, end } = showProgress(given);
  if (LONG.has(args[0])) letYoungGenerationGrow();
  try {
    return await run(args, streams);
  } finally {
    end();
  }
}

async function run(args: readonly string[], streams: Streams): Promise<number> {
  const complain = (message: string): void => streams.error(complaint(message, streams.errorTerminal));
  let exitCode = 0;
  const own = withoutProgram(args);
  const program = await defineProgram({
    streams,
    args,
    given: own,
    setExitCode: (code) => {
      exitCode = code;
    },
    complain: (message) =>
      complain(separatorMissing(args[0], args) ?? `${usageError(message)} (--help lists the options)`),
    only: isCommand(args[0]) ? args[0] : null,
  });
  const wrong = unknownTopic(program, args) ?? valueMissing(program, args);
  if (wrong !== null) {
    complain(`${wrong} (--help lists the options)`);
    return EXIT_FAILED;
  }
  try {
    requireOwnOptions(program, own);
    await program.parseAsync(own.args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : EXIT_FAILED;
    if (!isExpected(thrown)) throw thrown;
    complain(await failureText(thrown, program, args, own));
    return EXIT_FAILED;
  }
}

/** The message of a failed command, with a hint where there is one. */
async function failureText(
  thrown: unknown,
  program: Command,
  args: readonly string[],
  own: GivenLine,
): Promise<string> {
  const noSeparator = separatorMissing(args[0], args);
  const error = noSeparator === null ? (misspeltOption(program, own) ?? thrown) : thrown;
  const linking = own.program === null ? [] : [own.program, ...own.behind];
  const hinted = { command: args[0], direct: own.direct, linking, options: await optionsOfCommands() };
  const hint = hintFor(error, hinted);
  return (hint === '' ? noSeparator : null) ?? `${(error as Error).message}${hint}`;
}

/** @throws UsageError for an option before `--` and a link command that is not one of ours */
function requireOwnOptions(program: Command, { program: linker, direct }: GivenLine): void {
  if (linker === null || direct[0] === 'link') return;
  const unknown = unknownBeforeCommand(program, direct);
  if (unknown === undefined) return;
  throw unknown.startsWith('--')
    ? new UsageError(`unknown option '${unknown}'`, unknown)
    : unknownOptionError(unknown);
}

/**
 * The error for a misspelt option of a command that failed: its value is then taken for an input. Null without one,
 * and if a link command follows `--`.
 */
function misspeltOption(program: Command, { program: linker, direct }: GivenLine): UsageError | null {
  if (linker !== null || direct[0] === 'link') return null;
  const unknown = unknownToLinkers(program, direct);
  return unknown === undefined ? null : unknownOptionError(unknown);
}

/** An error for `ardedup help NAME` of a command that does not exist. */
function unknownTopic(program: Command, [command, name]: readonly string[]): string | null {
  const names = ['help', ...program.commands.map((one) => one.name())];
  if (command !== 'help' || name === undefined || name.startsWith('-') || names.includes(name)) return null;
  return `unknown command '${name}'${suggestion(name, names).replace('; ', ': ')}`;
}

/** The man page, for the build. */
export const manual = async (): Promise<string> => manPage(await allCommands(), version);

/** Every command, none of which is run. */
function allCommands(): Promise<Command> {
  const streams: Streams = { out: () => {}, error: () => {}, input: async () => null, colors: false };
  const given = withoutProgram([]);
  return defineProgram({ streams, args: [], given, setExitCode: () => {}, complain: () => {} });
}

/** Options by the name of the command. */
async function optionsOfCommands(): Promise<Map<string, string[]>> {
  const { commands } = await allCommands();
  return new Map(
    commands.map((one) => [
      one.name(),
      one.options.flatMap(({ long, short }) => [long, short].filter((name) => name !== undefined)),
    ]),
  );
}

/** A usage error of commander in one line; commander may repeat arguments and add a suggestion. */
const usageError = (message: string): string =>
  message
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, ': did you mean $1?');

/** A whole command may follow `--`: its first argument is then a compiler or linker, not an input. */
function withoutProgram(args: readonly string[]): GivenLine & { readonly args: string[] } {
  const at = args.indexOf('--') + 1;
  if (at === 0) return { ...givenCommand([]), args: [...args], direct: args };
  const given = givenCommand(args.slice(at));
  return { ...given, args: [...args.slice(0, at), ...given.behind], direct: args.slice(0, at - 1) };
}

const EXPECTED = [
  MalformedError,
  MixedInputsError,
  InputError,
  OutputError,
  LineError,
  UsageError,
  SettingError,
  UnknownCureError,
  UnverifiedError,
];
const isExpected = (error: unknown): boolean => EXPECTED.some((kind) => error instanceof kind);
