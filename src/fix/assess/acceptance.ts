import type { CureState } from '../cure-state.js';
import type { Assessment, LinkChanges } from './assess.js';
import { isAccepted, isDeclared } from './unproved.js';

/** Reasons why the user has to accept a cure; a proved cure has none. */
export type AcceptanceReason =
  | 'declared'
  | 'other-content'
  | 'lost-effects'
  | 'added-effects'
  | 'effect-order'
  | 'split-state'
  | 'weak-references'
  | 'lost-exports'
  | 'missing-library';

export function acceptanceOf(state: CureState, { changes }: Assessment): AcceptanceReason[] {
  const reasons: AcceptanceReason[] = [];
  if (state.links.some(({ drops }) => drops.some(isDeclared))) reasons.push('declared');
  else if (state.links.some(({ edits }) => edits?.edits.some(isAccepted))) reasons.push('declared');
  const isAny = (has: (one: LinkChanges) => boolean) => changes.some(has);
  if (isAny(({ moved, chosen }) => moved.length + chosen.length > 0)) reasons.push('other-content');
  if (isAny(({ doubled }) => doubled.length > 0)) reasons.push('split-state');
  if (isAny(({ lost }) => lost.length > 0)) reasons.push('lost-effects');
  if (isAny(({ added }) => added.length > 0)) reasons.push('added-effects');
  if (isAny(({ reordered, shifted }) => reordered.length + shifted.length > 0)) reasons.push('effect-order');
  if (isAny(({ weak }) => weak.length > 0)) reasons.push('weak-references');
  if (isAny(({ unexported }) => unexported.length > 0)) reasons.push('lost-exports');
  const movesLine = state.changes.length > 0;
  if (movesLine && state.links.some(({ line }) => line.missingLibraries.length > 0))
    reasons.push('missing-library');
  return reasons;
}
