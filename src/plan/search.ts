import { append } from '../bytes/append.js';
import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { instanceKey } from '../origin/origin.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Copy } from './copies.js';
import { type Definers, definersOf, lostDependencies } from './lost-dependencies.js';
import type { Proposal } from './propose.js';
import type { Repeats } from './repeats.js';
import type { Scenario } from './scenario.js';
import type { SimulatedLinks } from './simulated-links.js';
import { isWithoutEffect, type Twins } from './twins/twins.js';
import type { BlockCode, Blocker, Verdict } from './verdict.js';

/** Members that leave their archive together or not at all: the units of one crate, else the member alone. */
function groupsOf(
  inputs: Inputs,
  twins: Twins,
  repeats: Repeats,
): { readonly group: Int32Array; readonly members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const group = Int32Array.from(inputs.members, ({ id, archive }) => {
    const origin = twins.origins[id];
    // One of two equal units of an archive may go alone: the crate is as whole with the other.
    const key = origin && !repeats.has(id) ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    const known = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, known);
    members[known].push(id);
    return known;
  });
  return { group, members };
}

/**
 * How many symbols are read at most to try once more what came back, and how often at least that is tried: all there is
 * in links of some thousand symbols, little in those of a million, where each link takes its time.
 */
const MOST_ROWS = 500_000;
const FEWEST_TRIALS = 2;

/** What the place of a file in the link decides: its copy elsewhere cannot do the same, but may be what goes. */
const OF_PLACE: ReadonlySet<BlockCode> = new Set([
  'constructor-order',
  'export-changes',
  'side-effect-lost',
  'section-order',
]);

/** Rounds for each scenario in which only what a condition names is put back: more than plans of real links take. */
const ROUNDS_ALONE = 8;

/** Symbols that are read in all rounds together before everything is put back that one link dropped. */
const MOST_ROWS_OF_ROUNDS = 1_000_000_000;
const FEWEST_ROUNDS = 32;

