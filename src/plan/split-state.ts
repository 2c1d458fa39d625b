import type { LinkGraph } from '../link/link-graph.js';
import type { Resolution } from '../link/resolution.js';
import { NONE, type SymbolId } from '../symbols/symbol-table.js';
import { countCopies, isCopyKept, type StateTable } from './state.js';

/** A mutable global of which more than one copy is in the link: two halves of a program may each use their own. */
export interface SplitState {
  /** A kept copy each, in the order the linker loads their files. */
  readonly copies: readonly SymbolId[];
}

/** All split state of a link, in order of the first copy. */
export function findSplitState(graph: LinkGraph, state: StateTable, resolution: Resolution): SplitState[] {
  const counts = countCopies(graph, state, resolution);
  const { symbols } = graph.inputs;
  const { firstSymbol } = symbols;
  const copies = new Map<number, SymbolId[]>();
  for (const member of resolution.loaded) {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      const key = state.key[symbol];
      if (key === NONE || counts[key] < 2 || !isCopyKept(graph, resolution, symbol)) continue;
      const known = copies.get(key) ?? [];
      copies.set(key, known);
      // The optimiser may have cut one global into several symbols of a file: that is one copy.
      const isNewFile = known.length === 0 || symbols.member[known[known.length - 1]] !== member;
      if (isNewFile) known.push(symbol);
    }
  }
  return [...copies.values()].map((symbols) => ({ copies: symbols }));
}
