import { spawnSync } from 'node:child_process';

/** The output of a program, and how it ended. */
export interface Answer {
  /** Standard output followed by standard error. */
  readonly text: string;
  /** The exit code; null for a program that could not be run, or was killed. */
  readonly status: number | null;
}

/** Runs a program in the C locale and returns its standard output followed by its standard error. */
export const answerOf = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string =>
  fullAnswerOf(program, args, environment).text;

/** The same with the exit code. */
export function fullAnswerOf(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Answer {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...environment, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
  return { text: `${stdout ?? ''}\n${stderr ?? ''}`, status };
}
