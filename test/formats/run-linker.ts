import { execFile } from 'node:child_process';
import type { RunLinker } from '../oracles/linker-server.js';

/** Runs a program once. */
export const starting =
  (path: string): RunLinker =>
  (args, cwd) => {
    const env = { ...process.env, LC_ALL: 'C' };
    return new Promise((done) => {
      execFile(path, args, { cwd, env, timeout: 60_000, maxBuffer: 1 << 26 }, (error, out, said) =>
        done(`${out}${said}${error?.signal ? `\nkilled by ${error.signal}\n` : ''}`),
      );
    });
  };

/** All that the first group matched that took part, each once, sorted. */
export const namesIn = (messages: string, pattern: RegExp): string[] =>
  [
    ...new Set(
      [...messages.matchAll(pattern)].map(
        ([, ...groups]) => groups.find((group) => group !== undefined) ?? '',
      ),
    ),
  ].sort();
