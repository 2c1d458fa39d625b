import { splitLauncher } from '../../wrap/launcher.js';
import { isLinkerInput } from './linker-input.js';

/** How the arguments of a line were given. */
export interface GivenLine {
  /** Arguments before `--`. They include ardedup's options, so a misspelt one must not count as a linker's. */
  readonly direct: readonly string[];
  /** Those after `--`, without the program. */
  readonly behind: readonly string[];
  /** The compiler or linker of the line, when a whole command follows `--`. */
  readonly program: string | null;
  /** Arguments in front of the program that run it: `env LC_ALL=C ccache`. */
  readonly launcher: readonly string[];
  /** Variables that these set for it. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A line on its own: its first word may be a compiler or linker, which is then no input. */
export function givenCommand(words: readonly string[]): GivenLine {
  const { launcher, variables, command } = splitLauncher(words);
  const [program, ...rest] = command;
  return program === undefined || isLinkerInput(program)
    ? { direct: [], behind: command, program: null, launcher: [], variables: {} }
    : { direct: [], behind: rest, program, launcher, variables };
}
