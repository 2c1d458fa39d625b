import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../link/inputs/open-files.js';
import { mayLaunch } from '../wrap/launcher.js';
import { suggestion } from './options/suggest.js';
import { UsageError } from './options/usage-error.js';

/** Programs that link: their name in place of an input means that `--` was forgotten. */
const LINKS =
  /^(?:(?:[\w.]+-)*(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|ld|lld|gold|mold|wasm-ld|rustc)(?:[.-][\w.]+)?)$/;

/** An error for a link command that does not follow `--`; null where there is none, or `--` is there. */
export function separatorMissing(command: string | undefined, args: readonly string[]): string | null {
  if (command === undefined || args.includes('--')) return null;
  const found = args.find(
    (word, at) => at > 0 && LINKS.test(basename(word)) && args[at - 1] !== '--linker' && !existsSync(word),
  );
  if (found === undefined) return null;
  const expected = command === 'link' ? 'an option' : 'an input';
  return `${found}: expected ${expected}, got a link command; a link command comes after --: ardedup ${command} -- ${found} …`;
}

/** An error for an option right before `--` that needs a value; null where there is none. */
export function valueMissing(program: Command, args: readonly string[]): string | null {
  const at = args.indexOf('--') - 1;
  const options = program.commands.find((one) => one.name() === args[0])?.options ?? [];
  const option = at < 1 ? undefined : options.find(({ long, short }) => [long, short].includes(args[at]));
  if (!option?.required) return null;
  return `${args[at]}: expected ${option.flags.replace(/^.*(?=<)/, '')}, got --`;
}

/** Temporary files of a link by rustc: `target/debug/deps/rustcRd7LYd/symbols.o`. */
const OF_RUSTC = /[/\\]rustc\w{6}[/\\][^/\\]+$/;

/** Material for hints. */
export interface Hinted {
  readonly command: string;
  /** The arguments before `--`. */
  readonly direct: readonly string[];
  /** The command after `--`, without what is known to run it. */
  readonly linking: readonly string[];
  /** Options of each command. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** A suggestion of what the user may have meant, to be appended to an error; empty without a similar name. */
export function hintFor(error: unknown, hinted: Hinted): string {
  const { command, direct, options } = hinted;
  const own = options.get(command) ?? [];
  const elsewhere = (option: string) => optionOfOthers(option.split('=')[0], own, options);
  if (error instanceof UsageError && error.unknownOption !== undefined)
    return elsewhere(error.unknownOption) || nearest(error.unknownOption.split('=')[0], own);
  if (!(error instanceof InputError) || error.missing === undefined) return '';
  // An option that a command does not have leaves its argument among the inputs.
  const before = direct[direct.indexOf(error.missing) - 1] ?? '';
  return (before.startsWith('--') && elsewhere(before)) || hintForFile(error.missing, hinted);
}

/** A suggestion of the long option that is nearest to a misspelt one. */
const nearest = (option: string, own: readonly string[]): string =>
  option.startsWith('--')
    ? suggestion(
        option,
        own.filter((one) => one.startsWith('--')),
      )
    : '';

function hintForFile(path: string, { command, direct, linking }: Hinted): string {
  if (/^<(?:sysroot>|\d+ object files? omitted>$)/.test(path))
    return '; rustc --verbose prints the whole command';
  if (LINKS.test(basename(path.split(/\s/, 1)[0])) && /\s/.test(path))
    return '; a link command is not one argument: leave out the quotes around it';
  if (isRemovedByRustc(path)) return '; rustc removes it after the link: build with -C save-temps to keep it';
  if (linking.includes(path) && mayLaunch(linking))
    return `; the linker or compiler comes first after --: leave out ${linking[0]}`;
  if (LINKS.test(basename(path)))
    return direct.includes(path)
      ? `; a link command comes after --: ardedup ${command} -- ${path} …`
      : `; a response file has no program in it: ardedup ${command} -- ${path} @file`;
  if (!isAbsolute(path) && !existsSync(dirname(path)))
    return '; paths are relative to the folder in which the build runs the command';
  return suggestion(basename(path), neighboursOf(path));
}

function optionOfOthers(
  option: string,
  own: readonly string[],
  options: ReadonlyMap<string, readonly string[]>,
): string {
  if (own.includes(option)) return '';
  const commands = [...options].filter(([, some]) => some.includes(option)).map(([name]) => name);
  return commands.length === 0 ? '' : `; ${option} is an option of ${commands.join(', ')}`;
}

/** Whether rustc removes the file at the end of the link. */
export const isRemovedByRustc = (path: string): boolean => OF_RUSTC.test(path);

/** Names of files of the same kind in the folder of a path. */
function neighboursOf(path: string): string[] {
  try {
    return readdirSync(dirname(path)).filter((name) => extname(name) === extname(path));
  } catch {
    // A folder that cannot be listed has nothing to suggest.
    return [];
  }
}
