import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, isMarkAlive, ownMark } from '../emit/process-mark.js';
import { OutputError } from '../emit/write-file.js';
import { reasonOf } from '../link/inputs/open-files.js';

/** A folder for the files of one run. It is created on first use and removed at the end. */
export interface WorkFolder {
  /** @throws OutputError when it cannot be made */
  path(): string;
  /** Removes the folder with its content; does nothing if it was not created. */
  remove(): void;
}

const PREFIX = `ardedup-${HOST}-`;
const NAME = /^(\d+-\w+)-[0-9a-f-]{36}$/;

/** @param parent of work folders; the system's folder for temporary files */
export function workFolder(parent = tmpdir()): WorkFolder {
  let made: string | null = null;
  return {
    path: () => {
      if (made !== null) return made;
      removeAbandonedFolders(parent);
      const path = join(parent, `${PREFIX}${ownMark()}-${randomUUID()}`);
      try {
        mkdirSync(path, { mode: 0o700 });
      } catch (error) {
        throw new OutputError(`${path}: the folder cannot be made: ${reasonOf(error)}`);
      }
      made = path;
      return path;
    },
    remove: () => {
      if (made !== null) removeQuietly(made);
      made = null;
    },
  };
}

/**
 * Removes folders of killed processes of this machine. Folders of other machines and of live processes are kept.
 */
export function removeAbandonedFolders(parent: string): void {
  let names: string[];
  try {
    names = readdirSync(parent);
  } catch {
    return;
  }
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const [, mark] = NAME.exec(name.slice(PREFIX.length)) ?? [];
    if (mark !== undefined && !isMarkAlive(mark)) removeQuietly(join(parent, name));
  }
}

export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Of another user, or in use: the next run tries again.
  }
}
