import { type SchemaError, validate } from 'virtual:plan-schema';
import type { Decisions } from '../emit/archive-files.js';
import type { Inputs } from '../link/inputs/inputs.js';
import { fileError, InputError } from '../link/inputs/open-files.js';
import { readWhole } from '../link/inputs/read-text.js';
import { openLines } from '../link/line/open-lines.js';
import type { OpenedLine, OpenedLines } from '../link/line/opened-line.js';
import { findProfile } from '../link/linkers/find-profile.js';
import type { EditEvidence, MemberEdit } from '../plan/edits/edit-plan.js';
import { editedInputs, editsByMember } from '../plan/edits/edited-inputs.js';
import type { EditReport, MemberRef, PlanReport, PlansReport } from '../report/plan/plan-report.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { UsageError } from './options/usage-error.js';

/**
 * The plans of a file: one for each architecture of its line. @throws InputError for a file that is not a plan, or
 * lacks required fields
 */
export function readPlans(path: string): readonly PlanReport[] {
  let text: string;
  try {
    text = readWhole(path).toString('utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  const plans = plansIn(path, text);
  if (plans === null) throw new InputError(`${path}: expected a plan that --plan saved, version 1`);
  const damage = plans.map(damageOf).find((found) => found !== undefined);
  if (damage !== undefined) throw new InputError(`${path}: a damaged plan: ${damage}`);
  return plans;
}

function plansIn(path: string, text: string): readonly PlanReport[] | null {
  const saved = parsedAs<PlanReport | PlansReport>(path, text);
  if (saved === null || typeof saved !== 'object') return null;
  const plans = saved.format === 'ardedup-plans' ? saved.plans : [saved];
  const isKnown =
    Array.isArray(plans) && plans.length > 0 && plans.every((plan) => plan?.format === 'ardedup-plan');
  return isKnown && [saved, ...plans].every(({ formatVersion }) => formatVersion === 1) ? plans : null;
}

/** @throws InputError for text that is not JSON */
function parsedAs<Saved>(path: string, text: string): Saved | null {
  try {
    return JSON.parse(text) as Saved | null;
  } catch {
    const isObject = text.trimStart().startsWith('{');
    throw new InputError(
      `${path}: not a plan: ${isObject ? 'its JSON is cut off or damaged' : 'the file is not JSON'}`,
    );
  }
}

/** Opens the line of saved plans, one for each architecture, as it was read for them. @throws as `openLines` */
export function openAgain(plans: readonly PlanReport[]): OpenedLines {
  const [{ line, program = null, libraryFolders = null, handed = null }] = plans;
  const architectures = plans.flatMap(({ architecture }) => architecture ?? []);
  return openLines(line, { architectures, program, libraryFolders, handed });
}

/** The first field that violates schema/plan-v1.schema.json, with a description; undefined for a valid plan. */
function damageOf(plan: PlanReport): string | undefined {
  if (validate(plan)) return undefined;
  const [{ instancePath, params }] = validate.errors as readonly SchemaError[];
  const { missingProperty, additionalProperty } = params;
  const field = fieldAt(instancePath, missingProperty ?? additionalProperty);
  if (missingProperty !== undefined) return `'${field}' is missing`;
  return additionalProperty === undefined ? `'${field}' has an unexpected value` : `a plan has no '${field}'`;
}

/** `members[3].name` of `/members/3` and `name`. */
function fieldAt(pointer: string, last?: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...steps, ...(last === undefined ? [] : [last])]
    .map((step, at) => (/^\d+$/.test(step) ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

/**
 * The ordinals of the members that a plan drops, by ArchiveId.
 * @throws InputError for a plan with archives or members that its inputs do not have
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
    throw new InputError(
      `${path}: a damaged plan: the number of members that an archive drops does not match`,
    );
  return dropped;
}

export const stalePlan = (path: string): InputError =>
  new InputError(`${path}: does not match its input archives; run ardedup trim --plan again`);

/**
 * The edits of a plan over the inputs that it was made from.
 * @throws InputError for a plan with members or symbols that its inputs do not have
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
  const isContent = evidence === 'identical-bytes' || evidence === 'same-image';
  return { kind, proof: isContent ? evidence : 'module-hash', provider: file };
}

/** @throws InputError for a plan with archives or members that its inputs do not have */
export function decisionsOf({ inputs }: OpenedLine, plan: PlanReport, path: string): Decisions {
  const dropped = droppedMembers(inputs, plan, path);
  const verdicts = inputs.members.map(() => ({ kind: 'keep' }));
  inputs.archives.forEach(({ firstMember }, archive) => {
    for (const ordinal of dropped[archive]) verdicts[firstMember + ordinal] = { kind: 'drop' };
  });
  const scenarios = plan.links.map(({ linker }) => {
    const profile = findProfile(linker);
    if (!profile) throw new UsageError(`${path}: unknown linker ${linker}`);
    return { profile };
  });
  const edits = editsOf(inputs, plan, path);
  if (edits.length === 0) return { graph: { inputs }, verdicts, scenarios };
  const byMember = editsByMember(edits);
  return { graph: { inputs: editedInputs(inputs, edits) }, verdicts, scenarios, edits: { inputs, byMember } };
}
