import {
  type ArchiveGroup,
  findArchives,
  namesFolder,
  type RepeatedArchive,
  type UnreadArchive,
} from '../link/inputs/find-archives.js';
import type { LineOptions } from './options/options.js';
import { parseOwnerRule } from './options/owner-rule.js';
import { UsageError } from './options/usage-error.js';

/** A line to plan: the one that was given, or the archives of folders that a program may link together. */
export interface GivenLink {
  /** Null for a line that was given. */
  readonly title: string | null;
  /** The common target of a group's archives; empty for a line. */
  readonly kind: string;
  readonly words: readonly string[];
  readonly providers: readonly string[];
  /** Rules of --owner whose archive is on the line. */
  readonly owners: readonly string[];
  /** Archives of folders that are not read, since another one has the same content. */
  readonly repeats: readonly RepeatedArchive[];
}

/** The lines to plan, and the archives of folders that cannot be read. */
export interface GivenLinks {
  readonly links: readonly GivenLink[];
  readonly unread: readonly UnreadArchive[];
}

/** @throws UsageError, and InputError as `findArchives` */
export function linksOf(
  words: readonly string[],
  {
    provider: providers,
    owner: owners,
    configured = [],
  }: Pick<LineOptions, 'provider' | 'owner' | 'configured'>,
): GivenLinks {
  if (words.some((word) => /^[-@]/.test(word)) || !namesFolder(words))
    return { links: [{ title: null, kind: '', words, providers, owners, repeats: [] }], unread: [] };
  const { groups, unread } = findArchives(words);
  const requireKnown = (option: string, paths: readonly string[]) => {
    const unknown = paths.find((path) => !groups.some((group) => isIn(group, path)));
    if (unknown !== undefined) throw new UsageError(`${option} ${unknown}: not an archive of the folders`);
  };
  if (!configured.includes('provider')) requireKnown('--provider', providers);
  if (!configured.includes('owner')) requireKnown('--owner', owners.map(archiveOfRule));
  const links = groups.map((group) => ({
    title: groups.length > 1 ? shortTitle(group, groups) : null,
    kind: group.kind,
    words: group.paths,
    providers: providers.filter((path) => isIn(group, path)),
    owners: owners.filter((rule) => isIn(group, archiveOfRule(rule))),
    repeats: group.repeats,
  }));
  return { links, unread };
}

const isIn = ({ paths }: ArchiveGroup, archive: string): boolean =>
  paths.some((path) => path === archive || path.endsWith(`/${archive}`));

const archiveOfRule = (rule: string): string => parseOwnerRule(rule).path;

/** Without what is in brackets, where that tells it from no other. */
function shortTitle({ kind }: ArchiveGroup, groups: readonly ArchiveGroup[]): string {
  const short = (text: string) => text.replace(/ \(.*\)$/, '');
  return groups.filter((other) => short(other.kind) === short(kind)).length > 1 ? kind : short(kind);
}
