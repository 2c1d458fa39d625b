import type { Inputs } from '../link/inputs/inputs.js';
import { InputError, reasonOf } from '../link/inputs/open-files.js';
import { readWhole } from '../link/inputs/read-text.js';
import type { EditEvidence, MemberEdit } from '../plan/edits/edit-plan.js';
import type { EditReport, MemberRef, PlanReport, PlansReport } from '../report/plan/plan-report.js';
import { type MemberId, NONE } from '../symbols/table.js';
import {
  firstWrong,
  isFlag,
  isNothing,
  isOneOf,
  isRow,
  isText,
  listOf,
  or,
  type Shape,
  shaped,
} from '../wrap/shape.js';

/**
 * The plans of a file: one for each architecture of its line.
 * @throws InputError for what is no plan, or lacks what is needed to follow it
 */
export function readPlans(path: string): readonly PlanReport[] {
  let text: string;
  try {
    text = readWhole(path).toString('utf8');
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  const plans = plansIn(text);
  if (plans === null) throw new InputError(`${path}: not a plan of 'ardedup trim --plan', version 1`);
  const damage = plans.map(damageOf).find((found) => found !== undefined);
  if (damage !== undefined)
    throw new InputError(`${path}: a damaged plan: '${damage}' is missing or not what it must be`);
  return plans;
}

function plansIn(text: string): readonly PlanReport[] | null {
  try {
    const saved = JSON.parse(text) as PlanReport | PlansReport;
    const plans = saved.format === 'ardedup-plans' ? saved.plans : [saved];
    const isKnown = plans.length > 0 && plans.every(({ format }) => format === 'ardedup-plan');
    return isKnown && [saved, ...plans].every(({ formatVersion }) => formatVersion === 1) ? plans : null;
  } catch {
    // What is no JSON is no plan.
    return null;
  }
}

/** What those who follow a plan take from it. The whole of it is in schema/plan-v1.schema.json. */
const PLAN: Shape = {
  architecture: or(isNothing, isText),
  program: or(isNothing, isText),
  libraryFolders: or(isNothing, listOf(isText)),
  handed: or(isNothing, shaped({ program: isText, words: listOf(isText), given: listOf(isText) })),
  openWorld: isFlag,
  line: listOf(isText),
  rewrittenLine: or(isNothing, listOf(isText)),
  inputs: or(isNothing, listOf(shaped({ path: isText, size: isRow, sha256: isText }))),
  providers: listOf(isText),
  owners: listOf(isText),
  archives: listOf(
    shaped({
      path: isText,
      members: isRow,
      dropped: isRow,
      duplicatesBefore: isRow,
      duplicatesAfter: isRow,
      output: or(isNothing, isText),
    }),
  ),
  members: listOf(
    shaped({
      archive: isRow,
      ordinal: isRow,
      name: isText,
      origin: or(isNothing, shaped({ crate: isText })),
      decision: isOneOf('drop', 'keep', 'blocked'),
      reason: or(isNothing, isText),
      twin: or(isNothing, shaped({ archive: isRow, ordinal: isRow })),
    }),
  ),
  edits: or(
    isNothing,
    listOf(
      shaped({
        archive: isRow,
        ordinal: isRow,
        symbol: isText,
        action: isOneOf('hide-and-rename', 'undefine', 'weaken'),
        newName: isText,
        kind: isOneOf('redirect', 'yield', 'isolate', 'first-wins'),
        evidence: or(isNothing, isText),
        provider: or(isNothing, shaped({ archive: isRow, ordinal: isRow, name: isText })),
      }),
    ),
  ),
  acceptedSplits: or(isNothing, listOf(isText)),
  links: listOf(shaped({ linker: isText, line: isText })),
};

/** The first field that is not as it must be. */
const damageOf = (plan: PlanReport): string | undefined => firstWrong(plan, PLAN);

/**
 * The ordinals of the members that a plan drops, by ArchiveId.
 * @throws InputError for a plan that speaks of other archives or members than its inputs have
 */
export function droppedMembers({ archives }: Inputs, plan: PlanReport, path: string): Set<number>[] {
  const areSame =
    archives.length === plan.archives.length &&
    plan.archives.every(
      (one, at) => archives[at].path === one.path && archives[at].stored.members.length === one.members,
    );
  const isThere = ({ archive, ordinal, decision }: PlanReport['members'][number]): boolean =>
    archive === NONE ? decision !== 'drop' : archives[archive]?.stored.members[ordinal]?.ordinal === ordinal;
  const areThere =
    plan.owners.every((owner) => plan.archives.some(({ path }) => path === owner)) &&
    plan.members.every(isThere);
  if (!areSame || !areThere) throw stalePlan(path);
  const dropped = archives.map(
    ({ id }) =>
      new Set(
        plan.members
          .filter(({ archive, decision }) => archive === id && decision === 'drop')
          .map(({ ordinal }) => ordinal),
      ),
  );
  if (dropped.some(({ size }, at) => size !== plan.archives[at].dropped))
    throw new InputError(`${path}: a damaged plan: an archive drops more or fewer members than it says`);
  return dropped;
}

export const stalePlan = (path: string): InputError =>
  new InputError(
    `${path}: speaks of other archives or members than the files have that it names: plan anew with trim`,
  );

/**
 * The edits of a plan over the inputs that it was made from.
 * @throws InputError for a plan that speaks of other members or symbols than its inputs have
 */
export function editsOf(inputs: Inputs, { edits = [] }: PlanReport, path: string): MemberEdit[] {
  const memberOf = ({ archive, ordinal, name }: MemberRef): MemberId => {
    const member =
      archive === NONE
        ? inputs.members.find((one) => one.archive === NONE && one.name === name)?.id
        : inputs.archives[archive]?.stored.members[ordinal] && inputs.archives[archive].firstMember + ordinal;
    if (member === undefined) throw stalePlan(path);
    return member;
  };
  return edits.map((edit) => {
    const member = memberOf(edit);
    const name = inputs.symbols.names.find(edit.symbol);
    if (edit.archive === NONE || name === NONE) throw stalePlan(path);
    const { action, newName } = edit;
    return { member, name, action, newName, evidence: evidenceOf(edit, memberOf, path) };
  });
}

function evidenceOf(
  { archive, kind, evidence, provider }: EditReport,
  memberOf: (ref: MemberRef) => MemberId,
  path: string,
): EditEvidence {
  if (kind === 'isolate') return { kind, archive };
  if (provider === undefined) throw stalePlan(path);
  const file = memberOf(provider);
  if (kind === 'yield') return { kind, pattern: evidence ?? '', provider: file };
  if (kind === 'first-wins') return { kind, provider: file };
  return { kind, proof: evidence === 'identical-bytes' ? evidence : 'module-hash', provider: file };
}
