import { firstWinsEdits } from '../../plan/edits/kinds/first-wins.js';
import { splitStateOf } from '../assess/split-globals.js';
import type { CureKind } from '../cure-kind.js';
import { splitLocalsOf } from '../rivals/split-locals.js';
import { isClosedToEdits, withEdits } from './edit.js';

/** Makes definitions weak that lose anyway, which has the effect of a linker that allows multiple definitions. */
export const firstWins: CureKind = {
  id: 'first-wins',
  *propose(state) {
    if (isClosedToEdits(state)) return;
    const weakened = withEdits(state, 'first-wins', (link) => {
      const { prepared, marks } = link.subject;
      const found = firstWinsEdits(prepared, link.resolutions, marks.ofAll());
      return found.problems.length > 0 ? null : found.edits;
    });
    // A link is not right merely because it links: its code might still use two copies of a global.
    if (weakened === null || splitStateOf(weakened.links) > 0 || splitLocalsOf(state, weakened) > 0) return;
    yield weakened;
  },
};
