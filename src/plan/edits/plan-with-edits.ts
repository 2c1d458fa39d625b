import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type PlanOptions, type Prepared, planTrim, prepare, type TrimPlan } from '../plan-trim.js';
import type { EditProblem } from './edit-plan.js';
import { asksForEdits, type EditPlan, type EditRequest, planEdits } from './plan-edits.js';

/** A plan of edits and drops. Its graph, twins and state are those of the edited inputs. */
export interface EditedPlan extends TrimPlan {
  readonly edits: EditPlan | null;
}

/** Edits were asked for that are not sound. */
export class EditsRefusedError extends Error {
  override readonly name = 'EditsRefusedError';

  constructor(
    readonly problems: readonly EditProblem[],
    readonly inputs: Inputs,
  ) {
    super(`edits refused: ${problems.map(({ code }) => code).join(', ')}`);
  }
}

/**
 * Plans drops, then edits for what still clashes, then drops anew: what an edit changed is a copy of nothing.
 *
 * @throws EditsRefusedError
 * @throws LineError as `planTrim`
 */
export function planWithEdits(
  inputs: Inputs,
  line: LinkLine,
  options: PlanOptions,
  request: EditRequest,
  prepared: Prepared = prepare(inputs, line),
): EditedPlan {
  const plain = planTrim(inputs, line, options, prepared);
  if (!asksForEdits(request)) return { ...plain, edits: null };
  const links = plain.scenarios.map(({ profile, line: own, before, after }) => ({
    profile,
    line: own,
    before,
    clashes: after.clashes,
  }));
  const found = planEdits(prepared, links, request, plain.owners);
  if (found.problems.length > 0) throw new EditsRefusedError(found.problems, inputs);
  if (found.edits.length === 0) return { ...plain, edits: found };
  const plan = planTrim(found.edited.graph.inputs, line, options, found.edited);
  return { ...plan, splitBefore: plain.splitBefore, edits: found };
}
