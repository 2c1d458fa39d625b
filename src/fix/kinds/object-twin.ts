import type { LineInput } from '../../link/command/parsed-line.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { isCopy } from '../assess/same-definition.js';
import type { CureKind } from '../cure-kind.js';
import type { CureState } from '../cure-state.js';
import { fileLabel } from '../describe/file-label.js';
import { sidesOf } from '../problems/duplicates.js';
import { withChange } from './line-step.js';

/** An object that the command names twice, or that equals another object of the command, is named once. */
export const objectTwin: CureKind = {
  id: 'drop-object-twin',
  *propose(state) {
    let changed: CureState | null = state;
    for (const [input, equal] of superfluousInputs(state))
      changed = changed && withChange(changed, 'drop-object-twin', { kind: 'remove', input, equal });
    if (changed !== null && changed !== state) yield changed;
  },
};

/**
 * Arguments for objects whose definitions are duplicates of those of an equal object; by argument the name of that
 * object, or null if the argument repeats an earlier one.
 */
function superfluousInputs({ subject, links, changes }: CureState): Map<LineInput, string | null> {
  const { opened } = subject.links[0];
  const found = new Map<LineInput, string | null>();
  for (const [kept, lost] of equalObjects(links[0])) {
    const [first, ...later] = mentionsOfObject(opened, lost);
    for (const input of later) found.set(input, null);
    // Start files that equal those of the driver are removed, or kept with -nostartfiles: the user decides.
    const isOfUser = mentionsOfObject(opened, kept).length > 0;
    if (kept !== lost && first !== undefined && isOfUser) found.set(first, fileLabel(opened.inputs, kept));
  }
  for (const change of changes) if (change.kind === 'remove') found.delete(change.input);
  return found;
}

/** Pairs of equal objects of the command of which both define a name; a file that is read twice is its own pair. */
function* equalObjects({
  subject,
  resolutions: [resolution],
}: CureState['links'][number]): Generator<readonly [kept: MemberId, lost: MemberId]> {
  const { graph, twins } = subject.prepared;
  const { symbols, members } = graph.inputs;
  const isObject = (member: MemberId) => members[member].archive === NONE;
  for (const clash of resolution.clashes) {
    const { winner, losers } = sidesOf(resolution, clash);
    const kept = symbols.member[winner];
    for (const loser of losers) {
      const lost = symbols.member[loser];
      if (isObject(kept) && isObject(lost) && (kept === lost || isCopy(twins, kept, lost)))
        yield [kept, lost];
    }
  }
}

/** The user's arguments that name an object and load it without a reference, in their order. */
const mentionsOfObject = (
  { parsed, places }: CureState['subject']['links'][number]['opened'],
  member: MemberId,
): LineInput[] =>
  parsed.inputs.filter((input, at) => {
    const place = places[at];
    const isHere = place?.kind === 'object' && place.member === member;
    return isHere && input.place.argument !== NONE && input.library === NONE;
  });
