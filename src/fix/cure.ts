import type { FoundAdvice } from './advice/found-advice.js';
import type { AcceptanceReason, Assessment } from './assess/assess.js';
import type { CureState } from './cure-state.js';
import type { Problems } from './problems/problems.js';

/** A change that cures the command, as simulated. */
export interface Cure {
  readonly state: CureState;
  readonly assessment: Assessment;
  /** Why a person has to accept it; empty for one that is proved. */
  readonly reasons: readonly AcceptanceReason[];
}

/** What is wrong with a command, and what would cure it. */
export interface Diagnosis {
  readonly before: CureState;
  readonly problems: Problems;
  /** The first is the one to take: those that need no acceptance come first, then in the order of kinds. */
  readonly cures: readonly Cure[];
  /** What the files say of causes that no cure removes. */
  readonly advice: readonly FoundAdvice[];
}
