import { expect } from 'vitest';
import { type Ran, runMain } from './run-main.js';

/** CPU time, not wall time: a busy machine must not fail the test. */
const MOST_SECONDS = 10;
const MOST_MEMORY = 512 << 20;

/** Runs a command within limits of time and memory; it must end as a command may, with at most one line. */
export async function runWithin(...args: readonly string[]): Promise<Ran> {
  const cpu = process.cpuUsage();
  const memory = process.memoryUsage().rss;
  const ran = await runMain(args);
  const { user, system } = process.cpuUsage(cpu);
  expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
  expect(process.memoryUsage().rss - memory).toBeLessThan(MOST_MEMORY);
  if (ran.exitCode === 2) {
    expect(ran.out).toBe('');
    // Not by a regular expression of the whole: the line may have a megabyte.
    expect(ran.error.startsWith('ardedup: ')).toBe(true);
    expect(ran.error.indexOf('\n')).toBe(ran.error.length - 1);
  } else expect(ran.error).toBe('');
  return ran;
}
