import { Command } from 'commander';
import { version } from '../version.js';
import { HELP_COLUMNS, optionText, withExamples, withNotes } from './help/help-text.js';
import { takeConfiguredOptions } from './options/configured-options.js';
import type { GivenLine } from './options/options.js';
import type { Streams } from './streams.js';

/** Data of a run that the definitions of the commands need. */
export interface Run {
  readonly streams: Streams;
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly given: GivenLine;
  readonly setExitCode: (code: number) => void;
  /** Prints what commander finds wrong. */
  readonly complain: (message: string) => void;
  /** The command that is run, where no other need be known. */
  readonly only?: CommandName | null;
}

/** Every command, loaded when it is defined: a run of one loads no other. */
const COMMANDS = {
  trim: async ({ streams, setExitCode, given }) =>
    (await import('./trim.js')).trimCommand(streams, setExitCode, given),
  check: async ({ streams, setExitCode, given }) =>
    (await import('./check.js')).checkCommand(streams, setExitCode, given),
  explain: async ({ streams, setExitCode, given }) =>
    (await import('./explain.js')).explainCommand(streams, setExitCode, given),
  fix: async ({ streams, setExitCode, given }) =>
    (await import('./fix.js')).fixCommand(streams, setExitCode, given),
  inspect: async ({ streams }) => (await import('./inspect.js')).inspectCommand(streams),
  verify: async ({ streams, setExitCode }) =>
    (await import('./verify.js')).verifyCommand(streams, setExitCode),
  apply: async ({ streams }) => (await import('./apply.js')).applyCommand(streams),
  link: async ({ args }) => (await import('./link/link.js')).linkCommand(args),
  cache: async ({ streams }) => (await import('./cache.js')).cacheCommand(streams),
  completion: async ({ streams }, program) =>
    (await import('./completion.js')).completionCommand(streams, program),
} as const satisfies Readonly<Record<string, (run: Run, program: Command) => Promise<Command>>>;

type CommandName = keyof typeof COMMANDS;

/** Whether an argument names a command that need not know the others. */
export const isCommand = (word: string | undefined): word is CommandName =>
  word !== undefined && word !== 'completion' && Object.hasOwn(COMMANDS, word);

/** Defines all commands and options; help, the man page and shell completion are generated from them. */
export async function defineProgram(run: Run): Promise<Command> {
  const { streams, complain } = run;
  const program = new Command('ardedup')
    .description(
      'Gives a native link one copy of each runtime: drops members that static archives bundle twice, if it can show that the link stays right.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({
      optionDescription(option) {
        return optionText(Object.getPrototypeOf(this), option);
      },
    })
    .configureOutput({
      writeOut: (text) => streams.out(text),
      writeErr: (text) => streams.error(text),
      getOutHelpWidth: () => streams.columns ?? HELP_COLUMNS,
      outputError: (message) => complain(message),
    })
    .hook('preAction', (_, command) => takeConfiguredOptions(command, process.env));
  const names = run.only ? [run.only] : (Object.keys(COMMANDS) as CommandName[]);
  const commands = await Promise.all(names.map((name) => COMMANDS[name](run, program)));
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const below of command.commands) below.copyInheritedSettings(program);
  }
  withNotes(
    program,
    '`ardedup COMMAND --help` lists the options of a command. Put your link command, unchanged, after --. ardedup reads it; only `link` runs it.',
  );
  return withExamples(
    program,
    {
      what: 'cure a link that fails, or that links and misbehaves',
      command: 'ardedup fix --out-dir fixed -- cc -o app main.o libfoo.a libbar.a',
    },
    {
      what: 'group the messages of a linker log by cause',
      command: 'ardedup explain link.log -- cc -o app main.o libfoo.a libbar.a',
    },
    {
      what: 'fail in CI when a link has duplicates',
      command: 'ardedup check -- cc -o app main.o libfoo.a libbar.a',
    },
  );
}
