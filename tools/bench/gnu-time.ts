import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The cost of a command. */
export interface Cost {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Megabytes at the highest. */
  readonly memory: number;
}

/** The end and the cost of a command. */
export interface TimedRun {
  /** 0, another exit code, a signal or an error. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Null when it was ended from outside. */
  readonly cost: Cost | null;
}

/** Runs a command under GNU time (/usr/bin/time). */
export function runTimed(command: readonly string[], options: SpawnSyncOptions = {}): TimedRun {
  const report = join(tmpdir(), `time-${process.pid}`);
  rmSync(report, { force: true });
  const begin = process.hrtime.bigint();
  const { status, signal, stdout, stderr, error } = spawnSync(
    '/usr/bin/time',
    ['-f', '%U %S %M', '-o', report, ...command],
    { maxBuffer: 1 << 30, ...options, encoding: 'utf8' },
  );
  const wall = Number(process.hrtime.bigint() - begin) / 1e9;
  return {
    status: status ?? signal ?? String(error),
    // Null where they are not piped.
    stdout: stdout ?? '',
    stderr: stderr ?? '',
    cost: status === null ? null : readCost(report, wall),
  };
}

/** @param wall as measured here: GNU time counts hundredths of a second, and a start of Node takes four of them */
function readCost(report: string, wall: number): Cost {
  const line = readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user, system, memory] = line.split(' ').map(Number);
  return { wall, cpu: user + system, memory: memory / 1024 };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
