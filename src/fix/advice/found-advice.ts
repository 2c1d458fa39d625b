import type { NameId } from '../../symbols/names.js';
import type { CureKindId } from '../cure-kind-id.js';

/** What only a person can do: a code with a section in docs/advice.md, and the evidence that was found. */
export interface Advice {
  readonly code: string;
  readonly text: string;
}

/** Advice as a detector finds it. */
export interface FoundAdvice extends Advice {
  /** Duplicate names that it explains: nothing more general is said of these. */
  readonly explains?: readonly NameId[];
  /** Not worth a word where a cure is proved: nothing is left to change at the source. */
  readonly isMended?: true;
  /** Kinds of cures that would link, and run wrong. */
  readonly refuses?: readonly CureKindId[];
}
