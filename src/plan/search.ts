import { append } from '../bytes/append.js';
import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { instanceKey } from '../origin/origin.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { overlooked } from './conditions/overlooked.js';
import type { Copy } from './copies.js';
import { type Definers, definersOf, lostDependencies } from './lost-dependencies.js';
import type { Proposal } from './propose.js';
import type { Repeats } from './repeats.js';
import type { Scenario } from './scenario.js';
import type { SimulatedLinks } from './simulated-links.js';
import { isWithoutEffect, type Twins } from './twins/twins.js';
import type { BlockCode, Blocker, Verdict } from './verdict.js';

/** Groups of members that are dropped together or not at all: the units of one crate, otherwise single members. */
function groupsOf(
  inputs: Inputs,
  twins: Twins,
  repeats: Repeats,
): { readonly group: Int32Array; readonly members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const group = Int32Array.from(inputs.members, ({ id, archive }) => {
    const origin = twins.origins[id];
    // One of two equal units of an archive may be dropped alone: the other one completes the crate.
    const isWhole = !repeats.has(id) && !overlooked.has('crate-split');
    const key = origin && isWhole ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    const known = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, known);
    members[known].push(id);
    return known;
  });
  return { group, members };
}

/**
 * Budget for retrying drops that were withdrawn: symbols read in all simulated links of the retries, and the least
 * number of retries. Links of a few thousand symbols retry everything, links of a million only a few groups.
 */
const MOST_ROWS = 500_000;
const FEWEST_TRIALS = 2;
/** Symbols of a link from which on a search that cannot reach its aim is given up: each round takes a link's time. */
const MANY_ROWS = 50_000;

/** Violations that depend on a file's position in the link: dropping the copy instead of the file may avoid them. */
const OF_PLACE: ReadonlySet<BlockCode> = new Set([
  'constructor-order',
  'export-changes',
  'side-effect-lost',
  'section-order',
]);

/** Rounds per scenario in which only the blamed members are put back: more than real links need. */
const ROUNDS_ALONE = 8;

/** Budget of symbols read in all rounds; beyond it, a violation puts back all dropped members of its link. */
const MOST_ROWS_OF_ROUNDS = 1_000_000_000;
const FEWEST_ROUNDS = 32;

/** Goal of a search. A search that cannot reach it is given up. */
interface Least {
  readonly fewest: number;
  isEnough(after: Resolution): boolean;
}

/**
 * Searches for a largest set of members that can be dropped together: starts with all proposed members and puts members
 * back until every condition holds on every linker, then retries the withdrawn groups one by one.
 */
export class Search {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly #dropped: Uint8Array;
  readonly #blockers: (Blocker | null)[];
  /** By list of copies: how many of its first members are dropped. See `CopyLists.keptCopy`. */
  #searched = new Map<readonly MemberId[], number>();
  #definers: Definers | undefined;
  /** Members that equal a later member of their own archive. */
  #repeated: Set<MemberId> | undefined;
  /** By dropped member whose archive ranks before that of its copy: the copy that is kept. */
  readonly #instead = new Map<MemberId, Copy>();
  readonly #groups: { readonly group: Int32Array; readonly members: MemberId[][] };

