import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { DEFAULT_VISIBILITY, isDefined, visibilityOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';

/** Names with default visibility of files that are no longer loaded, which no file defines any more. */
export function unexportedIn(
  { inputs, name, rows }: LinkGraph,
  before: Resolution,
  after: Resolution,
): NameId[] {
  const { flags } = inputs.symbols;
  const { first, row } = rows.definitions;
  const lost = new Set<NameId>();
  for (const member of before.loaded) {
    if (after.isLoaded[member]) continue;
    for (let at = first[member]; at < first[member + 1]; at++) {
      const own = flags[row[at]];
      if (!isDefined(own) || visibilityOf(own) !== DEFAULT_VISIBILITY) continue;
      if (after.winners[name[row[at]]] === NONE) lost.add(name[row[at]]);
    }
  }
  return [...lost];
}
