import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFolder } from '../link/command/file-kind.js';

/**
 * Makes a folder and those above it that are not there. Node's own way of doing so never ends in folders of the system
 * in which nothing can be made, such as /proc.
 * @throws what the file system says
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (isFolder(path)) return;
    const parent = dirname(path);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== path;
    if (!isMissing || isFolder(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(path, mode);
  }
}
