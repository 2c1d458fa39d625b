import { objectPatterns } from '../../link/inputs/c-names.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { namesOfUnknownUsers } from '../../link/resolve/row-searches.js';
import { privateNames } from '../../origin/origin.js';

/**
 * Names of definitions to which objects that we were not shown may refer. Visibility does not matter to a static link:
 * a hidden function of one archive is found by code of another. But a hidden name with a dot (`x.llvm.5813`,
 * `f.lto_priv.0`) was made by a compiler for parts of one program, and is spelt in no source; nor are `privateNames`.
 *
 * @param graph symbols with their names, as linkers compare them
 * @param ofObjects whether an object must define the name; otherwise, a shared library may
 */
export const nameableElsewhere = (
  graph: Pick<LinkGraph, 'inputs' | 'name'>,
  ofObjects: boolean,
): Int32Array => namesOfUnknownUsers(graph, objectPatterns(graph.inputs, privateNames), ofObjects);
