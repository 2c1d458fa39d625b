import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine, Root } from '../../link/line/link-line.js';
import type { NameId } from '../../symbols/names.js';
import { isNameableElsewhere } from './nameable.js';

/** Whether the line shows none of the objects that will be linked with its archives. */
export const isOpenWorld = (line: LinkLine): boolean => line.items.every((item) => item.kind !== 'object');

/** By the roots that a line has: those with what unknown users may refer to, which no order of inputs changes. */
const known = new WeakMap<LinkGraph, WeakMap<readonly Root[], readonly Root[]>>();

/**
 * The line as a link with objects that we were not shown: each may refer to any definition that C code can name.
 * What only a compiler can name (Rust's mangled symbols) counts when something on the line refers to it.
 */
export function withUnknownUsers(graph: LinkGraph, line: LinkLine): LinkLine {
  const ofGraph = known.get(graph) ?? new WeakMap<readonly Root[], readonly Root[]>();
  known.set(graph, ofGraph);
  const roots = ofGraph.get(line.roots) ?? rootsOfUnknownUsers(graph, line.roots);
  ofGraph.set(line.roots, roots);
  return { ...line, roots };
}

function rootsOfUnknownUsers(graph: LinkGraph, own: readonly Root[]): Root[] {
  const isSeen = new Uint8Array(graph.inputs.symbols.names.length);
  // What only some linkers look for is for all an unknown user's.
  const isForAll = ({ reason }: Root) => reason !== 'start-function';
  const roots = new Map<NameId, Root>(own.filter(isForAll).map((root) => [root.name, root]));
  for (const symbol of graph.rows.definitions.row) {
    const name = graph.name[symbol];
    if (isSeen[name] || !graph.isDefinedHere(name) || !isNameableElsewhere(graph.inputs, symbol, name))
      continue;
    isSeen[name] = 1;
    if (!roots.has(name)) roots.set(name, { name, reason: 'open-world' });
  }
  return [...roots.values(), ...own.filter((root) => !isForAll(root))];
}
