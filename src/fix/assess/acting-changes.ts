import { nothingIsAdded, walkedSectionsStay } from '../../plan/conditions/acting-sections.js';
import type { Comparison, Violation } from '../../plan/conditions/comparison.js';
import { keptSectionsStay } from '../../plan/conditions/kept-sections.js';
import { orderEffects } from '../../plan/constructors/constructor-order.js';
import type { MemberId } from '../../symbols/table.js';

/** Changes of side effects that a change of the command's arguments causes. */
export interface ActingChanges {
  /** Files whose constructors or destructors may depend on each other, as the linker now places them. */
  readonly reordered: readonly (readonly [MemberId, MemberId])[];
  /** Files with entries of a section whose order is visible to the program. */
  readonly shifted: readonly MemberId[];
  /** Files that run code at start, or register something, and did not before. */
  readonly added: readonly MemberId[];
}

export const NO_ACTING_CHANGES: ActingChanges = { reordered: [], shifted: [], added: [] };

/** More pairs are not followed: the question to the user is the same. */
const MOST_PAIRS = 3;

export function actingChanges(comparison: Comparison): ActingChanges {
  const filesOf = (found: Iterable<Violation>) => [...found].map(({ by }) => by);
  return {
    reordered: reorderedIn(comparison),
    shifted: [...filesOf(walkedSectionsStay(comparison)), ...filesOf(keptSectionsStay(comparison))],
    added: filesOf(nothingIsAdded(comparison)),
  };
}

function reorderedIn(comparison: Comparison): (readonly [MemberId, MemberId])[] {
  const found: (readonly [MemberId, MemberId])[] = [];
  for (const { reordered } of orderEffects(comparison))
    for (const { reordering } of reordered) {
      const [one, other] = reordering.after;
      const isFirst = one.from < other.from;
      found.push(isFirst ? [one.first, other.first] : [other.first, one.first]);
      if (found.length === MOST_PAIRS) return found;
    }
  return found;
}
