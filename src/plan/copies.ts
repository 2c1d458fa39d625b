import type { Inputs } from '../link/inputs/inputs.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Ranks } from './ranks.js';
import type { Repeats } from './repeats.js';
import type { Twins } from './twins/twins.js';
import type { Evidence } from './verdict.js';

/** A duplicate member that could replace another, with the evidence that they are copies. */
export interface Copy {
  readonly twin: MemberId;
  readonly evidence: Evidence;
}

const SAME: readonly Evidence['kind'][] = ['identical-bytes', 'same-image'];
const UNIT: readonly Evidence['kind'][] = ['same-unit'];
const DECLARED: readonly Evidence['kind'][] = ['declared'];
const LISTS = [SAME, UNIT, DECLARED];

/** Receives a copy. @returns whether the search ends */
type TakeCopy = (copy: Copy) => boolean;

const NO_MEMBERS: readonly MemberId[] = [];

/**
 * The copies that could replace each member, best first: equal bytes or images, then the same codegen unit, then copies
 * declared by the user; within each kind in the order of their archives' ranks. Only members that rank before the
 * replaced one are copies, since the member with the best rank is kept. All members of a class share one list, so
 * memory does not grow with the number of pairs.
 */
export class CopyLists {
  /** By class: its members in the order of their ranks. */
  readonly #equal: MemberId[][] = [];
  readonly #unit: MemberId[][] = [];
  readonly #copiesOfVariant = new Map<number, MemberId[]>();
  /** By unit: whether all of its members have the same bytes. */
  readonly #isUniform = new Map<number, boolean>();
  /** By MemberId. */
  readonly #rank: Float64Array;

