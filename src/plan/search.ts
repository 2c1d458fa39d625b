import type { Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { resolve } from '../link/resolve/resolve.js';
import { instanceKey } from '../origin/origin.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Comparison } from './comparison.js';
import { findViolations, isSafe } from './conditions/safety.js';
import type { Copy } from './copies.js';
import type { Proposal } from './propose.js';
import type { Scenario } from './scenario.js';
import type { StateTable } from './state/state.js';
import type { Twins } from './twins/twins.js';
import type { Blocker, Verdict } from './verdict.js';

/** Members that leave their archive together or not at all: the units of one crate, else the member alone. */
function groupsOf(
  inputs: Inputs,
  twins: Twins,
): { readonly group: Int32Array; readonly members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const group = Int32Array.from(inputs.members, ({ id, archive }) => {
    const origin = twins.origins[id];
    const key = origin ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    const known = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, known);
    members[known].push(id);
    return known;
  });
  return { group, members };
}

/**
 * How many symbols are read at most to try once more what came back, and how often at least that is tried: all there is in
 * links of some thousand symbols, little in those of a million, where each link takes its time.
 */
const MOST_ROWS = 500_000;
const FEWEST_TRIALS = 2;

/** The search for the greatest set of members that can go together. */
export class Search {
  readonly #dropped: Uint8Array;
  readonly #blockers: (Blocker | null)[];
  #hasReturned = false;
  /** How far lists of copies were searched for one that stays. */
  #searched = new Map<readonly MemberId[], number>();
  readonly #groups: { readonly group: Int32Array; readonly members: MemberId[][] };

  constructor(
    readonly graph: LinkGraph,
    readonly twins: Twins,
    readonly state: StateTable,
    readonly proposal: Proposal,
  ) {
    const { members } = graph.inputs;
    this.#groups = groupsOf(graph.inputs, twins);
    this.#blockers = [...proposal.blockers];
    this.#dropped = Uint8Array.from(members, ({ id }) =>
      proposal.twin[id] !== NONE && !proposal.blockers[id] ? 1 : 0,
    );
    for (const { id } of members) if (!this.#dropped[id]) this.#keepGroupWhole(id);
  }

  /**
   * Puts back what some scenario cannot do without, until all conditions hold in all of them; then takes away again, one
   * by one, what came back together with something that it could do with.
   */
  settle(scenarios: readonly Omit<Scenario, 'after'>[]): Scenario[] {
    this.#searched = new Map();
    let settled = this.#shrink(scenarios);
    let trials = Math.max(FEWEST_TRIALS, Math.floor(MOST_ROWS / (1 + this.graph.inputs.symbols.length)));
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

  #shrink(scenarios: readonly Omit<Scenario, 'after'>[]): Scenario[] {
    const after: Resolution[] = [];
    let confirmed = 0;
    // Members only ever return, so each round either ends the search or shrinks the set.
    for (let at = 0; confirmed < scenarios.length; at = (at + 1) % scenarios.length) {
      const scenario = scenarios[at];
      after[at] = resolve(this.graph, scenario.line, scenario.profile, this.#dropped);
      confirmed = this.#withdraw(scenario, after[at]) ? 0 : confirmed + 1;
    }
    return scenarios.map((scenario, at) => ({ ...scenario, after: after[at] }));
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

  /** @returns the scenarios without these members too; null when some condition of one does not hold */
  #tryWithout(group: readonly MemberId[], settled: readonly Scenario[]): Scenario[] | null {
    const before = this.#dropped.slice();
    for (const member of group) this.#dropped[member] = 1;
    // The linker that was against it before is the first to be asked.
    const linkers = group.map((member) => this.#blockers[member]?.linker);
    const wasAgainst = ({ profile }: Scenario) => (linkers.includes(profile.id) ? 0 : 1);
    const found = new Map<Scenario, Scenario>();
    for (const scenario of settled.toSorted((a, b) => wasAgainst(a) - wasAgainst(b))) {
      const after = resolve(this.graph, scenario.line, scenario.profile, this.#dropped);
      if (!isSafe(this.#compare(scenario, after))) {
        this.#dropped.set(before);
        return null;
      }
      found.set(scenario, { ...scenario, after });
    }
    for (const member of group) this.#blockers[member] = null;
    return settled.map((scenario) => found.get(scenario) ?? scenario);
  }

  #compare(scenario: Omit<Scenario, 'after'>, after: Resolution): Comparison {
    return {
      graph: this.graph,
      twins: this.twins,
      state: this.state,
      before: scenario.before,
      after,
      dropped: this.#dropped,
      line: scenario.line,
    };
  }

  verdict(member: MemberId): Verdict {
    const twin = this.proposal.twin[member];
    const blocker = this.#blockers[member];
    if (this.#dropped[member]) return { kind: 'drop', member, ...this.#standingCopy(member) };
    if (blocker) return { kind: 'blocked', member, twin, blocker };
    const content = this.graph.inputs.contents[member].kind;
    if (content !== 'object')
      return { kind: 'keep', member, reason: content === 'unreadable' ? 'unreadable' : 'not-an-object' };
    return { kind: 'keep', member, reason: this.twins.hasAlike(member) ? 'owner' : 'no-twin' };
  }

  /** Of a dropped member: the best copy that stays itself. Where none does, each is gone for one that does. */
  #standingCopy(member: MemberId): Copy {
    const { copies, twin } = this.proposal;
    const standing = copies.standing(member, this.#dropped, this.#searched);
    // Members are dropped for a copy, so that there is one.
    if (standing === undefined)
      throw new Error(`member ${member} has no copy, but ${twin[member]} was proposed`);
    return standing;
  }

  /** @returns whether anything was put back */
  #withdraw(scenario: Omit<Scenario, 'after'>, after: Resolution): boolean {
    const violations = findViolations(this.#compare(scenario, after));
    this.#hasReturned = false;
    // What has a cause goes first: without it, the rest may right itself.
    const caused = violations.filter(({ blame }) => blame.length > 0);
    for (const { code, name, by, blame } of caused.length > 0 ? caused : violations) {
      const blamed = blame.length > 0 ? blame : this.#everythingLoaded(scenario.before);
      for (const member of blamed) this.#putBack(member, { code, name, by, linker: scenario.profile.id });
    }
    // Without this a violation that nothing dropped explains would be found for ever.
    if (violations.length > 0 && !this.#hasReturned)
      throw new Error('a plan that cannot settle: nothing is left to put back');
    return violations.length > 0;
  }

  /** When no cause is to be seen, whatever was dropped of this link may be it. */
  #everythingLoaded(before: Resolution): MemberId[] {
    const loaded = before.loaded.filter((member) => this.#dropped[member]);
    return loaded.length > 0
      ? loaded
      : this.graph.inputs.members.filter(({ id }) => this.#dropped[id]).map(({ id }) => id);
  }

  #putBack(member: MemberId, blocker: Blocker): void {
    if (!this.#dropped[member]) return;
    this.#hasReturned = true;
    this.#dropped[member] = 0;
    this.#blockers[member] = blocker;
    this.#keepGroupWhole(member);
  }

  /** Half a crate here and half a crate there is the split that we are to mend: the rest of its group stays too. */
  #keepGroupWhole(stays: MemberId): void {
    for (const member of this.#groups.members[this.#groups.group[stays]]) {
      if (!this.#dropped[member]) continue;
      this.#dropped[member] = 0;
      this.#blockers[member] = { code: 'crate-split', name: NONE, by: stays, linker: null };
    }
  }
}
