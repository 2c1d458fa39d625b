import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { NO_DEMAND, type Resolution } from '../../link/resolve/resolution.js';
import { isDefinition, isLocalState, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Claims } from '../twins/ownership.js';
import type { Twins } from '../twins/twins.js';

/**
 * A name that the program gets from one archive, though the archive that was named to provide it defines it otherwise.
 */
export interface Shadowed {
  readonly name: NameId;
  /** Whose definition the program gets. */
  readonly bound: MemberId;
  /** Whose definition it was to get, which is not in the link. */
  readonly meant: MemberId;
}

/**
 * Definitions of providers and owners that a link passes over for somebody else's, of other content: a stub that stands
 * before the real function, a test's shim beside its caller, a copy from before an edit. Nothing clashes, for what is
 * passed over is not loaded, so no linker says a word.
 * @param providers archives that were named to provide what they define
 */
export function findShadowed(
  { inputs, name: boundName }: LinkGraph,
  twins: Twins,
  { isLoaded, provider, demand }: Resolution,
  providers: readonly ArchiveId[],
  { owner }: Claims,
): Shadowed[] {
  if (providers.length === 0 && owner.every((archive) => archive === NONE)) return [];
  const { flags, member: memberOf, length } = inputs.symbols;
  const isMeant = (member: MemberId): boolean => {
    const { archive } = inputs.members[member];
    return archive !== NONE && (providers.includes(archive) || owner[member] === archive);
  };
  const found: Shadowed[] = [];
  for (let symbol = 0; symbol < length; symbol++) {
    const meant = memberOf[symbol];
    if (isLoaded[meant] || !isDefinition(flags[symbol]) || isLocalState(flags[symbol]) || !isMeant(meant))
      continue;
    // A weak definition is content to stand behind another.
    if (isWeak(flags[symbol])) continue;
    const name = boundName[symbol];
    const serves = provider[name];
    if (serves === NONE || demand[name] === NO_DEMAND) continue;
    const bound = memberOf[serves];
    const isElsewhere = inputs.members[bound].archive !== NONE && !isMeant(bound);
    if (isElsewhere && isOther(twins, bound, meant)) found.push({ name, bound, meant });
  }
  return found;
}

function isOther(twins: Twins, one: MemberId, other: MemberId): boolean {
  const relation = twins.relation(one, other);
  const isCopy = relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
  return !isCopy && !twins.isInterchangeable(one, other);
}
