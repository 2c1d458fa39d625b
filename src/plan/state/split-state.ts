import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isLocalState } from '../../symbols/flags.js';
import type { SymbolId } from '../../symbols/table.js';
import { copiesOf, countCopies, type StateKey, type StateTable } from './state.js';

/** A mutable global of which a program uses more than one copy. */
export interface SplitState {
  readonly key: StateKey;
  /** Used copies, in the order the linker loads their files. */
  readonly copies: readonly SymbolId[];
}

/**
 * All split state of a link, in order of the first copy. Code reaches a definition with a linkage name by that name, so one
 * that lost to another definition is unused, even where the link line allows both; a local copy is used by its own file.
 */
export function findSplitState(graph: LinkGraph, state: StateTable, resolution: Resolution): SplitState[] {
  const counts = countCopies(graph, state, resolution);
  const { flags } = graph.inputs.symbols;
  const isUsed = (symbol: SymbolId) =>
    isLocalState(flags[symbol]) || resolution.provider[graph.name[symbol]] === symbol;
  const found: SplitState[] = [];
  for (const [key, copies] of copiesOf(graph, state, resolution, (one) => counts[one] >= 2)) {
    const used = copies.filter(isUsed);
    if (used.length >= 2) found.push({ key, copies: used });
  }
  return found;
}
