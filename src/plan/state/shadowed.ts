import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { boundElsewhere } from '../../link/resolve/report-searches.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Claims } from '../twins/ownership.js';
import type { Twins } from '../twins/twins.js';

/**
 * A name that is bound to one archive's definition although another archive, which the user named as its provider or
 * owner, defines it with different content.
 */
export interface Shadowed {
  readonly name: NameId;
  /** The file whose definition the program uses. */
  readonly bound: MemberId;
  /** The file of the provider or owner, which is not loaded. */
  readonly meant: MemberId;
}

/**
 * Finds definitions of providers and owners that are not used because the name is bound to a definition with different
 * content: a stub before the real function, a test's shim next to its caller, an outdated copy. Linkers report nothing,
 * because the unused member is not loaded.
 * @param providers archives that the user named with --provider
 */
export function findShadowed(
  graph: LinkGraph,
  twins: Twins,
  link: Resolution,
  providers: readonly ArchiveId[],
  { owner }: Claims,
): Shadowed[] {
  const { inputs, name: boundName } = graph;
  if (providers.length === 0 && owner.every((archive) => archive === NONE)) return [];
  const { isLoaded, winners } = link;
  const { member: memberOf } = inputs.symbols;
  const isMeant = Uint8Array.from(inputs.members, ({ id, archive }) =>
    archive !== NONE && (providers.includes(archive) || owner[id] === archive) ? 1 : 0,
  );
  const notLoaded = isMeant.map((meant, member) => (isLoaded[member] ? 0 : meant));
  const found: Shadowed[] = [];
  // A weak definition may be overridden by design.
  for (const symbol of boundElsewhere(graph, link, notLoaded)) {
    const meant = memberOf[symbol];
    const name = boundName[symbol];
    const bound = memberOf[winners[name]];
    const isElsewhere = inputs.members[bound].archive !== NONE && !isMeant[bound];
    if (isElsewhere && isOther(twins, bound, meant)) found.push({ name, bound, meant });
  }
  return found;
}

function isOther(twins: Twins, one: MemberId, other: MemberId): boolean {
  const relation = twins.relation(one, other);
  const isCopy = relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
  return !isCopy && !twins.isInterchangeable(one, other);
}
