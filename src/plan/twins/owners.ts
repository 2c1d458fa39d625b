import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { isDefined } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';
import { membersServed } from '../served-members.js';
import type { Twins } from './twins.js';

/**
 * Archives by their claim to keep the copy that stays: the providers as named, then those whose copies could serve the
 * most members of others (so one that could serve all comes first), then by position on the line.
 *
 * A copy could serve for another when it defines whatever of it the rest of the line refers to. What nobody refers to may
 * be missing: LTO takes dead functions away, and gives names to what its own archive alone refers to.
 * @param archives in line order
 */
export function rankArchives(
  inputs: Inputs,
  twins: Twins,
  archives: readonly ArchiveId[],
  providers: readonly ArchiveId[],
): ArchiveId[] {
  const served = membersServed(inputs, twins);
  const rest = archives.filter((archive) => !providers.includes(archive));
  // The sort is stable: equal claims stay in line order.
  rest.sort((a, b) => (served.get(b) ?? 0) - (served.get(a) ?? 0));
  return [...providers, ...rest];
}

/** Whether one member defines every linkage name that the other does, or all of those that are `wanted`. */
export function covers(inputs: Inputs, provider: MemberId, member: MemberId, wanted?: Uint8Array): boolean {
  const { firstSymbol, flags, name } = inputs.symbols;
  const offered = new Set<number>();
  for (let symbol = firstSymbol[provider]; symbol < firstSymbol[provider + 1]; symbol++)
    if (isDefined(flags[symbol])) offered.add(name[symbol]);
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const isAsked = isDefined(flags[symbol]) && (wanted === undefined || wanted[name[symbol]] === 1);
    if (isAsked && !offered.has(name[symbol])) return false;
  }
  return true;
}
