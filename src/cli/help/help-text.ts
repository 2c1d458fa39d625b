import type { Argument, Command, Help, Option } from 'commander';
import { wrapText } from '../../report/wrap-text.js';

/** A command line that works, and what it does. */
export interface Example {
  readonly what: string;
  readonly command: string;
}

/** Texts of a command for `--help`, the man page and shell completion that commander does not have. */
interface Extra {
  readonly notes: string[];
  readonly examples: Example[];
}

const extras = new WeakMap<Command, Extra>();
const offered = new WeakMap<Option | Argument, readonly string[]>();

/** Columns of help that no terminal shows. */
export const HELP_COLUMNS = 80;

/** Adds paragraphs that follow the options in `--help`. */
export function withNotes(command: Command, ...paragraphs: readonly string[]): Command {
  extraOf(command).notes.push(...paragraphs);
  return command;
}

export function withExamples(command: Command, ...examples: readonly Example[]): Command {
  extraOf(command).examples.push(...examples);
  return command;
}

/** Says which values an option or argument is completed with; others are allowed. */
export function offering<Offered extends Option | Argument>(to: Offered, values: readonly string[]): Offered {
  offered.set(to, values);
  return to;
}

export const notesOf = (command: Command): readonly string[] => extras.get(command)?.notes ?? [];
export const examplesOf = (command: Command): readonly Example[] => extras.get(command)?.examples ?? [];

/** Values that a shell offers; empty where any is allowed. */
export const valuesOf = (to: Option | Argument): readonly string[] => to.argChoices ?? offered.get(to) ?? [];

/** The description of an option, without the default of one that is repeatable: nothing. */
export function optionText(help: Help, option: Option): string {
  return help.optionDescription(option).replace(/ ?\(?(?:, )?default: \[\]\)/, '');
}

function extraOf(command: Command): Extra {
  const known = extras.get(command);
  if (known !== undefined) return known;
  const extra: Extra = { notes: [], examples: [] };
  extras.set(command, extra);
  command.addHelpText('after', () => afterText(extra, command.configureOutput().getOutHelpWidth?.()));
  return extra;
}

function afterText({ notes, examples }: Extra, columns = HELP_COLUMNS): string {
  const paragraphs = notes.map((note) => wrapText(note, columns).replace(/^ +/gm, ''));
  const shown = examples.map(({ what, command }) => `  # ${what}\n  ${command}`);
  return ['', ...paragraphs, ...(shown.length > 0 ? [`Examples:\n${shown.join('\n')}`] : [])]
    .join('\n\n')
    .slice(1);
}
