import type { CureKindId } from './cure-kind-id.js';
import type { CureState } from './cure-state.js';
import type { Problems } from './problems/problems.js';

/**
 * A way to change a link. A kind proposes; whether a proposal cures anything, and what else it changes, is simulated by
 * the search, which knows no kind by name.
 */
export interface CureKind {
  /** What the kind is called; a kind that drops members may come out as one of several. */
  readonly id: CureKindId;
  /**
   * Links that this kind leads to from one that is not cured: the likeliest first. Each is simulated when it is asked
   * for.
   */
  propose(state: CureState, problems: Problems): Iterable<CureState>;
}
