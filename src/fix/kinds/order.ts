import type { WordChange } from '../../link/command/change-words.js';
import { NONE } from '../../symbols/table.js';
import type { CureKind } from '../cure-kind.js';
import type { CureState } from '../cure-state.js';
import { archiveOf, sidesOf } from '../problems/duplicates.js';
import type { Problems } from '../problems/problems.js';
import { mentionsOf, withChange } from './line-step.js';
import { isOfAllocators } from './owner.js';

/** Moves at most, one after the other. */
const MOST_MOVES = 3;
/** Pairs of archives that are tried. */
const MOST_PAIRS = 6;

/**
 * Moves archives on the command line, so that an archive with all definitions precedes an archive with a part of them.
 */
export const order: CureKind = {
  id: 'order',
  *propose(state, problems) {
    if (state.changes.length >= MOST_MOVES || isOfAllocators(state)) return;
    // Two neighbours change places whichever of them moves.
    const tried = new Set<string>();
    for (const change of movesFor(state, problems)) {
      const moved = withChange(state, 'order', change);
      const words = JSON.stringify(moved?.words);
      if (moved !== null && !tried.has(words)) yield moved;
      tried.add(words);
    }
  },
};

function movesFor(state: CureState, { collisions }: Problems): WordChange[] {
  const moves = [...pairsInClashes(state)].slice(0, MOST_PAIRS).flatMap(([winner, loser]) => {
    const [before, after] = [mentionsOf(state, 0, winner), mentionsOf(state, 0, loser)];
    if (before.length === 0 || after.length === 0) return [];
    const target = before[0];
    return [
      { kind: 'move-before' as const, input: after[0], target },
      { kind: 'move-after' as const, input: before[0], target: after[after.length - 1] },
    ];
  });
  return [...moves, ...collisions.flatMap((found) => behindObjects(state, found))];
}

/** Pairs of archives: the first has the definition that is used, the second a duplicate one. */
function pairsInClashes({ links }: CureState): Map<number, number> {
  const [{ subject, resolutions }] = links;
  const { graph } = subject.prepared;
  const pairs = new Map<number, number>();
  for (const clash of resolutions[0].clashes) {
    const { winner, losers } = sidesOf(resolutions[0], clash);
    const first = archiveOf(graph, winner);
    const second = losers.map((loser) => archiveOf(graph, loser)).find((archive) => archive !== first);
    if (first !== NONE && second !== undefined && second !== NONE && !pairs.has(first))
      pairs.set(first, second);
  }
  return pairs;
}

/** Moves an archive that is loaded before the objects after the last of them. */
function behindObjects(
  state: CureState,
  { kind, link, bound }: Problems['collisions'][number],
): WordChange[] {
  if (kind !== 'default-wins') return [];
  const { opened, prepared } = state.subject.links[link];
  const [input] = mentionsOf(state, link, archiveOf(prepared.graph, bound));
  const target = opened.parsed.inputs.findLast(
    (one, at) => one.place.argument !== NONE && opened.places[at] !== null && one !== input,
  );
  return input === undefined || target === undefined ? [] : [{ kind: 'move-after', input, target }];
}
