import type { Resolution } from '../link/resolve/resolution.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { NONE } from '../symbols/table.js';
import { type MemberRef, refTo } from './plan/member-ref.js';

/** A file of a link, and what extracted it. */
export interface Loaded {
  readonly file: MemberRef;
  /** Whose reference extracted it; null for a file on the line, and for what the program references. */
  readonly by: MemberRef | null;
  readonly symbol: string | null;
}

/** Extractions in the first link of a plan. */
export interface Extraction {
  readonly before: readonly Loaded[];
  readonly after: readonly Loaded[];
}

export function describeExtraction(plan: TrimPlan): Extraction {
  const { inputs } = plan.graph;
  const loadedOf = ({ loaded, extractedBy, extractedFor }: Resolution): Loaded[] =>
    loaded.map((member) => ({
      file: refTo(inputs, member),
      by: extractedBy[member] === NONE ? null : refTo(inputs, extractedBy[member]),
      symbol: extractedFor[member] === NONE ? null : inputs.symbols.names.text(extractedFor[member]),
    }));
  const [{ before, after }] = plan.scenarios;
  return { before: loadedOf(before), after: loadedOf(after) };
}
