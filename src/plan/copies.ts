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

/** Candidates in rank order; those that are copies by one of `kinds` are valid. */
interface CopyList {
  readonly kinds: readonly Evidence['kind'][];
  readonly list: readonly MemberId[];
}

const SAME: CopyList['kinds'] = ['identical-bytes', 'same-image'];
const UNIT: CopyList['kinds'] = ['same-unit'];
const DECLARED: CopyList['kinds'] = ['declared'];

/**
 * The copies that could replace each member, best first: equal bytes or images, then the same codegen unit, then copies
 * declared by the user; within each kind in the order of their archives' ranks. Only members that rank before the
 * replaced one are copies, since the member with the best rank is kept. All members of a class share one list, so
 * memory does not grow with the number of pairs.
 */
export class CopyLists {
  readonly #equal = new Map<number, MemberId[]>();
  readonly #unit = new Map<number, MemberId[]>();
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
    for (const { id } of inputs.members) {
      addTo(this.#equal, twins.content[id], id);
      addTo(this.#unit, twins.unit[id], id);
    }
    for (const lists of [this.#equal, this.#unit])
      for (const list of lists.values()) list.sort(this.#byClaim);
  }

  readonly #byClaim = (one: MemberId, other: MemberId): number =>
    compareRanks(this.#rank[one], this.#rank[other]) || one - other;

  /** Copies of a member, best first. @param most how many are found at most */
  of(member: MemberId, most = Number.POSITIVE_INFINITY): Copy[] {
    const found: Copy[] = [];
    if (this.#hasNoClass(member)) return found;
    for (const { kinds, list } of this.#lists(member))
      for (const copy of this.#within(kinds, list, member, 0)) {
        found.push(copy);
        if (found.length === most) return found;
      }
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
    for (const { kinds, list } of this.#lists(member)) {
      first ??= this.#within(kinds, list, member, 0).next().value ?? undefined;
      let start = starts.get(list) ?? 0;
      while (start < list.length && dropped[list[start]]) start++;
      if (kinds !== DECLARED) starts.set(list, start);
      for (const copy of this.#within(kinds, list, member, start)) if (!dropped[copy.twin]) return copy;
    }
    return first;
  }

  /** The last member of the same unit and better rank, for the report when all of them differ in content. */
  lastOfUnit(member: MemberId): MemberId {
    const list = this.#unit.get(this.twins.unit[member]) ?? [];
    for (let at = this.#strongerIn(list, member) - 1; at >= 0; at--)
      if (this.#isElsewhere(list[at], member)) return list[at];
    return NONE;
  }

  #lists(member: MemberId): CopyList[] {
    const { content, declared } = this.twins;
    const others = [...(declared.get(member) ?? [])];
    return [
      { kinds: SAME, list: this.#equal.get(content[member]) ?? [] },
      { kinds: UNIT, list: this.#ofUnit(member) },
      { kinds: DECLARED, list: others.sort(this.#byClaim) },
    ];
  }

  /** Members of the same codegen unit that are copies although their bytes differ. */
  #ofUnit(member: MemberId): readonly MemberId[] {
    const { twins } = this;
    const all = this.#unit.get(twins.unit[member]) ?? [];
    if (this.#strongerIn(all, member) === 0) return [];
    // Hashes are read only where bytes differ.
    if (this.#hasEqualBytes(twins.unit[member], all)) return [];
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

  *#within(
    kinds: CopyList['kinds'],
    list: readonly MemberId[],
    member: MemberId,
    start: number,
  ): Generator<Copy> {
    const { twins } = this;
    const end = this.#strongerIn(list, member);
    for (let at = start; at < list.length; at++) {
      const twin = list[at];
      const isOffered = at < end ? this.#isElsewhere(twin, member) : this.repeats.get(member) === twin;
      // After members of better rank comes the first equal member of its own archive.
      if (at >= end && !isOffered) return;
      const evidence = isOffered && twins.mayReplace(member, twin) ? twins.relation(member, twin) : null;
      if (evidence !== null && evidence.kind !== 'other-content' && kinds.includes(evidence.kind))
        yield { twin, evidence };
    }
  }

  #isElsewhere(one: MemberId, other: MemberId): boolean {
    return this.inputs.members[one].archive !== this.inputs.members[other].archive;
  }

  /** How many members of a list, which is in the order of their ranks, have a stronger claim. */
  #strongerIn(list: readonly MemberId[], member: MemberId): number {
    const rank = this.#rank[member];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rank[list[middle]] < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Ranks may be infinite. */
const compareRanks = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);

function addTo(lists: Map<number, MemberId[]>, key: number, member: MemberId): void {
  if (key === NONE) return;
  const known = lists.get(key);
  if (known) known.push(member);
  else lists.set(key, [member]);
}
