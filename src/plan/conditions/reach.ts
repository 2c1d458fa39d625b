import type { ArchiveId } from '../../link/inputs/inputs.js';
import { archivesOf, type LineItem, type LinkLine } from '../../link/line/link-line.js';
import { NONE } from '../../symbols/table.js';
import type { Scenario } from '../scenario.js';

/** Whether whoever may find a definition in one archive would find it in another as well. */
export type Reaches = (one: ArchiveId, other: ArchiveId) => boolean;

/**
 * What a link needs of which we cannot read what it needs: an archive that is searched once must not be searched for
 * the last time before the one that it is to stand in for. Other linkers search all archives whenever a name turns up.
 */
export function reachOf(scenarios: readonly Pick<Scenario, 'line' | 'profile'>[]): Reaches {
  const inOrder = scenarios.filter(({ profile }) => profile.extraction === 'single-pass');
  const lines = [...new Set(inOrder.map(({ line }) => line))].map(lastSearches);
  // An object on the line serves from everywhere.
  return (one, other) =>
    other === NONE || lines.every((last) => (last.get(other) ?? NONE) >= (last.get(one) ?? NONE));
}

/**
 * By archive: the item of the line at which it is searched for the last time; for one in a group, the group's last.
 * What is loaded whole serves to the end.
 */
function lastSearches(line: LinkLine): Map<ArchiveId, number> {
  const lastOf = (archive: ArchiveId): number => {
    const isOne = (item: LineItem) => item.kind === 'archive' && item.archive === archive;
    if (line.items.some((item) => item.kind === 'archive' && item.whole && isOne(item))) return Infinity;
    const at = line.items.findLastIndex(isOne);
    const { group } = line.items[at];
    return group === NONE ? at : line.items.findLastIndex((item) => item.group === group);
  };
  return new Map(archivesOf(line).map((archive) => [archive, lastOf(archive)]));
}
