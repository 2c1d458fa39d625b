import type { CureKindId } from './cure-kind-id.js';
import type { CureState } from './cure-state.js';
import type { Problems } from './problems/problems.js';

/**
 * A way to change a link. A kind only proposes changes. The search, which knows no kind by name, simulates whether a
 * proposal cures the link and what else it changes.
 */
export interface CureKind {
  /** Name of the kind; the kind that drops members may produce cures of several names. */
  readonly id: CureKindId;
  /** Whether its proposals are tried although advice refuses the kinds that they combine. */
  readonly overridesAdvice?: boolean;
  /**
   * Proposes changed links for a link that is not cured, the most likely cure first. Each is simulated when the
   * iterator reaches it.
   */
  propose(state: CureState, problems: Problems): Iterable<CureState>;
}
