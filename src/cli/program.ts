import { Command } from 'commander';
import { version } from '../version.js';
import { applyCommand } from './apply.js';
import { cacheCommand } from './cache.js';
import { checkCommand } from './check.js';
import { completionCommand } from './completion.js';
import { explainCommand } from './explain.js';
import { fixCommand } from './fix.js';
import { HELP_COLUMNS, optionText, withExamples, withNotes } from './help/help-text.js';
import { inspectCommand } from './inspect.js';
import { linkCommand } from './link.js';
import { takeStandingOptions } from './options/configured-options.js';
import type { GivenLine } from './options/options.js';
import type { Streams } from './streams.js';
import { trimCommand } from './trim.js';
import { verifyCommand } from './verify.js';

/** What the definitions of the commands need of a run. */
export interface Run {
  readonly streams: Streams;
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly given: GivenLine;
  readonly setExitCode: (code: number) => void;
  /** Prints what commander finds wrong. */
  readonly complain: (message: string) => void;
}

/** Everything that `ardedup` can be told: help, the man page and shell completion are made from it. */
export function defineProgram({ streams, args, given, setExitCode, complain }: Run): Command {
  const program = new Command('ardedup')
    .description(
      'One copy of each runtime: drops the members that static archives bundle twice, when it can show that the link stays right.',
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
    .hook('preAction', (_, command) => takeStandingOptions(command, process.env));
  const commands = [
    ...[trimCommand, checkCommand, explainCommand, fixCommand, inspectCommand, verifyCommand].map((define) =>
      define(streams, setExitCode, given),
    ),
    applyCommand(streams),
    linkCommand(args),
    cacheCommand(streams),
    completionCommand(streams, program),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const below of command.commands) below.copyInheritedSettings(program);
  }
  withNotes(
    program,
    '`ardedup COMMAND --help` lists the options of a command. A link command goes after --, as you type it today; it is read, and only `link` runs it.',
  );
  return withExamples(
    program,
    {
      what: 'cure a link that fails, or that links and misbehaves',
      command: 'ardedup fix --out-dir fixed -- cc -o app main.o libfoo.a libbar.a',
    },
    {
      what: 'group the messages of a log by cause',
      command: 'ardedup explain link.log -- cc -o app main.o libfoo.a libbar.a',
    },
    {
      what: 'fail in CI when a link has duplicates',
      command: 'ardedup check -- cc -o app main.o libfoo.a libbar.a',
    },
  );
}
