import type { ArchiveId } from '../../link/inputs/inputs.js';
import { archivesOf, type LineItem, type LinkLine } from '../../link/line/link-line.js';
import { NONE } from '../../symbols/table.js';
import type { Scenario } from '../scenario.js';

/** Whether every reference that is resolved by archive `one` could be resolved by archive `other`, too. */
export type Reaches = (one: ArchiveId, other: ArchiveId) => boolean;

/**
 * For links with members that cannot be read, whose references are unknown. A single-pass linker (GNU ld, gold) must
 * not search the archive of the kept copy for the last time before that of the dropped member. Other linkers search all
 * archives for each new undefined name.
 */
export function reachOf(scenarios: readonly Pick<Scenario, 'line' | 'profile'>[]): Reaches {
  const inOrder = scenarios.filter(({ profile }) => profile.extraction === 'single-pass');
  const lines = [...new Set(inOrder.map(({ line }) => line))].map(lastSearches);
  // An object on the line is always loaded.
  return (one, other) =>
    other === NONE || lines.every((last) => (last.get(other) ?? NONE) >= (last.get(one) ?? NONE));
}

/**
 * By archive: index of the line's item at which it is searched for the last time; for an archive in a group, the
 * group's last item; infinite for one under --whole-archive, whose members are all loaded.
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
