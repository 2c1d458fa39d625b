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
  /** Omitted if a cure is proved: then nothing has to be changed at the source. */
  readonly isMended?: true;
  /** Kinds of cures whose program would link and misbehave. */
  readonly refuses?: readonly CureKindId[];
}
