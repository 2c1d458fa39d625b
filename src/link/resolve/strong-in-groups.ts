import { once } from '../../bytes/once.js';
import { columnsIn } from '../../symbols/given-columns.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { giveRows } from './graph-columns.js';

const isFound = once((graph: LinkGraph): boolean => {
  const given = columnsIn(graph.inputs.symbols.names);
  giveRows(given, graph);
  return given.core.exports.hasStrongInGroups() !== 0;
});

/** Whether some definition that is neither weak nor COMMON is in a COMDAT group. */
export const hasStrongInGroups = (graph: LinkGraph): boolean =>
  graph.inputs.symbols.groups.length > 0 && isFound(graph);
