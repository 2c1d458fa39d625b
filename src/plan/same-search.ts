import type { Inputs } from '../link/inputs/inputs.js';
import { isSameLink } from '../link/resolve/applied-rules.js';
import { furtherSearches, haveNothingToFind, type OpenLink } from '../link/resolve/further-searches.js';
import type { GivenScenario } from './search/settled-scenarios.js';
import type { SimulatedLinks } from './simulated-links.js';

/**
 * Whether a search for drops on a changed line would repeat the steps of a finished search, because each of its links
 * is the same: the changed line only groups or repeats archives, and no link of the finished search has an undefined
 * name that they could define.
 * @param links those of the search that has ended
 */
export function isSearchedTheSame(
  links: SimulatedLinks,
  given: readonly GivenScenario[],
  changed: readonly GivenScenario[],
): boolean {
  const { graph } = links;
  if (given.length !== changed.length || mayReachMatter(graph.inputs)) return false;
  const open: OpenLink[] = [];
  for (const [at, one] of given.entries()) {
    const other = changed[at];
    if (one.profile !== other.profile || one.line.missingLibraries.length > 0) return false;
    if (isSameLink(one.line, other.line, one.profile)) continue;
    const further = furtherSearches(graph, one.line, other.line, one.profile);
    if (further === null) return false;
    open.push(...links.openLinks(one).map((link) => ({ ...link, further })));
  }
  return haveNothingToFind(graph, open);
}

/** Whether what a search proposes to drop depends on the archives that are searched last: see `Doubts.reaches`. */
const mayReachMatter = ({ contents }: Inputs): boolean =>
  contents.some(
    (content) => content.kind === 'unreadable' || (content.kind === 'object' && content.info.isRecompiled),
  );

/** Whether two lines link the same way while nothing is dropped. */
export function isLinkedTheSame(
  { graph }: SimulatedLinks,
  one: GivenScenario,
  other: GivenScenario,
): boolean {
  const { line, profile, before } = one;
  if (profile !== other.profile) return false;
  if (isSameLink(line, other.line, profile)) return true;
  const further = furtherSearches(graph, line, other.line, profile);
  if (further === null) return false;
  return haveNothingToFind(graph, [
    { undefinedNames: before.undefinedNames, isDropped: () => false, further },
  ]);
}
