import type { WordChange } from '../../link/command/change-words.js';
import type { LineInput } from '../../link/command/parsed-line.js';
import { NONE } from '../../symbols/table.js';
import type { CureKind } from '../cure-kind.js';
import type { CureState } from '../cure-state.js';
import { archiveOf, sidesOf } from '../problems/duplicates.js';
import type { Problems } from '../problems/problems.js';
import { mentionsOf, withChange } from './line-step.js';
import { isOfAllocators } from './owner.js';

/** Archives that are loaded whole at most, one after the other. */
const MOST_ARCHIVES = 8;

/** An archive is searched, and no longer loaded whole. */
export const plainArchive: CureKind = {
  id: 'plain-archive',
  *propose(state, problems) {
    if (isOfAllocators(state)) return;
    for (const archive of wholeArchives(state, problems)) {
      let changed: CureState | null = state;
      for (const input of mentionsOf(state, 0, archive)) {
        if (!input.whole || isDone(state, input)) continue;
        const change: WordChange = { kind: 'on-demand', input };
        changed = changed && withChange(changed, 'plain-archive', change);
      }
      if (changed !== null && changed !== state) yield changed;
    }
  },
};

const isDone = ({ changes }: CureState, input: LineInput): boolean =>
  changes.some((change) => change.kind === 'on-demand' && change.input === input);

/** Archives with a duplicate definition come before those whose definition is used. */
function wholeArchives(state: CureState, { collisions }: Problems): number[] {
  const [{ subject, resolutions }] = state.links;
  const { graph } = subject.prepared;
  const found = new Set<number>();
  const winners = new Set<number>();
  for (const clash of resolutions[0].clashes) {
    const { winner, losers } = sidesOf(resolutions[0], clash);
    for (const loser of losers) found.add(archiveOf(graph, loser));
    winners.add(archiveOf(graph, winner));
  }
  for (const archive of winners) found.add(archive);
  for (const { kind, bound } of collisions) if (kind === 'default-wins') found.add(archiveOf(graph, bound));
  return [...found]
    .filter((archive) => archive !== NONE && mentionsOf(state, 0, archive).some(({ whole }) => whole))
    .slice(0, MOST_ARCHIVES);
}
