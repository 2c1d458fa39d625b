import type { FoundAdvice } from './advice/found-advice.js';
import type { AcceptanceReason } from './assess/acceptance.js';
import type { Assessment } from './assess/assess.js';
import type { CureState } from './cure-state.js';
import type { Problems } from './problems/problems.js';
import type { UnresolvedNames } from './problems/unresolved-names.js';

/** A change that cures the command, as simulated. */
export interface Cure {
  readonly state: CureState;
  readonly assessment: Assessment;
  /** Why the user has to accept it; empty for a proved cure. */
  readonly reasons: readonly AcceptanceReason[];
}

/** The problems of a command, and its cures. */
export interface Diagnosis {
  readonly before: CureState;
  readonly problems: Problems;
  /** Names without a definition in the command as it was given, which no cure supplies. */
  readonly unresolved: UnresolvedNames;
  /** Sorted, the best first: cures that need no acceptance come first, then in the order of kinds. */
  readonly cures: readonly Cure[];
  /** Advice about causes that no cure removes. */
  readonly advice: readonly FoundAdvice[];
}
