import { type Argument, type Command, Help, type Option } from 'commander';
import { type Example, examplesOf, notesOf, optionText, valuesOf } from './help-text.js';

/** The value of an option or argument: a path, one of several words, or any text. */
export interface Value {
  readonly kind: 'path' | 'word' | 'text';
  /** As in the usage line: `<file>`. */
  readonly placeholder: string;
  /** Words that completion offers, for a path in addition to files. */
  readonly words: readonly string[];
}

export interface OptionPage {
  /** `-o, --output <file>` */
  readonly flags: string;
  readonly short: string | null;
  readonly long: string;
  readonly text: string;
  /** The text without choices and default. */
  readonly summary: string;
  /** Null: it takes none. */
  readonly value: Value | null;
}

export interface ArgumentPage {
  readonly name: string;
  readonly text: string;
  readonly isRepeated: boolean;
  readonly value: Value;
}

/** A command, as `--help`, the man page and shell completion show it. */
export interface CommandPage {
  /** `cache info` for a command of a command. */
  readonly name: string;
  readonly usage: string;
  readonly text: string;
  readonly arguments: readonly ArgumentPage[];
  readonly options: readonly OptionPage[];
  readonly notes: readonly string[];
  readonly examples: readonly Example[];
}

const PATHS = /file|folder|archive|plan|log|line/;

/** All commands, in the order of the help; those of a command follow it. */
export const commandPages = (program: Command): CommandPage[] =>
  program.commands.flatMap((command) => pagesOf(command, ''));

function pagesOf(command: Command, parent: string): CommandPage[] {
  const name = `${parent}${command.name()}`;
  const help = new Help();
  const own: CommandPage = {
    name,
    usage: `ardedup ${name} ${command.usage()}`,
    text: command.description(),
    arguments: command.registeredArguments.map(argumentPage),
    options: help.visibleOptions(command).map((option) => optionPage(help, option)),
    notes: notesOf(command),
    examples: examplesOf(command),
  };
  return [own, ...command.commands.flatMap((below) => pagesOf(below, `${name} `))];
}

function optionPage(help: Help, option: Option): OptionPage {
  const [, placeholder] = /([<[].*)$/.exec(option.flags) ?? [];
  return {
    flags: option.flags,
    short: option.short ?? null,
    long: option.long ?? '',
    text: optionText(help, option),
    summary: option.description,
    value: placeholder === undefined ? null : valueNamed(placeholder, valuesOf(option)),
  };
}

function argumentPage(argument: Argument): ArgumentPage {
  const name = argument.name();
  return {
    name,
    text: argument.description,
    isRepeated: argument.variadic,
    value: valueNamed(argument.argChoices === undefined ? name : '', valuesOf(argument)),
  };
}

function valueNamed(placeholder: string, words: readonly string[]): Value {
  const isPath = PATHS.test(placeholder) && !placeholder.includes('=');
  const kind = isPath ? 'path' : words.length > 0 ? 'word' : 'text';
  return { kind, placeholder, words };
}
