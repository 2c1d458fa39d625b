import type { Inputs } from '../../link/inputs/inputs.js';
import { instanceKey } from '../../origin/origin.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { overlooked } from '../conditions/overlooked.js';
import type { Proposal } from '../propose.js';
import type { Repeats } from '../repeats.js';
import type { Twins } from '../twins/twins.js';
import type { BlockCode, Blocker } from '../verdict.js';

/** Violations that depend on a file's position in the link: dropping the copy instead of the file may avoid them. */
const OF_PLACE: ReadonlySet<BlockCode> = new Set([
  'constructor-order',
  'export-changes',
  'side-effect-lost',
  'section-order',
]);

/**
 * The members that a search drops at present, and why it keeps the others. Members of a group are dropped together or
 * not at all: the units of one crate, otherwise single members.
 */
export class DropSet {
  /** By MemberId: 1 for members that are dropped. */
  readonly dropped: Uint8Array;
  /** By MemberId: why the member cannot be dropped; null for others. */
  readonly blockers: (Blocker | null)[];
  readonly #groupOf: Int32Array;
  readonly #members: MemberId[][];

  /** All proposed members, without groups of which a member is not proposed. */
  constructor(inputs: Inputs, twins: Twins, proposal: Proposal) {
    const { group, members } = groupsOf(inputs, twins, proposal.copies.repeats);
    this.#groupOf = group;
    this.#members = members;
    this.blockers = [...proposal.blockers];
    this.dropped = Uint8Array.from(inputs.members, ({ id }) =>
      (proposal.twin[id] !== NONE || proposal.unused[id]) && !proposal.blockers[id] ? 1 : 0,
    );
    const isWhole = new Set<number>();
    for (const { id } of inputs.members) {
      if (this.dropped[id] || isWhole.has(group[id])) continue;
      isWhole.add(group[id]);
      this.#keepGroupWhole(id);
    }
  }

  has(member: MemberId): boolean {
    return this.dropped[member] === 1;
  }

  count(): number {
    return this.dropped.reduce((sum, isDropped) => sum + isDropped, 0);
  }

  /** Groups of these members, as one list of members. */
  wholeGroups(members: readonly MemberId[]): MemberId[] {
    const groups = new Set(members.map((member) => this.#groupOf[member]));
    return [...groups].flatMap((row) => this.#members[row]);
  }

  /** Groups whose members were all put back because of a violation on some linker, in reverse order. */
  heldBack(): MemberId[][] {
    const isHeld = (member: MemberId) => {
      const blocker = this.blockers[member];
      return (
        !this.has(member) && blocker !== null && (blocker.linker !== null || blocker.code === 'crate-split')
      );
    };
    return this.#members.filter((group) => group.every(isHeld)).reverse();
  }

  /** Groups that were put back because of their position in the link, which their kept copies do not have. */
  keptForPlace(): MemberId[][] {
    const isKept = (member: MemberId) => {
      const blocker = this.blockers[member];
      return blocker !== null && OF_PLACE.has(blocker.code);
    };
    return this.#members.filter((group) => group.some(isKept));
  }

  /** @returns the member and the rest of its group; empty if it was not dropped */
  putBack(member: MemberId, blocker: Blocker): MemberId[] {
    if (!this.has(member)) return [];
    this.dropped[member] = 0;
    this.blockers[member] = blocker;
    return [member, ...this.#keepGroupWhole(member)];
  }

  /** Puts back the rest of a kept member's group: a crate must not be split between two archives. */
  #keepGroupWhole(stays: MemberId): MemberId[] {
    const returned: MemberId[] = [];
    for (const member of this.#members[this.#groupOf[stays]]) {
      if (!this.has(member)) continue;
      this.dropped[member] = 0;
      this.blockers[member] = { code: 'crate-split', name: NONE, by: stays, linker: null };
      returned.push(member);
    }
    return returned;
  }
}

function groupsOf(
  inputs: Inputs,
  twins: Twins,
  repeats: Repeats,
): { readonly group: Int32Array; readonly members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const group = Int32Array.from(inputs.members, ({ id, archive }) => {
    const origin = twins.origins[id];
    // One of two equal units of an archive may be dropped alone, since the other unit completes the crate.
    const isWhole = !repeats.has(id) && !overlooked.has('crate-split');
    const key = origin && isWhole ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    const row = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, row);
    members[row].push(id);
    return row;
  });
  return { group, members };
}
