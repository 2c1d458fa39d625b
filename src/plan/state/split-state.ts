import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import { copiesOf, countCopies, type StateKey, type StateTable } from './state.js';
import { copyUse } from './used-copies.js';

/** A mutable global of which code of the link uses more than one copy. */
export interface SplitState {
  readonly key: StateKey;
  /** A used copy each, in the order the linker loads their files. */
  readonly copies: readonly SymbolId[];
}

/**
 * Finds all split state of a link, in order of the first copy. Duplicate definitions of one linkage name are one global
 * if all code references the name (a linker that allows duplicates binds it to one definition), and two if code of the
 * overridden definition's file references its own.
 *
 * @param isEdited members whose names differ from their bytes because of edits: they are not read
 * @param isWanted globals that are looked at; without it, all
 */
export function findSplitState(
  graph: LinkGraph,
  state: StateTable,
  resolution: Resolution,
  isEdited: (member: MemberId) => boolean = () => false,
  isWanted: (key: StateKey) => boolean = () => true,
): SplitState[] {
  const counts = countCopies(graph, state, resolution);
  const isUsed = copyUse(graph, resolution, isEdited);
  const copies = copiesOf(graph, state, resolution, (key) => counts[key] >= 2 && isWanted(key), isUsed);
  return [...copies].flatMap(([key, used]) => (used.length >= 2 ? { key, copies: used } : []));
}
