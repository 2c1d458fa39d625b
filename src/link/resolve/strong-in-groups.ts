import { isCommon, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';

const groupedStrong = new WeakMap<LinkGraph, boolean>();

/** Whether some definition that is neither weak nor COMMON is in a COMDAT group. */
export function hasStrongInGroups(graph: LinkGraph): boolean {
  const { flags, group, groups } = graph.inputs.symbols;
  if (groups.length === 0) return false;
  const found =
    groupedStrong.get(graph) ??
    graph.rows.definitions.row.some(
      (symbol) => group[symbol] !== NONE && !isWeak(flags[symbol]) && !isCommon(flags[symbol]),
    );
  groupedStrong.set(graph, found);
  return found;
}
