import { cName } from '../../link/inputs/c-names.js';
import { isAllocatorName } from '../assess/allocators.js';
import type { CureKind } from '../cure-kind.js';
import type { CureState } from '../cure-state.js';
import { archivesInClashes, curingPlan, withDrops } from './drop.js';

/** Replaces whole members by those of one archive that defines the same names with different content. */
export const owner: CureKind = {
  id: 'owner',
  *propose(state) {
    if (state.links.some(({ drops }) => drops.some(({ evidence }) => evidence.kind === 'declared'))) return;
    // This kind is not combined with edits.
    if (state.links.some(({ edits }) => edits !== null)) return;
    if (isOfAllocators(state)) return;
    for (const archive of archivesInClashes(state)) {
      const owned = withDrops(state, (link) =>
        curingPlan(state, link, [archive], [{ pattern: '*', archive }]),
      );
      if (owned !== null) yield owned;
    }
  },
};

/** The order or size of archives must not decide which of two allocators a program uses. */
export function isOfAllocators({ links }: CureState): boolean {
  return links.some(({ subject: { opened }, resolutions }) =>
    resolutions[0].clashes.some(({ name }) => isAllocatorName(cName(opened.inputs, name))),
  );
}
