import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { membersServed } from './served-members.js';
import type { Twins } from './twins.js';

/** The same for all lines that are planned of some inputs. */
const known = new WeakMap<Twins, ReadonlyMap<ArchiveId, number>>();

/**
 * Archives by their claim to keep the copy that stays: the providers as named, then those whose copies could serve the
 * most members of others (so one that could serve all comes first), then by position on the line.
 *
 * A copy could serve for another when it defines whatever of it the rest of the line refers to. What nobody refers to
 * may be missing: LTO takes dead functions away, and gives names to what its own archive alone refers to.
 * @param archives in line order
 */
export function rankArchives(
  inputs: Inputs,
  twins: Twins,
  archives: readonly ArchiveId[],
  providers: readonly ArchiveId[],
): ArchiveId[] {
  const served = known.get(twins) ?? membersServed(inputs, twins);
  known.set(twins, served);
  const rest = archives.filter((archive) => !providers.includes(archive));
  // The sort is stable: equal claims stay in line order.
  rest.sort((a, b) => (served.get(b) ?? 0) - (served.get(a) ?? 0));
  return [...providers, ...rest];
}