/** The search for the greatest set of members that can go together. */
export class Search {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly #dropped: Uint8Array;
  readonly #blockers: (Blocker | null)[];
  /** How far lists of copies were searched for one that stays. */
  #searched = new Map<readonly MemberId[], number>();
  #definers: Definers | undefined;
  /** Members that later ones of their own archive equal. */
  #repeated: Set<MemberId> | undefined;
  /** Of a member that goes though its archive ranks first: the copy that stays for it. */
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
      proposal.twin[id] !== NONE && !proposal.blockers[id] ? 1 : 0,
    );
    const isWhole = new Set<number>();
    for (const { id } of members) {
      if (this.#dropped[id] || isWhole.has(this.#groups.group[id])) continue;
      isWhole.add(this.#groups.group[id]);
      this.#keepGroupWhole(id);
    }
  }

  /**
   * Puts back what some scenario cannot do without, until all conditions hold in all of them; then takes away again,
   * one by one, what came back together with something that it could do with.
   * @param fewest members that are to be dropped
   * @returns null for a large link of which fewer can go, which is given up at once
   */
  settle(scenarios: readonly Omit<Scenario, 'after'>[], fewest = 0): Scenario[] | null {
    const settled = this.#search(scenarios, fewest);
    return settled && this.#withoutIdleRewrites(settled);
  }

  /** An archive is not rewritten only to lose members without symbols: they return, which changes no binding. */
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

  #search(scenarios: readonly Omit<Scenario, 'after'>[], fewest: number): Scenario[] | null {
    this.#searched = new Map();
    let trials = Math.max(FEWEST_TRIALS, Math.floor(MOST_ROWS / (1 + this.graph.inputs.symbols.length)));
    // Where much is tried once more, what came back may go after all.
    const shrunk = this.#shrink(scenarios, trials === FEWEST_TRIALS ? fewest : 0);
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

  #shrink(scenarios: readonly Omit<Scenario, 'after'>[], fewest: number): Scenario[] | null {
    const mostRounds = Math.max(
      FEWEST_ROUNDS * scenarios.length,
      MOST_ROWS_OF_ROUNDS / (1 + this.graph.inputs.symbols.length),
    );
    let confirmed = 0;
    let shrunk = 0;
    // Members only ever return, so each round either ends the search or shrinks the set.
    for (let at = 0, round = 0; confirmed < scenarios.length; at = (at + 1) % scenarios.length, round++) {
      const scenario = scenarios[at];
      const returned = this.#withdraw(scenario, round >= mostRounds);
      if (returned.length > 0 && ++shrunk > ROUNDS_ALONE * scenarios.length)
        this.#returnDependencies(scenario, returned);
      if (this.#dropCount() < fewest) return null;
      confirmed = returned.length > 0 ? 0 : confirmed + 1;
    }
    return this.#settled(scenarios);
  }

  /** The scenarios without what is dropped now, each simulated when it is looked at, if no equal one was. */
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

  /** Groups of which every member was put back for some link. Last ones first. */
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

  /** Groups that came back for their place in the link, which copies that were to stay do not have. */
  #keptForPlace(): MemberId[][] {
    const isKept = (member: MemberId) => {
      const blocker = this.#blockers[member];
      return blocker !== null && OF_PLACE.has(blocker.code);
    };
    return this.#groups.members.filter((group) => group.some(isKept));
  }

  /** Has the copies go for which a group was to go. @returns null when they cannot */
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
   * @param blocked the members whose blockers say which linkers to ask first
   * @returns the scenarios without these members too; null when some condition of one does not hold
   */
  #tryWithout(group: readonly MemberId[], settled: readonly Scenario[], blocked = group): Scenario[] | null {
    const before = this.#dropped.slice();
    for (const member of group) this.#dropped[member] = 1;
    // The linker that was against it before is the first to be asked.
    const linkers = blocked.map((member) => this.#blockers[member]?.linker);
    const wasAgainst = ({ profile }: Scenario) => (linkers.includes(profile.id) ? 0 : 1);
    for (const scenario of settled.toSorted((a, b) => wasAgainst(a) - wasAgainst(b)))
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

  verdict(member: MemberId): Verdict {
    const twin = this.proposal.twin[member];
    const blocker = this.#blockers[member];
    if (this.#dropped[member]) return { kind: 'drop', member, ...this.#standingCopy(member) };
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

  /** Of a dropped member: the best copy that stays itself. Where none does, each is gone for one that does. */
  #standingCopy(member: MemberId): Copy {
    const { copies, twin } = this.proposal;
    const instead = this.#instead.get(member);
    if (instead !== undefined) return instead;
    const standing = copies.standing(member, this.#dropped, this.#searched);
    // Members are dropped for a copy, so that there is one.
    if (standing === undefined)
      throw new Error(`member ${member} has no copy, but ${twin[member]} was proposed`);
    return standing;
  }

  /**
   * @param isLate puts back whatever was dropped of the link: the search has taken too long
   * @returns what was put back
   */
  #withdraw(scenario: Omit<Scenario, 'after'>, isLate: boolean): MemberId[] {
    const violations = this.links.violations(scenario, this.#dropped);
    const returned: MemberId[] = [];
    // What has a cause goes first: without it, the rest may right itself.
    const caused = violations.filter(({ blame }) => blame.length > 0);
    for (const { code, name, by, blame } of caused.length > 0 ? caused : violations) {
      const blamed = blame.length > 0 && !isLate ? blame : this.#everythingLoaded(scenario.before);
      for (const member of blamed)
        append(returned, this.#putBack(member, { code, name, by, linker: scenario.profile.id }));
    }
    // Without this a violation that nothing dropped explains would be found for ever.
    if (violations.length > 0 && returned.length === 0)
      throw new Error('a plan that cannot settle: nothing is left to put back');
    return returned;
  }

  /** Puts back all that members need which came back, and what that needs: a chain at once, not a member a link. */
  #returnDependencies({ before, profile }: Omit<Scenario, 'after'>, returned: readonly MemberId[]): void {
    this.#definers ??= definersOf(this.graph);
    const comparison = { graph: this.graph, twins: this.twins, before, dropped: this.#dropped };
    const queue = [...returned];
    for (let next = 0; next < queue.length; next++)
      for (const { code, name, by, blame } of lostDependencies(comparison, this.#definers, queue[next]))
        for (const member of blame)
          append(queue, this.#putBack(member, { code, name, by, linker: profile.id }));
  }

  /** Without a visible cause, whatever was dropped of this link may be it. */
  #everythingLoaded(before: Resolution): MemberId[] {
    const loaded = before.loaded.filter((member) => this.#dropped[member]);
    return loaded.length > 0
      ? loaded
      : this.graph.inputs.members.filter(({ id }) => this.#dropped[id]).map(({ id }) => id);
  }

  /** @returns the member and what came back with it */
  #putBack(member: MemberId, blocker: Blocker): MemberId[] {
    if (!this.#dropped[member]) return [];
    this.#dropped[member] = 0;
    this.#blockers[member] = blocker;
    return [member, ...this.#keepGroupWhole(member)];
  }

  /** Half a crate here and half a crate there is the split that we are to mend: the rest of its group stays too. */
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
