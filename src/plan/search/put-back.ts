import { append } from '../../bytes/append.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { MemberId } from '../../symbols/table.js';
import { type Definers, definersOf, lostDependencies } from '../lost-dependencies.js';
import type { SimulatedLinks } from '../simulated-links.js';
import type { DropSet } from './drop-set.js';
import type { GivenScenario } from './settled-scenarios.js';

/** Rounds per scenario in which only the blamed members are put back: more than real links need. */
const ROUNDS_ALONE = 8;

/** Budget of symbols read in all rounds; beyond it, a violation puts back all dropped members of its link. */
const MOST_ROWS_OF_ROUNDS = 1_000_000_000;
const FEWEST_ROUNDS = 32;

/** Goal of a search. A search that cannot reach it is given up. */
export interface Least {
  /** Least number of dropped members that helps the caller. */
  readonly fewest: number;
  /** Absent if every link is acceptable: then a link whose violations are known is not simulated. */
  isEnough?(after: Resolution): boolean;
}

/** Puts back dropped members until every condition holds in every scenario. */
export class PutBack {
  #definers: Definers | undefined;

  constructor(
    readonly links: SimulatedLinks,
    readonly drops: DropSet,
  ) {}

  /** @returns false if the goal cannot be reached any more */
  untilSafe(scenarios: readonly GivenScenario[], least: Least): boolean {
    const mostRounds = Math.max(
      FEWEST_ROUNDS * scenarios.length,
      MOST_ROWS_OF_ROUNDS / (1 + this.links.graph.inputs.symbols.length),
    );
    let confirmed = 0;
    let shrunk = 0;
    // Members are only put back, never dropped, so each round either ends the search or shrinks the set.
    for (let at = 0, round = 0; confirmed < scenarios.length; at = (at + 1) % scenarios.length, round++) {
      const scenario = scenarios[at];
      if (!this.#isEnough(scenario, least)) return false;
      const returned = this.#withdraw(scenario, round >= mostRounds);
      if (returned.length > 0 && ++shrunk > ROUNDS_ALONE * scenarios.length)
        this.#returnDependencies(scenario, returned);
      if (this.drops.count() < least.fewest) return false;
      confirmed = returned.length > 0 ? 0 : confirmed + 1;
    }
    return true;
  }

  #isEnough(scenario: GivenScenario, { isEnough }: Least): boolean {
    if (isEnough === undefined || scenario.variant !== 'as-given') return true;
    return isEnough(this.links.after(scenario, this.drops.dropped));
  }

  /**
   * Puts back the members that cause violations in a scenario.
   * @param isLate whether the search has taken too long: then all dropped members of the link are put back
   * @returns the members that were put back; empty if no condition is violated
   */
  #withdraw(scenario: GivenScenario, isLate: boolean): MemberId[] {
    const violations = this.links.violations(scenario, this.drops.dropped);
    const returned: MemberId[] = [];
    // Violations with a known cause come first: putting it back may resolve the others.
    const caused = violations.filter(({ blame }) => blame.length > 0);
    for (const { code, name, by, blame } of caused.length > 0 ? caused : violations) {
      const blamed = blame.length > 0 && !isLate ? blame : this.#everythingLoaded(scenario.before);
      for (const member of blamed)
        append(returned, this.drops.putBack(member, { code, name, by, linker: scenario.profile.id }));
    }
    // A violation that no dropped member explains would be found again in every round.
    if (violations.length > 0 && returned.length === 0)
      throw new Error('a plan that cannot settle: nothing is left to put back');
    return returned;
  }

  /**
   * Puts back the dependencies of members that were put back, transitively, instead of one member per simulated link.
   */
  #returnDependencies({ before, profile }: GivenScenario, returned: readonly MemberId[]): void {
    const { graph, twins } = this.links;
    this.#definers ??= definersOf(graph);
    const comparison = { graph, twins, before, dropped: this.drops.dropped };
    const queue = [...returned];
    for (let next = 0; next < queue.length; next++)
      for (const { code, name, by, blame } of lostDependencies(comparison, this.#definers, queue[next]))
        for (const member of blame)
          append(queue, this.drops.putBack(member, { code, name, by, linker: profile.id }));
  }

  /** All dropped members that the link loaded: a violation without a known cause may be due to any of them. */
  #everythingLoaded(before: Resolution): MemberId[] {
    const loaded = before.loaded.filter((member) => this.drops.has(member));
    return loaded.length > 0
      ? loaded
      : this.links.graph.inputs.members.filter(({ id }) => this.drops.has(id)).map(({ id }) => id);
  }
}
