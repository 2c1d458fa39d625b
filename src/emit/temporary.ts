import { randomUUID } from 'node:crypto';
import { readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { joinPath } from '../link/command/join-path.js';
import { HOST, isAlive } from './process-mark.js';

/** A new temporary name next to a file to be written, which includes the process id. */
export function temporaryFor(path: string): string {
  return joinPath(dirname(path), `.${basename(path)}.${HOST}-${process.pid}-${randomUUID()}.tmp`);
}

/** Removes temporary files next to a file that killed processes of this machine left. */
export function removeAbandoned(path: string): void {
  const prefix = `.${basename(path)}.${HOST}-`;
  for (const name of namesIn(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const [, process] = /^([1-9]\d{0,9})-[0-9a-f-]{36}\.tmp$/.exec(name.slice(prefix.length)) ?? [];
    if (process !== undefined && !isAlive(Number(process))) unlinkQuietly(joinPath(dirname(path), name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // The folder cannot be read; writing to it reports the error.
    return [];
  }
}

export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file or its folder no longer exists: the first error says why.
  }
}
