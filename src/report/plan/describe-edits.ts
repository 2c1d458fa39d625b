import { cName } from '../../link/inputs/c-names.js';
import { type MemberEdit, unmarkedName } from '../../plan/edits/edit-plan.js';
import type { EditPlan } from '../../plan/edits/plan-edits.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { Scenario } from '../../plan/scenario.js';
import { refTo } from './member-ref.js';
import type { EditReport, PlanReport } from './plan-report.js';

/** The links of a plan with edits, each with the link before that has none. */
export const withoutEdits = ({ scenarios }: TrimPlan, { links }: EditPlan): Scenario[] =>
  scenarios.map((scenario, at) => {
    const own =
      links[at]?.profile === scenario.profile
        ? links[at]
        : links.find(({ profile }) => profile === scenario.profile);
    return { ...scenario, before: own?.before ?? scenario.before };
  });

export function describeEdits({
  inputs,
  edits,
  splits,
}: EditPlan): Pick<PlanReport, 'edits' | 'acceptedSplits'> {
  const { name } = inputs.symbols;
  return {
    edits: edits.map((edit) => describeEdit(inputs, edit)),
    acceptedSplits: splits.map(([copy]) => unmarkedName(cName(inputs, name[copy]))),
  };
}

function describeEdit(
  inputs: EditPlan['inputs'],
  { member, name, action, newName, evidence }: MemberEdit,
): EditReport {
  const symbol = inputs.symbols.names.text(name);
  const common = { ...refTo(inputs, member), symbol, action, newName, kind: evidence.kind };
  switch (evidence.kind) {
    case 'isolate':
      return common;
    case 'redirect':
      return { ...common, evidence: evidence.proof, provider: refTo(inputs, evidence.provider) };
    case 'yield':
      return { ...common, evidence: evidence.pattern, provider: refTo(inputs, evidence.provider) };
    case 'first-wins':
      return { ...common, provider: refTo(inputs, evidence.provider) };
  }
}