  constructor(
    readonly links: SimulatedLinks,
    readonly proposal: Proposal,
  ) {
    this.graph = links.graph;
    this.twins = links.twins;
    const { members } = this.graph.inputs;
    this.#groups = groupsOf(this.graph.inputs, this.twins, proposal.copies.repeats);
    this.#blockers = [...proposal.blockers];
    this.#dropped = Uint8Array.from(members, ({ id }) =>
      (proposal.twin[id] !== NONE || proposal.unused[id]) && !proposal.blockers[id] ? 1 : 0,
    );
    const isWhole = new Set<number>();
    for (const { id } of members) {
      if (this.#dropped[id] || isWhole.has(this.#groups.group[id])) continue;
      isWhole.add(this.#groups.group[id]);
      this.#keepGroupWhole(id);
    }
  }

  /**
   * Finds the set of dropped members: puts back members until all conditions hold in all scenarios, then drops again,
   * group by group, those that were put back only because of another member.
   * @param fewest the least number of dropped members that is of use to the caller
   * @param isEnough asked of the line as given, without all members that may still be dropped
   * @returns the scenarios with the drops; null if fewer members than `fewest` of a large link can be dropped, or
   *   dropping them is not enough
   */
  settle(
    scenarios: readonly Omit<Scenario, 'after'>[],
    fewest = 0,
    isEnough: (after: Resolution) => boolean = () => true,
  ): Scenario[] | null {
    // With many retries, members that were put back may still be dropped, so `fewest` cannot be applied yet.
    const isTriedLittle = this.#trials() === FEWEST_TRIALS;
    const isLarge = this.graph.inputs.symbols.length >= MANY_ROWS;
    const settled = this.#search(scenarios, {
      fewest: isTriedLittle ? fewest : 0,
      isEnough: isLarge ? isEnough : () => true,
    });
    return settled && this.#withoutIdleRewrites(settled);
  }

  /** Puts back members without symbols if nothing else of their archive is dropped, so that it is not rewritten. */
  #withoutIdleRewrites(settled: Scenario[]): Scenario[] {
    const { archives, members } = this.graph.inputs;
    const losesSymbols = new Uint8Array(archives.length);
    for (const { id, archive } of members)
      if (this.#dropped[id] && archive !== NONE && !isWithoutEffect(this.graph.inputs, id))
        losesSymbols[archive] = 1;
    const idle = members.filter(({ id, archive }) => this.#dropped[id] && !losesSymbols[archive]);
    if (idle.length === 0) return settled;
    for (const { id } of idle) this.#dropped[id] = 0;
    return this.#settled(settled);
  }

  #search(scenarios: readonly Omit<Scenario, 'after'>[], least: Least): Scenario[] | null {
    this.#searched = new Map();
    let trials = this.#trials();
    const shrunk = this.#shrink(scenarios, least);
    if (shrunk === null) return null;
    let settled = shrunk;
    for (const group of this.#keptForPlace())
      if (trials-- > 0) settled = this.#tryInstead(group, settled) ?? settled;
    for (let grown = true; grown; ) {
      grown = false;
      for (const group of this.#heldBack()) {
        if (trials-- <= 0) return settled;
        const without = this.#tryWithout(group, settled);
        if (!without) continue;
        settled = without;
        grown = true;
      }
    }
    return settled;
  }

  #trials(): number {
    return Math.max(FEWEST_TRIALS, Math.floor(MOST_ROWS / (1 + this.graph.inputs.symbols.length)));
  }

  #shrink(scenarios: readonly Omit<Scenario, 'after'>[], { fewest, isEnough }: Least): Scenario[] | null {
    const mostRounds = Math.max(
      FEWEST_ROUNDS * scenarios.length,
      MOST_ROWS_OF_ROUNDS / (1 + this.graph.inputs.symbols.length),
    );
    let confirmed = 0;
    let shrunk = 0;
    // Members are only put back, never dropped, so each round either ends the search or shrinks the set.
    for (let at = 0, round = 0; confirmed < scenarios.length; at = (at + 1) % scenarios.length, round++) {
      const scenario = scenarios[at];
      if (scenario.variant === 'as-given' && !isEnough(this.links.after(scenario, this.#dropped)))
        return null;
      const returned = this.#withdraw(scenario, round >= mostRounds);
      if (returned.length > 0 && ++shrunk > ROUNDS_ALONE * scenarios.length)
        this.#returnDependencies(scenario, returned);
      if (this.#dropCount() < fewest) return null;
      confirmed = returned.length > 0 ? 0 : confirmed + 1;
    }
    return this.#settled(scenarios);
  }

  /** The scenarios without the members dropped now; each link is simulated on first access. */
  #settled(scenarios: readonly Omit<Scenario, 'after'>[]): Scenario[] {
    const { links } = this;
    const dropped = this.#dropped.slice();
    return scenarios.map((scenario) => {
      let after: Resolution | undefined;
      return {
        profile: scenario.profile,
        line: scenario.line,
        variant: scenario.variant,
        get before() {
          return scenario.before;
        },
        get after() {
          after ??= links.after(scenario, dropped);
          return after;
        },
      };
    });
  }

  #dropCount(): number {
    return this.#dropped.reduce((sum, isDropped) => sum + isDropped, 0);
  }

  /** Groups whose members were all put back because of a violation on some linker, in reverse order. */
  #heldBack(): MemberId[][] {
    const isHeld = (member: MemberId) => {
      const blocker = this.#blockers[member];
      return (
        !this.#dropped[member] &&
        blocker !== null &&
        (blocker.linker !== null || blocker.code === 'crate-split')
      );
    };
    return this.#groups.members.filter((group) => group.every(isHeld)).reverse();
  }

  /** Groups that were put back because of their position in the link, which their kept copies do not have. */
  #keptForPlace(): MemberId[][] {
    const isKept = (member: MemberId) => {
      const blocker = this.#blockers[member];
      return blocker !== null && OF_PLACE.has(blocker.code);
    };
    return this.#groups.members.filter((group) => group.some(isKept));
  }

  /** Tries to drop the copies of a group instead of the group. @returns null if a condition is violated */
  #tryInstead(group: readonly MemberId[], settled: readonly Scenario[]): Scenario[] | null {
    const stays = group.filter((member) => !this.#dropped[member]);
    const copies = stays.flatMap((member) => [...this.proposal.copies.of(member)].map(({ twin }) => twin));
    const groups = new Set(
      copies.filter((twin) => !this.#dropped[twin]).map((twin) => this.#groups.group[twin]),
    );
    const instead = [...groups].flatMap((row) => this.#groups.members[row]);
    const found = instead.map((member) =>
      this.proposal.assess(
        member,
        stays.filter((other) => this.#isElsewhere(other, member)),
      ),
    );
    if (instead.length === 0 || found.some(({ copies, blocker }) => copies.length === 0 || blocker))
      return null;
    const without = this.#tryWithout(instead, settled, group);
    if (without === null) return null;
    for (const [at, member] of instead.entries()) this.#instead.set(member, found[at].copies[0]);
    for (const member of stays) this.#blockers[member] = null;
    return without;
  }

  /**
   * Tries to drop a further group.
   * @param blocked members whose blockers name the linkers to simulate first
   * @returns the scenarios without the group; null if a condition is violated, and nothing has changed then
   */
  #tryWithout(group: readonly MemberId[], settled: readonly Scenario[], blocked = group): Scenario[] | null {
    const before = this.#dropped.slice();
    for (const member of group) this.#dropped[member] = 1;
    // The linker that blocked the group before is simulated first.
    const linkers = blocked.map((member) => this.#blockers[member]?.linker);
    const priority = ({ profile }: Scenario) => (linkers.includes(profile.id) ? 0 : 1);
    for (const scenario of settled.toSorted((a, b) => priority(a) - priority(b)))
      if (!this.links.isSafe(scenario, this.#dropped)) {
        this.#dropped.set(before);
        return null;
      }
    for (const member of group) this.#blockers[member] = null;
    return this.#settled(settled);
  }

  #isElsewhere(one: MemberId, other: MemberId): boolean {
    const { members } = this.graph.inputs;
    return members[one].archive !== members[other].archive;
  }

  blockers(): Blocker[] {
    return this.#blockers.filter((blocker) => blocker !== null);
  }

  verdict(member: MemberId): Verdict {
    const twin = this.proposal.twin[member];
    const blocker = this.#blockers[member];
    if (this.#dropped[member]) return { kind: 'drop', member, ...this.#keptCopy(member) };
    if (blocker) return { kind: 'blocked', member, twin, blocker };
    const content = this.graph.inputs.contents[member].kind;
    if (content !== 'object')
      return { kind: 'keep', member, reason: content === 'unreadable' ? 'unreadable' : 'not-an-object' };
    const isIdle = this.twins.origins[member] === null && isWithoutEffect(this.graph.inputs, member);
    const isOwner = this.#isCopied(member) && !isIdle;
    return { kind: 'keep', member, reason: isOwner ? 'owner' : 'no-twin' };
  }

  #isCopied(member: MemberId): boolean {
    if (this.twins.hasAlike(member)) return true;
    this.#repeated ??= new Set(this.proposal.copies.repeats.values());
    return this.#repeated.has(member);
  }

  /** The best kept copy of a dropped member. If all its copies are dropped, the best of them, which has a kept copy. */
  #keptCopy(member: MemberId): Copy {
    const { copies, twin } = this.proposal;
    if (this.proposal.unused[member]) return { twin: NONE, evidence: { kind: 'unused' } };
    const instead = this.#instead.get(member);
    if (instead !== undefined) return instead;
    const kept = copies.keptCopy(member, this.#dropped, this.#searched);
    // Only members with a copy are proposed.
    if (kept === undefined) throw new Error(`member ${member} has no copy, but ${twin[member]} was proposed`);
    return kept;
  }

  /**
   * Puts back the members that cause violations in a scenario.
   * @param isLate whether the search has taken too long: then all dropped members of the link are put back
   * @returns the members that were put back; empty if no condition is violated
   */
  #withdraw(scenario: Omit<Scenario, 'after'>, isLate: boolean): MemberId[] {
    const violations = this.links.violations(scenario, this.#dropped);
    const returned: MemberId[] = [];
    // Violations with a known cause come first: putting it back may resolve the others.
    const caused = violations.filter(({ blame }) => blame.length > 0);
    for (const { code, name, by, blame } of caused.length > 0 ? caused : violations) {
      const blamed = blame.length > 0 && !isLate ? blame : this.#everythingLoaded(scenario.before);
      for (const member of blamed)
        append(returned, this.#putBack(member, { code, name, by, linker: scenario.profile.id }));
    }
    // A violation that no dropped member explains would be found for ever.
    if (violations.length > 0 && returned.length === 0)
      throw new Error('a plan that cannot settle: nothing is left to put back');
    return returned;
  }

  /**
   * Puts back the dependencies of members that were put back, transitively, instead of one member per simulated link.
   */
  #returnDependencies({ before, profile }: Omit<Scenario, 'after'>, returned: readonly MemberId[]): void {
    this.#definers ??= definersOf(this.graph);
    const comparison = { graph: this.graph, twins: this.twins, before, dropped: this.#dropped };
    const queue = [...returned];
    for (let next = 0; next < queue.length; next++)
      for (const { code, name, by, blame } of lostDependencies(comparison, this.#definers, queue[next]))
        for (const member of blame)
          append(queue, this.#putBack(member, { code, name, by, linker: profile.id }));
  }

  /** All dropped members that the link loaded: a violation without a known cause may be due to any of them. */
  #everythingLoaded(before: Resolution): MemberId[] {
    const loaded = before.loaded.filter((member) => this.#dropped[member]);
    return loaded.length > 0
      ? loaded
      : this.graph.inputs.members.filter(({ id }) => this.#dropped[id]).map(({ id }) => id);
  }

  /** @returns the member and the rest of its group; empty if it was not dropped */
  #putBack(member: MemberId, blocker: Blocker): MemberId[] {
    if (!this.#dropped[member]) return [];
    this.#dropped[member] = 0;
    this.#blockers[member] = blocker;
    return [member, ...this.#keepGroupWhole(member)];
  }

  /** Puts back the rest of a kept member's group: a crate must not be split between two archives. */
  #keepGroupWhole(stays: MemberId): MemberId[] {
    const returned: MemberId[] = [];
    for (const member of this.#groups.members[this.#groups.group[stays]]) {
      if (!this.#dropped[member]) continue;
      this.#dropped[member] = 0;
      this.#blockers[member] = { code: 'crate-split', name: NONE, by: stays, linker: null };
      returned.push(member);
    }
    return returned;
  }
}
