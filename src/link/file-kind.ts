import { type Stats, statSync } from 'node:fs';

/** What is at a path; undefined where nothing is, or nothing that can be looked at: who opens it is told why. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Too long, with a NUL in it, a loop of links, a folder that may not be entered.
    return undefined;
  }
}

export const isFile = (path: string): boolean => statusOf(path)?.isFile() === true;
export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true;
