import type { ArchiveId } from '../../link/inputs/inputs.js';
import { isMergeable } from '../../plan/edits/kinds/archive-survey.js';
import { haveEqualContent } from '../../plan/edits/kinds/equal-definitions.js';
import type { SectionGraphs } from '../../plan/edits/section-graph.js';
import { isDefined, isLocalState } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkState } from '../cure-state.js';
import { archiveOf } from '../problems/duplicates.js';
import type { SilentCollision } from '../problems/silent-collision.js';

/**
 * Inline functions and variables whose content differs between two archives that were compiled against two versions of
 * a header: data of one name has two sizes, so no function that accesses the data can be shared.
 */
export function differingInlines(
  { subject, resolutions: [resolution] }: LinkState,
  collisions: readonly SilentCollision[],
  archive: ArchiveId,
  images: SectionGraphs,
): NameId[] {
  const { graph, twins } = subject.prepared;
  const { inputs } = graph;
  const others = new Set(
    collisions
      .filter(({ kind }) => kind === 'other-layout')
      .map(({ bound, meant }) => [archiveOf(graph, bound), archiveOf(graph, meant)])
      .filter((sides) => sides.includes(archive))
      .flat(),
  );
  others.delete(archive);
  if (others.size === 0) return [];
  const own = new Map<NameId, SymbolId>();
  const theirs: SymbolId[] = [];
  const { flags, firstSymbol, name } = inputs.symbols;
  for (const member of resolution.loaded) {
    const home = inputs.members[member].archive;
    if (home !== archive && !others.has(home)) continue;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
      if (!isDefined(flags[symbol]) || isLocalState(flags[symbol]) || !isMergeable(graph, symbol)) continue;
      if (home === archive) own.set(name[symbol], symbol);
      else theirs.push(symbol);
    }
  }
  return theirs
    .filter((symbol) => {
      const mine = own.get(name[symbol]) ?? NONE;
      if (mine === NONE || twins.areInEqualGroups(mine, symbol)) return false;
      return !haveEqualContent(inputs, images, mine, symbol);
    })
    .map((symbol) => name[symbol]);
}
