import { randomUUID } from 'node:crypto';
import { readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { joinPath } from '../link/command/join-path.js';
import { HOST, isAlive } from './process-mark.js';

/** A fresh name beside a file that is to be written, which says what process it belongs to. */
export function temporaryFor(path: string): string {
  return joinPath(dirname(path), `.${basename(path)}.${HOST}-${process.pid}-${randomUUID()}.tmp`);
}

/** Takes away what processes of this machine left beside a file when they were killed while they wrote it. */
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
    // There is nothing to take away; whoever writes there will say what is wrong.
    return [];
  }
}

export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already, or its folder is: the first error says why.
  }
}
