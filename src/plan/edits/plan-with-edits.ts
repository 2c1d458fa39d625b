import { extended } from '../../bytes/lazily.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { MemberId } from '../../symbols/table.js';
import { type PlanOptions, type Prepared, planTrim, prepare, type TrimPlan } from '../plan-trim.js';
import type { EditProblem } from './edit-plan.js';
import { asksForEdits, type EditRequest } from './edit-request.js';
import type { ClashingLink } from './edited-link.js';
import { type EditPlan, type PlannedDrops, planEdits } from './plan-edits.js';

/** A plan of edits and drops. Its graph, twins and state are those of the edited inputs. */
export interface EditedPlan extends TrimPlan {
  readonly edits: EditPlan | null;
}

/** The requested edits violate a condition. */
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
 * Plans drops, then edits for the names that still clash, then drops again, since an edited member is not a copy of any
 * other; and checks the conditions of edits on the links with both.
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
  if (!asksForEdits(request)) return extended(plain, { edits: null });
  const links = clashingLinks(plain);
  let plan: TrimPlan = plain;
  const found = planEdits(prepared, links, request, plain.owners, {
    before: droppedBy(plain),
    after: (edited) => {
      plan = planTrim(edited.graph.inputs, line, options, edited);
      return plannedDrops(plan);
    },
  });
  if (found.problems.length > 0) throw new EditsRefusedError(found.problems, inputs);
  return extended(plan, { splitBefore: plain.splitBefore, edits: found });
}

/** Links of a plan, with the duplicates that its drops leave. */
export const clashingLinks = ({ scenarios }: TrimPlan): ClashingLink[] =>
  scenarios.map(({ profile, line, before, after }) => ({ profile, line, before, clashes: after.clashes }));

/** By MemberId: 1 for members that a plan drops. */
export const droppedBy = ({ verdicts }: TrimPlan): Uint8Array =>
  Uint8Array.from(verdicts, ({ kind }) => (kind === 'drop' ? 1 : 0));

/** A plan of drops for edited inputs, as the conditions of the edits need it. */
export const plannedDrops = (plan: TrimPlan): PlannedDrops => ({
  dropped: droppedBy(plan),
  clashing: clashingMembers(plan),
  simulated: plan.scenarios,
});

/** Members with duplicate definitions that a plan leaves. */
const clashingMembers = ({ scenarios, graph }: TrimPlan): Set<MemberId> =>
  new Set(
    scenarios.flatMap(({ after }) =>
      after.clashes.flatMap(({ definitions }) =>
        definitions.map((symbol) => graph.inputs.symbols.member[symbol]),
      ),
    ),
  );