  constructor(
    readonly inputs: Inputs,
    readonly twins: Twins,
    ranks: Ranks,
    readonly repeats: Repeats,
  ) {
    this.#rank = Float64Array.from(inputs.members, ({ id }) => ranks.rankOf(id));
    for (let member = 0; member < inputs.members.length; member++) {
      addTo(this.#equal, twins.content[member], member);
      addTo(this.#unit, twins.unit[member], member);
    }
    // Not every number is a class; `forEach` skips holes.
    for (const lists of [this.#equal, this.#unit])
      lists.forEach((list) => {
        this.#sort(list);
      });
  }

  readonly #byClaim = (one: MemberId, other: MemberId): number =>
    compareRanks(this.#rank[one], this.#rank[other]) || one - other;

  /** Most lists are short, and the call of `Array.sort` costs more than sorting them. */
  #sort(list: MemberId[]): void {
    if (list.length > LONGEST_INSERTION) list.sort(this.#byClaim);
    else
      for (let end = 1; end < list.length; end++)
        for (let at = end; at > 0 && this.#byClaim(list[at - 1], list[at]) > 0; at--) {
          const before = list[at - 1];
          list[at - 1] = list[at];
          list[at] = before;
        }
  }

  /** Copies of a member, best first. @param most how many are found at most */
  of(member: MemberId, most = Number.POSITIVE_INFINITY): Copy[] {
    const found: Copy[] = [];
    if (this.#hasNoClass(member)) return found;
    const take = (copy: Copy): boolean => found.push(copy) === most;
    for (const kinds of LISTS) if (this.#visit(kinds, this.#list(kinds, member), member, 0, take)) break;
    return found;
  }

  #hasNoClass(member: MemberId): boolean {
    const { content, unit, declared } = this.twins;
    return content[member] === NONE && unit[member] === NONE && !declared.has(member);
  }

  /**
   * The best copy that is not dropped; if all are dropped, the best one.
   * @param dropped by MemberId: 1 if dropped
   * @param starts by list: how many of its first members are dropped, kept between calls for one `dropped`
   * @returns undefined if the member has no copy
   */
  keptCopy(
    member: MemberId,
    dropped: Uint8Array,
    starts: Map<readonly MemberId[], number>,
  ): Copy | undefined {
    let first: Copy | undefined;
    let kept: Copy | undefined;
    const takeFirst = (copy: Copy): boolean => {
      first = copy;
      return true;
    };
    const takeKept = (copy: Copy): boolean => {
      if (!dropped[copy.twin]) kept = copy;
      return kept !== undefined;
    };
    for (const kinds of LISTS) {
      const list = this.#list(kinds, member);
      if (first === undefined) this.#visit(kinds, list, member, 0, takeFirst);
      let start = starts.get(list) ?? 0;
      while (start < list.length && dropped[list[start]]) start++;
      if (list.length > 0 && kinds !== DECLARED) starts.set(list, start);
      if (this.#visit(kinds, list, member, start, takeKept)) return kept;
    }
    return first;
  }

  /** The last member of the same unit and better rank, for the report when all of them differ in content. */
  lastOfUnit(member: MemberId): MemberId {
    const list = this.#unit[this.twins.unit[member]] ?? NO_MEMBERS;
    for (let at = this.#strongerIn(list, member) - 1; at >= 0; at--)
      if (this.#isElsewhere(list[at], member)) return list[at];
    return NONE;
  }

  /** Candidates in rank order: those that are copies by one of `kinds` are copies of the member. */
  #list(kinds: readonly Evidence['kind'][], member: MemberId): readonly MemberId[] {
    const { content, declared } = this.twins;
    if (kinds === SAME) return this.#equal[content[member]] ?? NO_MEMBERS;
    if (kinds === UNIT) return this.#ofUnit(member);
    const others = declared.get(member);
    return others === undefined ? NO_MEMBERS : [...others].sort(this.#byClaim);
  }

  /** Members of the same codegen unit that are copies although their bytes differ. */
  #ofUnit(member: MemberId): readonly MemberId[] {
    const { twins } = this;
    const all = this.#unit[twins.unit[member]] ?? NO_MEMBERS;
    if (this.#strongerIn(all, member) === 0) return NO_MEMBERS;
    // Hashes are read only where bytes differ.
    if (this.#hasEqualBytes(twins.unit[member], all)) return NO_MEMBERS;
    const variant = twins.variantOf(member);
    const known = this.#copiesOfVariant.get(variant);
    if (known) return known;
    const copies = new Set(twins.copiesOfVariant(variant));
    const list = all.filter((other) => copies.has(twins.variantOf(other)));
    this.#copiesOfVariant.set(variant, list);
    return list;
  }

  #hasEqualBytes(unit: number, members: readonly MemberId[]): boolean {
    const { content } = this.twins;
    const first = content[members[0]];
    const isUniform =
      this.#isUniform.get(unit) ?? (first !== NONE && members.every((member) => content[member] === first));
    this.#isUniform.set(unit, isUniform);
    return isUniform;
  }

  /** Visits the copies in a list from `start` on. @returns whether one was the last that was searched for */
  #visit(
    kinds: readonly Evidence['kind'][],
    list: readonly MemberId[],
    member: MemberId,
    start: number,
    take: TakeCopy,
  ): boolean {
    const { twins } = this;
    const end = this.#strongerIn(list, member);
    for (let at = start; at < list.length; at++) {
      const twin = list[at];
      const isOffered = at < end ? this.#isElsewhere(twin, member) : this.repeats.get(member) === twin;
      // After members of better rank comes the first equal member of its own archive.
      if (at >= end && !isOffered) return false;
      const evidence = isOffered && twins.mayReplace(member, twin) ? twins.relation(member, twin) : null;
      if (evidence === null || evidence.kind === 'other-content' || !kinds.includes(evidence.kind)) continue;
      if (take({ twin, evidence })) return true;
    }
    return false;
  }

  #isElsewhere(one: MemberId, other: MemberId): boolean {
    return this.inputs.members[one].archive !== this.inputs.members[other].archive;
  }

  /** Number of members with a better rank, in a list sorted by rank. */
  #strongerIn(list: readonly MemberId[], member: MemberId): number {
    const rank = this.#rank[member];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rank[list[middle]] < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Longest list that is sorted by insertion. */
const LONGEST_INSERTION = 8;

/** Ranks may be infinite. */
const compareRanks = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);

function addTo(lists: MemberId[][], classId: number, member: MemberId): void {
  if (classId === NONE) return;
  const known = lists[classId];
  if (known === undefined) lists[classId] = [member];
  else known.push(member);
}
