import { isAbsolute } from 'node:path';
import { LineError } from './line-error.js';

/**
 * Joins a folder and a file. `..` is kept, since after a symbolic link it may lead to another folder, which only the
 * system can resolve. Takes time proportional to the length.
 */
export function joinPath(folder: string, file: string): string {
  const path = folder === '' ? file : `${folder}/${file}`;
  // On Windows two slashes precede the name of a server.
  const [root] = (process.platform === 'win32' ? /^\/{0,2}/ : /^\/?/).exec(path) ?? [''];
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `${root}${parts.join('/')}` || '.';
}

/** The absolute form of a path from the working folder; symbolic links are not resolved. */
export const absolutePath = (path: string): string =>
  isAbsolute(path) ? path : joinPath(workingFolder(), path);

/** @throws LineError if the folder was removed */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new LineError('the working folder no longer exists');
  }
}

/** `=/usr/lib` is the /usr/lib of the target. */
export const inSysroot = (folder: string, sysroot: string): string =>
  folder.replace(/^(=|\$SYSROOT)/, sysroot);
