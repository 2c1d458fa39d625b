import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { membersServed } from './served-members.js';
import type { Twins } from './twins.js';

/** Cache of `membersServed`, which is the same for all lines of the same inputs. */
const known = new WeakMap<Twins, ReadonlyMap<ArchiveId, number>>();

/**
 * Ranks archives; of several copies, the one in the first archive is kept. The order: the providers as named, then
 * archives by how many members of others their copies could replace, then by position on the line.
 *
 * A copy could replace another if it defines all names of it that the rest of the line references. Names without a
 * reference may be missing: LTO removes dead functions and renames those that only its own archive references.
 * @param archives in line order
 * @param ranking those whose claim is decided, strongest first: by what they could serve on other lines too
 */
export function rankArchives(
  inputs: Inputs,
  twins: Twins,
  archives: readonly ArchiveId[],
  providers: readonly ArchiveId[],
  ranking?: readonly ArchiveId[],
): ArchiveId[] {
  if (ranking !== undefined) {
    const others = archives.filter((archive) => !providers.includes(archive));
    const decided = ranking.filter((archive) => others.includes(archive));
    return [...providers, ...decided, ...others.filter((archive) => !decided.includes(archive))];
  }
  const served = known.get(twins) ?? membersServed(inputs, twins);
  known.set(twins, served);
  const rest = archives.filter((archive) => !providers.includes(archive));
  // The sort is stable: equal claims stay in line order.
  rest.sort((a, b) => (served.get(b) ?? 0) - (served.get(a) ?? 0));
  return [...providers, ...rest];
}
