import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import type { Twins } from '../../plan/twins/twins.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import { areBuildsOfOneSource } from './one-source.js';
import { compareRivals } from './rival-content.js';

/**
 * Returns a test of whether a name binds to a different thing than its users were compiled for: neither the same code,
 * nor part of a build of the same source that defines all names that they need.
 */
export function meansOther(
  graph: LinkGraph,
  twins: Twins,
): (found: { readonly bound: SymbolId; readonly meant: SymbolId }) => boolean {
  const { member } = graph.inputs.symbols;
  const images = sectionGraphs(graph.inputs);
  const builds = new Map<string, boolean>();
  const areBuilds = (bound: MemberId, meant: MemberId): boolean => {
    const key = `${bound} ${meant}`;
    const known = builds.get(key) ?? areBuildsOfOneSource(graph, twins, images, bound, meant);
    builds.set(key, known);
    return known;
  };
  return ({ bound, meant }) =>
    !areBuilds(member[bound], member[meant]) && compareRivals(graph.inputs, images, bound, meant) !== 'equal';
}
