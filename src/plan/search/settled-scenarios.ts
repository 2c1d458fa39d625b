import type { Scenario } from '../scenario.js';
import type { SimulatedLinks } from '../simulated-links.js';

/** A linker and a line, with the link before any drop. */
export type GivenScenario = Omit<Scenario, 'after'>;

/**
 * The scenarios without the members that are dropped now. The search has simulated most of these links, which are kept;
 * others are simulated on first access.
 */
export function settledScenarios(
  links: SimulatedLinks,
  scenarios: readonly GivenScenario[],
  droppedNow: Uint8Array,
): Scenario[] {
  const dropped = droppedNow.slice();
  return scenarios.map((scenario) => {
    let after = links.recentAfter(scenario, dropped);
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
