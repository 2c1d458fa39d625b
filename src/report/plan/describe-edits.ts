import { cName } from '../../link/inputs/c-names.js';
import { type MemberEdit, unmarkedName } from '../../plan/edits/edit-plan.js';
import { haveEqualContent } from '../../plan/edits/kinds/equal-definitions.js';
import { definitionOf } from '../../plan/edits/member-conditions.js';
import { mixedUses } from '../../plan/edits/mixed-uses.js';
import type { EditPlan } from '../../plan/edits/plan-edits.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import type { Scenario } from '../../plan/scenario.js';
import { NONE } from '../../symbols/table.js';
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
  reordered,
  added,
  images,
  original,
  links,
}: EditPlan): Pick<PlanReport, 'edits' | 'acceptedSplits' | 'reordered' | 'addedEffects' | 'mixedUses'> {
  const { name } = inputs.symbols;
  const mixed = links.length === 0 ? [] : mixedUses(original.graph, links[0].after, edits);
  return {
    edits: edits.map((edit) => ({ ...describeEdit(inputs, edit), ...difference(original, images, edit) })),
    acceptedSplits: splits.map(([copy]) => unmarkedName(cName(inputs, name[copy]))),
    ...(reordered.length === 0 ? {} : { reordered: filesOf(inputs, reordered) }),
    ...(added.length === 0 ? {} : { addedEffects: filesOf(inputs, added) }),
    ...(mixed.length === 0
      ? {}
      : {
          mixedUses: mixed.map(({ user, archive, name: id }) => ({
            user: refTo(inputs, user),
            archive,
            symbol: inputs.symbols.names.text(id),
          })),
        }),
  };
}

/** Each file once, as messages name it. */
const filesOf = ({ members }: EditPlan['inputs'], found: EditPlan['reordered']): string[] => [
  ...new Set(found.flatMap(({ member }) => (member === NONE ? [] : [members[member].source.label]))),
];

/** Whether the replacement that the user accepted has the same code or data. */
function difference(
  original: EditPlan['original'],
  images: EditPlan['images'],
  { member, name, evidence }: MemberEdit,
): Pick<EditReport, 'differs'> {
  if (evidence.kind !== 'yield' && evidence.kind !== 'first-wins') return {};
  const [given, kept] = [member, evidence.provider].map((file) => definitionOf(original, file, name));
  const isEqual =
    given !== NONE && kept !== NONE && haveEqualContent(original.graph.inputs, images, given, kept);
  return isEqual ? {} : { differs: true };
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
