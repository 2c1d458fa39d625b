import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Copy } from '../copies.js';
import type { Proposal } from '../propose.js';
import type { Scenario } from '../scenario.js';
import type { SimulatedLinks } from '../simulated-links.js';
import { isWithoutEffect } from '../twins/twins.js';
import type { Blocker, Verdict } from '../verdict.js';
import { DropSet } from './drop-set.js';
import { type Least, PutBack } from './put-back.js';
import { type GivenScenario, settledScenarios } from './settled-scenarios.js';
import { Verdicts } from './verdicts.js';

/**
 * Budget for retrying drops that were withdrawn: symbols read in all simulated links of the retries, and the least
 * number of retries. Links of a few thousand symbols retry everything, links of a million only a few groups.
 */
const MOST_ROWS = 500_000;
const FEWEST_TRIALS = 2;
/**
 * Number of symbols from which a search that cannot reach its goal is given up early, since each round simulates a
 * link.
 */
const MANY_ROWS = 50_000;

/**
 * Searches for a largest set of members that can be dropped together: starts with all proposed members and puts members
 * back until every condition holds on every linker, then retries the withdrawn groups one by one.
 */
export class Search {
  readonly #graph: LinkGraph;
  readonly #drops: DropSet;
  readonly #putBack: PutBack;
  /** By dropped member whose archive ranks before that of its copy: the copy that is kept. */
  readonly #instead = new Map<MemberId, Copy>();

  constructor(
    readonly links: SimulatedLinks,
    readonly proposal: Proposal,
  ) {
    this.#graph = links.graph;
    this.#drops = new DropSet(links.graph.inputs, links.twins, proposal);
    this.#putBack = new PutBack(links, this.#drops);
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
    scenarios: readonly GivenScenario[],
    fewest = 0,
    isEnough?: (after: Resolution) => boolean,
  ): Scenario[] | null {
    // With many retries, members that were put back may still be dropped, so `fewest` cannot be applied yet.
    const isTriedLittle = this.#trials() === FEWEST_TRIALS;
    const isLarge = this.#graph.inputs.symbols.length >= MANY_ROWS;
    const settled = this.#search(scenarios, {
      fewest: isTriedLittle ? fewest : 0,
      ...(isLarge && isEnough && { isEnough }),
    });
    return settled && this.#withoutIdleRewrites(settled);
  }

  /** The reasons for members that could not be dropped. */
  blockers(): Blocker[] {
    return this.#drops.blockers.filter((blocker) => blocker !== null);
  }

  verdicts(): Verdict[] {
    const { inputs } = this.#graph;
    const verdicts = new Verdicts(inputs, this.links.twins, this.proposal, this.#drops, this.#instead);
    return inputs.members.map(({ id }) => verdicts.of(id));
  }

  /** Puts back members without symbols if nothing else of their archive is dropped, so that it is not rewritten. */
  #withoutIdleRewrites(settled: Scenario[]): Scenario[] {
    const { archives, members } = this.#graph.inputs;
    const losesSymbols = new Uint8Array(archives.length);
    for (const { id, archive } of members)
      if (this.#drops.has(id) && archive !== NONE && !isWithoutEffect(this.#graph.inputs, id))
        losesSymbols[archive] = 1;
    const idle = members.filter(({ id, archive }) => this.#drops.has(id) && !losesSymbols[archive]);
    if (idle.length === 0) return settled;
    for (const { id } of idle) this.#drops.dropped[id] = 0;
    return this.#settled(settled);
  }

  #search(scenarios: readonly GivenScenario[], least: Least): Scenario[] | null {
    let trials = this.#trials();
    if (!this.#putBack.untilSafe(scenarios, least)) return null;
    let settled = this.#settled(scenarios);
    for (const group of this.#drops.keptForPlace())
      if (trials-- > 0) settled = this.#tryInstead(group, settled) ?? settled;
    for (let grown = true; grown; ) {
      grown = false;
      for (const group of this.#drops.heldBack()) {
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
    return Math.max(FEWEST_TRIALS, Math.floor(MOST_ROWS / (1 + this.#graph.inputs.symbols.length)));
  }

  #settled(scenarios: readonly GivenScenario[]): Scenario[] {
    return settledScenarios(this.links, scenarios, this.#drops.dropped);
  }

  /** Tries to drop the copies of a group instead of the group. @returns null if a condition is violated */
  #tryInstead(group: readonly MemberId[], settled: readonly Scenario[]): Scenario[] | null {
    const stays = group.filter((member) => !this.#drops.has(member));
    const copies = stays.flatMap((member) => this.proposal.copies.of(member).map(({ twin }) => twin));
    const instead = this.#drops.wholeGroups(copies.filter((twin) => !this.#drops.has(twin)));
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
    for (const member of stays) this.#drops.blockers[member] = null;
    return without;
  }

  /**
   * Tries to drop a further group.
   * @param blocked members whose blockers name the linkers to simulate first
   * @returns the scenarios without the group; null if a condition is violated, and nothing has changed then
   */
  #tryWithout(group: readonly MemberId[], settled: readonly Scenario[], blocked = group): Scenario[] | null {
    const { dropped, blockers } = this.#drops;
    const before = dropped.slice();
    for (const member of group) dropped[member] = 1;
    // The linker that blocked the group before is simulated first.
    const linkers = blocked.map((member) => blockers[member]?.linker);
    const priority = ({ profile }: Scenario) => (linkers.includes(profile.id) ? 0 : 1);
    for (const scenario of settled.toSorted((a, b) => priority(a) - priority(b)))
      if (!this.links.isSafe(scenario, dropped)) {
        dropped.set(before);
        return null;
      }
    for (const member of group) blockers[member] = null;
    return this.#settled(settled);
  }

  #isElsewhere(one: MemberId, other: MemberId): boolean {
    const { members } = this.#graph.inputs;
    return members[one].archive !== members[other].archive;
  }
}
