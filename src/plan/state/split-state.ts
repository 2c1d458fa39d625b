import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { SymbolId } from '../../symbols/table.js';
import { copiesOf, countCopies, type StateTable } from './state.js';

/** A mutable global of which more than one copy is in the link: two halves of a program may each use their own. */
export interface SplitState {
  /** A kept copy each, in the order the linker loads their files. */
  readonly copies: readonly SymbolId[];
}

/** All split state of a link, in order of the first copy. */
export function findSplitState(graph: LinkGraph, state: StateTable, resolution: Resolution): SplitState[] {
  const counts = countCopies(graph, state, resolution);
  const copies = copiesOf(graph, state, resolution, (key) => counts[key] >= 2);
  return [...copies.values()].map((symbols) => ({ copies: symbols }));
}
