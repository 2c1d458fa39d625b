import { isLocalState } from '../../symbols/flags.js';
import type { SymbolId } from '../../symbols/table.js';
import { isCopyKept, type StateKey } from '../state/state.js';
import type { CountedLink, IsReached } from './reached-code.js';

/** Mutable globals by key, with the copies that are used. */
export type UsedState = ReadonlyMap<StateKey, readonly SymbolId[]>;

/**
 * Mutable globals by key, with a copy for each file whose copy is used: code of the link reaches it, and, where it has
 * a linkage name, references bind to it.
 *
 * @param unknown whether a copy counts of which it is not known whether code reaches it
 */
export function usedState(
  { graph, state, resolution }: CountedLink,
  isReached: IsReached,
  unknown: boolean,
): Map<StateKey, SymbolId[]> {
  const { flags } = graph.inputs.symbols;
  const { first, row } = state.rows;
  const used = new Map<StateKey, SymbolId[]>();
  const isUsed = (symbol: SymbolId): boolean =>
    isCopyKept(graph, resolution, symbol) &&
    (isLocalState(flags[symbol]) || resolution.winners[graph.name[symbol]] === symbol) &&
    (isReached(symbol) ?? unknown);
  for (const member of resolution.loaded) {
    const counted = new Set<StateKey>();
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = row[at];
      const key = state.key[symbol];
      if (counted.has(key) || !isUsed(symbol)) continue;
      counted.add(key);
      const copies = used.get(key);
      if (copies) copies.push(symbol);
      else used.set(key, [symbol]);
    }
  }
  return used;
}
