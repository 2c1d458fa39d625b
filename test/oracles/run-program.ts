import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The program as it is built. */
export const PROGRAM = join(ROOT, 'bin/ardedup.js');
export const isBuilt = (): boolean => existsSync(join(ROOT, 'dist/start.cjs'));

/** How a process ended, and what it said until its streams were closed. */
export interface ProgramRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

/** Starts a program with pipes. */
export function startProgram(
  path: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  return spawn(path, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
}

/** @param until `exit`: what still holds the streams is not waited for */
export async function endOf(child: ChildProcess, until: 'exit' | 'close' = 'close'): Promise<ProgramRun> {
  let out = '';
  let error = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const [code, signal] = (await once(child, until)) as [number | null, NodeJS.Signals | null];
  return { code, signal, out, error };
}

/** Runs the built program in a folder. */
export const runProgram = (
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<ProgramRun> => endOf(startProgram(process.execPath, [PROGRAM, ...args], options));
