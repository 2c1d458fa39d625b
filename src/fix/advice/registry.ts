import type { Diagnosis } from '../search-cures.js';

/** What only a person can do: a code with a section in docs/advice.md, and the evidence that was found. */
export interface Advice {
  readonly code: string;
  readonly text: string;
}

export const adviceFor = (_: Diagnosis): Advice[] => [];
