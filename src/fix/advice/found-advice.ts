import type { NameId } from '../../symbols/names.js';
import type { CureKindId } from '../cure-kind-id.js';

/** Advice for the user: a code with a section in docs/advice.md, and the evidence. */
export interface Advice {
  readonly code: string;
  readonly text: string;
}

/** Advice as a detector finds it. */
export interface FoundAdvice extends Advice {
  /** Duplicate names that it explains, for which no more general advice is given. */
  readonly explains?: readonly NameId[];
  /** Not worth a word where a cure is proved: nothing is left to change at the source. */
  readonly isMended?: true;
  /** Kinds of cures that would link, and run wrong. */
  readonly refuses?: readonly CureKindId[];
}
