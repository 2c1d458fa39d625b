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
