import type { Command, Option } from 'commander';
import { LineError } from '../../link/command/line-error.js';
import { parseLine } from '../../link/command/parse-line.js';
import { InputError } from '../../link/inputs/open-files.js';
import { readText } from '../../link/inputs/read-text.js';

const isOption = (word: string): boolean => word.startsWith('-') && word !== '-';

/** The first option before a link command that is not one of ours; undefined if there is none. */
export const unknownBeforeCommand = (program: Command, direct: readonly string[]): string | undefined =>
  withoutOwnOptions(program, direct).find(isOption);

/** The first long option that neither we nor any simulated linker know; undefined if there is none. */
export function unknownToLinkers(program: Command, direct: readonly string[]): string | undefined {
  try {
    return parseLine(withoutOwnOptions(program, direct), readText).unknown.find((word) =>
      word.startsWith('--'),
    );
  } catch (error) {
    if (error instanceof LineError || error instanceof InputError) return undefined;
    throw error;
  }
}

/** Arguments of a command without its own options and their values. @param direct begins with the command's name */
function withoutOwnOptions(program: Command, [name, ...args]: readonly string[]): string[] {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return [];
  const options = [...command.options, ...program.options];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const known = ownOption(args[at], options);
    if (known === null) rest.push(args[at]);
    else if (known.takesNext) at++;
  }
  return rest;
}

/** Whether the value of an option of ours is the next argument; null for any other argument. */
function ownOption(word: string, options: readonly Option[]): { readonly takesNext: boolean } | null {
  if (!isOption(word)) return null;
  if (word === '-h' || word === '--help') return { takesNext: false };
  if (word.startsWith('--')) {
    const [long] = word.split('=', 1);
    const option = options.find((one) => one.long === long);
    return option === undefined ? null : { takesNext: option.required && long === word };
  }
  // Short options may be joined: -nq, and -qoFILE with the value of the last one.
  const option = options.find(({ short }) => short === word.slice(0, 2));
  if (option === undefined) return null;
  if (word.length === 2) return { takesNext: option.required };
  return option.required || option.optional ? { takesNext: false } : ownOption(`-${word.slice(2)}`, options);
}
