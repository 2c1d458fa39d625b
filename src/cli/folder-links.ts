import { type ArchiveGroup, findArchives, namesFolder } from '../link/find-archives.js';
import { InputError } from '../link/open-files.js';
import type { Skipped } from '../link/open-line.js';
import { UsageError } from './usage-error.js';

/** A line to plan: the one that was given, or the archives of folders that a program may link together. */
export interface GivenLink {
  /** Null for a line that was given. */
  readonly title: string | null;
  readonly words: readonly string[];
  readonly providers: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** @throws UsageError, and InputError when folders have no archive */
export function linksOf(words: readonly string[], providers: readonly string[]): GivenLink[] {
  if (words.some((word) => /^[-@]/.test(word)) || !namesFolder(words))
    return [{ title: null, words, providers, skipped: [] }];
  const groups = findArchives(words);
  if (groups.length === 0) throw new InputError(`${words.join(', ')}: no archive is in there`);
  const known = new Set(groups.flatMap((group) => providersIn(group, providers)));
  const unknown = providers.find((provider) => !known.has(provider));
  if (unknown !== undefined) throw new UsageError(`--provider ${unknown}: is no archive of the folders`);
  return groups.map((group) => ({
    title: group.title,
    words: group.paths,
    providers: providersIn(group, providers),
    skipped: group.skipped,
  }));
}

const providersIn = ({ paths }: ArchiveGroup, providers: readonly string[]): string[] =>
  providers.filter((provider) => paths.some((path) => path === provider || path.endsWith(`/${provider}`)));
