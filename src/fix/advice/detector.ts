import type { AdviceContext } from './context.js';
import type { FoundAdvice } from './found-advice.js';

/** Finds one cause that only the user can remove. */
export interface AdviceDetector {
  readonly code: string;
  /** Null where the files do not show it. */
  detect(context: AdviceContext): FoundAdvice | null;
}
