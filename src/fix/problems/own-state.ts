import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { copiesOf, countCopies, type StateKey, type StateTable } from '../../plan/state/state.js';
import { isLocalState } from '../../symbols/flags.js';
import type { SymbolId } from '../../symbols/table.js';

/** A mutable global of which code uses more than one copy. */
export interface StateInTwo {
  readonly key: StateKey;
  readonly copies: readonly SymbolId[];
}

/**
 * Globals of which a link has two copies that are used. Code reaches a definition with a linkage name by that name, so one that
 * lost to another definition is used by nobody; a local copy is used by its own file.
 */
export function stateInTwo(graph: LinkGraph, state: StateTable, resolution: Resolution): StateInTwo[] {
  const counts = countCopies(graph, state, resolution);
  const { flags } = graph.inputs.symbols;
  const isUsed = (symbol: SymbolId) =>
    isLocalState(flags[symbol]) || resolution.provider[graph.name[symbol]] === symbol;
  const found: StateInTwo[] = [];
  for (const [key, copies] of copiesOf(graph, state, resolution, (one) => counts[one] >= 2)) {
    const used = copies.filter(isUsed);
    if (used.length >= 2) found.push({ key, copies: used });
  }
  return found;
}
