import { type BigIntStats, type Stats, statSync } from 'node:fs';

/** The status of a path; undefined if it does not exist or cannot be read. Opening it then throws the precise error. */
export const statusOf = (path: string): Stats | undefined =>
  looking(() => statSync(path, { throwIfNoEntry: false }));

/** The same, with inode numbers that distinguish any two files. */
export const exactStatusOf = (path: string): BigIntStats | undefined =>
  looking(() => statSync(path, { throwIfNoEntry: false, bigint: true }));

function looking<Status>(look: () => Status): Status | undefined {
  try {
    return look();
  } catch {
    // Too long, with a NUL in it, a loop of links, a folder that may not be entered.
    return undefined;
  }
}

export const isFile = (path: string): boolean => statusOf(path)?.isFile() === true;
export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true;
