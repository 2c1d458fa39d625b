import type { MemberId } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { membersOf } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { Resolution } from './resolution.js';

/** The orders in which the linker may place the files of a link: one for most, more where it is not known which. */
export function placements(
  graph: LinkGraph,
  line: LinkLine,
  resolution: Resolution,
): readonly (readonly MemberId[])[] {
  if (resolution.profile.placement !== 'not-known') return [resolution.placed];
  return [resolution.placed, inLineOrder(graph, line, resolution)];
}

/**
 * Files in the order in which they, or their archives, first appear on the link line; those of directives come last.
 */
function inLineOrder({ inputs }: LinkGraph, line: LinkLine, { loaded }: Resolution): MemberId[] {
  const rank = new Float64Array(inputs.members.length).fill(Number.POSITIVE_INFINITY);
  let next = 0;
  for (const item of line.items) {
    if (item.kind === 'definition') continue;
    const members = item.kind === 'archive' ? membersOf(inputs, item.archive) : [item.member];
    for (const member of members) if (rank[member] === Number.POSITIVE_INFINITY) rank[member] = next++;
  }
  return loaded.toSorted((a, b) => (rank[a] === rank[b] ? 0 : rank[a] - rank[b]));
}
