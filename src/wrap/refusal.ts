import { type Answer, fullAnswerOf } from './answer.js';

/** An error as compilers print it: `gcc: error: unrecognized command-line option '-foo'`. */
const ERROR = /^\S+: (?:fatal )?error: .+$/gm;

/** Errors that do not count: ardedup reports missing files itself, and some drivers do not take `-###`. */
const IGNORED = /no such file or directory: |-###|no input files/;

/** An error that clang prints for `-###` although it exits with 0. */
const CLANG_ERROR = /: error: invalid linker name in /;

/**
 * The first error of a compiler driver that rejects a command with `-###`; null if it accepts the command. A driver
 * that also fails for `-### --version` does not support `-###`, so its answer proves nothing about the command.
 */
export function refusalIn(
  { text, status }: Answer,
  driver: string,
  environment: NodeJS.ProcessEnv,
): string | null {
  const errors = (text.match(ERROR) ?? []).filter((line) => !IGNORED.test(line));
  const error = status === 0 ? errors.find((line) => CLANG_ERROR.test(line)) : errors[0];
  if (error === undefined || status === null) return null;
  return fullAnswerOf(driver, ['-###', '--version'], environment).status === 0 ? error.trimEnd() : null;
}
