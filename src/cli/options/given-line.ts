import { isLinkerInput } from './linker-input.js';

/** How the words of a line came. */
export interface GivenLine {
  /** Those before `--`: options of ours stand among them, so a misspelt one must not pass for a linker's. */
  readonly direct: readonly string[];
  /** Those behind `--`, without the program. */
  readonly behind: readonly string[];
  /** The compiler or linker that the line is for, when a whole command stands behind `--`. */
  readonly program: string | null;
}

/** A line on its own: its first word may be a compiler or linker, which is then no input. */
export function givenCommand(words: readonly string[]): GivenLine {
  const [program, ...rest] = words;
  return program === undefined || isLinkerInput(program)
    ? { direct: [], behind: words, program: null }
    : { direct: [], behind: rest, program };
}
