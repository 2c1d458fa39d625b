import type { ArchiveId, Inputs } from '../link/inputs.js';
import { isDefined } from '../symbols/symbol-flags.js';
import type { MemberId } from '../symbols/symbol-table.js';
import type { Twins } from './twins.js';

/**
 * Archives by their claim to keep the copy that stays: the providers as named, then those that cover the most members of
 * others (so one that covers all comes first), then by position on the line.
 * @param archives in line order
 */
export function rankArchives(
  inputs: Inputs,
  twins: Twins,
  archives: readonly ArchiveId[],
  providers: readonly ArchiveId[],
): ArchiveId[] {
  const covered = new Map<ArchiveId, number>(archives.map((archive) => [archive, 0]));
  for (const { id } of inputs.members) {
    for (const other of twins.alike[id]) {
      const archive = inputs.members[other].archive;
      if (covers(inputs, other, id)) covered.set(archive, (covered.get(archive) ?? 0) + 1);
    }
  }
  const rest = archives.filter((archive) => !providers.includes(archive));
  // The sort is stable: equal claims stay in line order.
  rest.sort((a, b) => (covered.get(b) ?? 0) - (covered.get(a) ?? 0));
  return [...providers, ...rest];
}

/** Whether one member defines every linkage name that the other does. */
export function covers(inputs: Inputs, provider: MemberId, member: MemberId): boolean {
  const { firstSymbol, flags, name } = inputs.symbols;
  const offered = new Set<number>();
  for (let symbol = firstSymbol[provider]; symbol < firstSymbol[provider + 1]; symbol++)
    if (isDefined(flags[symbol])) offered.add(name[symbol]);
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol]) && !offered.has(name[symbol])) return false;
  return true;
}
