import { spawnSync } from 'node:child_process';

/** Runs a program in the C locale and returns its standard output followed by its standard error. */
export function answerOf(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...environment, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
  return `${stdout ?? ''}\n${stderr ?? ''}`;
}
