import { isCommon, isDefined, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { type Rows, rowsOf } from '../inputs/member-rows.js';

const groupedStrong = new WeakMap<LinkGraph, boolean>();

/** Whether some definition that is neither weak nor COMMON is in a COMDAT group. */
export function hasStrongInGroups(graph: LinkGraph): boolean {
  const { flags, group } = graph.inputs.symbols;
  const found =
    groupedStrong.get(graph) ??
    graph.rows.definitions.row.some(
      (symbol) => group[symbol] !== NONE && !isWeak(flags[symbol]) && !isCommon(flags[symbol]),
    );
  groupedStrong.set(graph, found);
  return found;
}

/** Definitions of names that several symbols define. */
const contested = new WeakMap<LinkGraph, Rows>();

export function contestedDefinitions(graph: LinkGraph): Rows {
  const found = contested.get(graph) ?? findContested(graph);
  contested.set(graph, found);
  return found;
}

function findContested({ inputs, name, rows }: LinkGraph): Rows {
  const { flags, names } = inputs.symbols;
  const count = new Uint8Array(names.length);
  const { row } = rows.definitions;
  for (let at = 0; at < row.length; at++) if (count[name[row[at]]] < 2) count[name[row[at]]]++;
  return rowsOf(inputs.symbols, (symbol) => isDefined(flags[symbol]) && count[name[symbol]] === 2);
}
