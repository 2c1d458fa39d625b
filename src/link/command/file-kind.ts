import { type BigIntStats, type Stats, statSync } from 'node:fs';

/** What is at a path; undefined where nothing is, or nothing that can be looked at: who opens it is told why. */
export const statusOf = (path: string): Stats | undefined =>
  looking(() => statSync(path, { throwIfNoEntry: false }));

/** The same, with numbers that tell any two files apart. */
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
