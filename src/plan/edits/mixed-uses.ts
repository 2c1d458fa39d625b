import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { MemberEdit } from './edit-plan.js';

/** A file that uses an isolated archive, but binds one of its isolated names to a definition elsewhere. */
export interface MixedUse {
  readonly user: MemberId;
  /** The isolated archive. */
  readonly archive: ArchiveId;
  readonly name: NameId;
}

/**
 * Loaded files that refer to an isolated archive and, by names that are isolated in it, to other archives: with one
 * interface of two libraries, what one of them made goes to the other.
 *
 * @param after the link with the edits
 */
export function mixedUses(
  { inputs, rows }: LinkGraph,
  { loaded, winners }: Resolution,
  edits: readonly MemberEdit[],
): MixedUse[] {
  const isolated = new Map<NameId, Set<ArchiveId>>();
  for (const { name, evidence } of edits)
    if (evidence.kind === 'isolate')
      isolated.set(name, (isolated.get(name) ?? new Set()).add(evidence.archive));
  if (isolated.size === 0) return [];
  const { name: nameOf, member } = inputs.symbols;
  const { first, row } = rows.references;
  const homeOf = (name: NameId): ArchiveId =>
    winners[name] === NONE ? NONE : inputs.members[member[winners[name]]].archive;
  return loaded.flatMap((user) => {
    const home = inputs.members[user].archive;
    const names = Array.from(
      { length: first[user + 1] - first[user] },
      (_, at) => nameOf[row[first[user] + at]],
    );
    const used = new Set(names.map(homeOf));
    used.delete(NONE);
    used.delete(home);
    return names.flatMap((name) =>
      [...(isolated.get(name) ?? [])]
        .filter((archive) => used.has(archive) && archive !== home && homeOf(name) !== archive)
        .filter(() => homeOf(name) !== NONE)
        .map((archive) => ({ user, archive, name })),
    );
  });
}
