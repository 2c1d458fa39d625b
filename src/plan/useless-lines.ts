import { type Resolution, STRONGLY_REFERENCED } from '../link/resolve/resolution.js';
import { NONE } from '../symbols/table.js';
import { lastingClash } from './lasting-clashes.js';
import type { PlanOptions, TrimPlan } from './plan-trim.js';
import { isLinkedTheSame, isSearchedTheSame } from './same-search.js';
import type { GivenScenario } from './search/settled-scenarios.js';

/** Changed lines of which it is clear before a search that they let no more members go, or break the link. */
export class UselessLines {
  readonly #breaking: GivenScenario[] = [];

  constructor(
    readonly plan: TrimPlan,
    readonly options: PlanOptions,
  ) {}

  has(changed: readonly GivenScenario[]): boolean {
    const { links, scenarios } = this.plan;
    // Members that only other lines need may depend on the order of this one.
    if (this.options.shared === undefined && isSearchedTheSame(links, scenarios, changed)) return true;
    const [first] = changed;
    if (this.#breaking.some((one) => isLinkedTheSame(links, one, first))) return true;
    if (!this.#breaks(first)) return false;
    this.#breaking.push(first);
    return true;
  }

  #breaks({ line, before }: GivenScenario): boolean {
    const { scenarios, graph, twins } = this.plan;
    const given = scenarios[0].before;
    return leavesMoreOpen(given, before) || lastingClash({ graph, twins, line, before }, given) !== NONE;
  }
}

/** Whether a changed line has references without a definition that the line as given has not: no drop mends that. */
export const leavesMoreOpen = (given: Resolution, changed: Resolution): boolean =>
  changed.undefinedNames.some((name) => !isUnresolved(given, name));

const isUnresolved = ({ referenceStrength, winners }: Resolution, name: number): boolean =>
  referenceStrength[name] === STRONGLY_REFERENCED && winners[name] === NONE;
