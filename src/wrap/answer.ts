import { spawnSync } from 'node:child_process';

/** Both streams of a program that is asked something, its standard output first, in the language of its authors. */
export function answerOf(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...environment, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
  return `${stdout ?? ''}\n${stderr ?? ''}`;
}
