import type { Inputs } from '../link/inputs/inputs.js';
import { InputError, reasonOf } from '../link/inputs/open-files.js';
import { readWhole } from '../link/inputs/read-text.js';
import type { PlanReport, PlansReport } from '../report/plan/plan-report.js';
import { NONE } from '../symbols/table.js';
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
