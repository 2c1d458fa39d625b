import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine, Root } from '../../link/line/link-line.js';
import { nameableElsewhere } from './nameable.js';

/** Whether the line has no object: the objects that will be linked with its archives are unknown. */
export const isOpenWorld = (line: LinkLine): boolean => line.items.every((item) => item.kind !== 'object');

/**
 * Cache of `withUnknownUsers`, by graph and by the line's own roots: the order of inputs does not change the result.
 */
const known = new WeakMap<LinkGraph, WeakMap<readonly Root[], readonly Root[]>>();

/**
 * The line as a link with unknown objects, which may reference any definition that C code can name: such names become
 * roots. A name that only a compiler can spell (Rust's mangled symbols) becomes one only if a file of the line
 * references it.
 */
export function withUnknownUsers(graph: LinkGraph, line: LinkLine): LinkLine {
  const ofGraph = known.get(graph) ?? new WeakMap<readonly Root[], readonly Root[]>();
  known.set(graph, ofGraph);
  const roots = ofGraph.get(line.roots) ?? rootsOfUnknownUsers(graph, line.roots);
  ofGraph.set(line.roots, roots);
  return { ...line, roots };
}

function rootsOfUnknownUsers(graph: LinkGraph, own: readonly Root[]): Root[] {
  // Only some linkers extract for the start function, but unknown users may reference it on any.
  const isForAll = ({ reason }: Root) => reason !== 'start-function';
  const ofLine = new Map(own.filter(isForAll).map((root) => [root.name, root]));
  const roots = [...ofLine.values()];
  for (const name of nameableElsewhere(graph, true))
    if (!ofLine.has(name)) roots.push({ name, reason: 'open-world' });
  return [...roots, ...own.filter((root) => !isForAll(root))];
}
