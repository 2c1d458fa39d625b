import type { Inputs } from '../../link/inputs/inputs.js';
import { isDefined } from '../../symbols/flags.js';
import type { MemberId } from '../../symbols/table.js';

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

/**
 * The same for many pairs and names that are `wanted`: pairs with one provider after the other take the time of their
 * members alone.
 */
export function coverage(
  { symbols }: Inputs,
  wanted: Uint8Array,
): (provider: MemberId, member: MemberId) => boolean {
  const { firstSymbol, flags, name, names } = symbols;
  /** By NameId: the last provider that defines it, as the number of its turn. */
  const offered = new Int32Array(names.length);
  let turn = 0;
  let current: MemberId | null = null;
  return (provider, member) => {
    if (provider !== current) {
      current = provider;
      turn++;
      for (let symbol = firstSymbol[provider]; symbol < firstSymbol[provider + 1]; symbol++)
        if (isDefined(flags[symbol])) offered[name[symbol]] = turn;
    }
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isDefined(flags[symbol]) && wanted[name[symbol]] === 1 && offered[name[symbol]] !== turn)
        return false;
    return true;
  };
}
