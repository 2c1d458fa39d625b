import { Given } from '../../core/link/parts.js';
import { columnsIn, foundIn, type GivenColumns } from '../../symbols/given-columns.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { Resolution } from './resolution.js';

/** Two links of one graph. */
interface TwoLinks {
  readonly graph: LinkGraph;
  readonly before: Resolution;
  readonly after: Resolution;
}

const changed = new WeakMap<TwoLinks, Int32Array>();

/**
 * Names that two links treat differently, in ascending order: those of which the definition or the strongest reference
 * is another one. Found once for an object.
 */
export function changedNames(links: TwoLinks): Int32Array {
  const known = changed.get(links) ?? findChangedNames(links);
  changed.set(links, known);
  return known;
}

function findChangedNames({ graph, before, after }: TwoLinks): Int32Array {
  const given = columnsOf(graph);
  // A link before is compared with many others, one after the other.
  given.give(Given.WINNERS_BEFORE, before.winners);
  given.give(Given.STRENGTH_BEFORE, before.referenceStrength);
  given.giveAnew(Given.WINNERS_AFTER, after.winners);
  given.giveAnew(Given.STRENGTH_AFTER, after.referenceStrength);
  given.core.exports.findChangedNames();
  return foundIn(given.core);
}

/**
 * Whether the second link may have duplicates that the first lacks: by the number of strong definitions of each name,
 * if that number decides for both linkers.
 */
export function mayHaveNewClash({ graph, before, after }: TwoLinks): boolean {
  if (before.strongCount === null || after.strongCount === null) return true;
  const given = columnsOf(graph);
  given.give(Given.COUNT_BEFORE, before.strongCount);
  given.giveAnew(Given.COUNT_AFTER, after.strongCount);
  return given.core.exports.hasMoreDefinitions() !== 0;
}

const columnsOf = ({ inputs }: LinkGraph): GivenColumns => columnsIn(inputs.symbols.names);
