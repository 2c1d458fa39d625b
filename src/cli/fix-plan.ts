import { rmSync } from 'node:fs';
import { requireOwnPlace, requireReplaceable } from '../emit/input-files.js';
import { recordInputs } from '../emit/input-records.js';
import { writeTextWhole } from '../emit/write-file.js';
import type { Output } from '../emit/write-trimmed.js';
import type { AppliedCure } from '../fix/apply/apply-cure.js';
import { reopenedLink } from '../fix/apply/reopened.js';
import type { AskedCommand } from '../fix/command/ask-command.js';
import { droppedMembers, type LinkState } from '../fix/cure-state.js';
import { openLines } from '../link/line/open-lines.js';
import { resolve } from '../link/resolve/resolve.js';
import { planTrim, type TrimPlan } from '../plan/plan-trim.js';
import type { Ownership } from '../plan/twins/ownership.js';
import type { Verdict } from '../plan/verdict.js';
import { describePlan } from '../report/plan/describe-plan.js';
import { planJson } from '../report/plan/plan-report.js';

/** Saves what a cure drops as a plan, for `ardedup verify` and `ardedup apply`. */
export function saveFixPlan(path: string, applied: AppliedCure, asked: AskedCommand): void {
  const { state } = applied.cure;
  requirePlanPlace(path, applied, asked);
  if (state.changes.length === 0) {
    saveLinks(path, applied, asked, state.links);
    return;
  }
  // `verify` reads the changed command, and numbers the archives as that one names them.
  const changed = openLines(state.words, asked.opening);
  try {
    const links = state.links.map((link, at) => reopenedLink(link, changed.lines[at]));
    const outputs = applied.outputs.map((own, at) => renumbered(own, state.links[at], links[at]));
    saveLinks(path, { ...applied, outputs }, asked, links);
  } finally {
    changed.close();
  }
}

/** @throws OutputError when the path is that of a file that the command reads, or of a changed archive */
function requirePlanPlace(
  path: string,
  { cure, outputs }: AppliedCure,
  { responseFiles }: AskedCommand,
): void {
  try {
    for (const { subject } of cure.state.links) {
      const { inputs, paths } = subject.opened;
      requireReplaceable([{ graph: { inputs } }], path, [...paths, ...responseFiles]);
    }
    requireOwnPlace(outputs.flat(), path, 'the plan');
  } catch (error) {
    for (const output of outputs.flat()) rmSync(output.path, { force: true });
    throw error;
  }
}

/** Outputs by the archives of a link that was opened again. */
function renumbered(outputs: readonly Output[], from: LinkState, to: LinkState): Output[] {
  const [old, now] = [from, to].map(({ subject }) => subject.opened.inputs.archives);
  const idOf = new Map(now.map(({ id, path }) => [path, id]));
  return outputs.map((output) => ({
    ...output,
    archive: idOf.get(old[output.archive].path) ?? output.archive,
  }));
}

function saveLinks(
  path: string,
  { cure: { state }, command, outputs }: AppliedCure,
  { launcher, opening }: AskedCommand,
  links: readonly LinkState[],
): void {
  const inputRecords = recordInputs(links.map(({ subject }) => subject.opened));
  const reports = links.map((link, at) => {
    const ownership = ownershipOf(link);
    return describePlan(
      { ...planOf(link, ownership), edits: planEdits(link) },
      {
        architecture: link.subject.opened.architecture,
        launcher,
        program: opening.program ?? null,
        libraryFolders: opening.libraryFolders ?? null,
        handed: opening.handed ?? null,
        words: state.words,
        rewrittenWords: command.slice(1),
        inputRecords,
        linker: link.subject.linkers.length === 1 ? link.subject.linkers[0].id : 'any',
        providers: [],
        ownership,
        skipped: link.subject.opened.skipped,
        outputs: outputs[at] ?? [],
        remedies: [],
      },
    );
  });
  writeTextWhole(path, planJson(reports));
}

const planEdits = ({ edits }: LinkState) => (edits === null ? null : { ...edits, skipped: [] });

/** Ownership rules of the plan: one archive owns all its definitions. */
function ownershipOf({ subject, drops }: LinkState): Ownership[] {
  const { members } = subject.opened.inputs;
  const declared = drops.filter(({ evidence }) => evidence.kind === 'declared');
  return [...new Set(declared.map(({ twin }) => members[twin].archive))].map((archive) => ({
    pattern: '*',
    archive,
  }));
}

/** A plan of the changed line that drops what the cure does, and no more. */
function planOf({ subject, line, drops }: LinkState, ownership: readonly Ownership[]): TrimPlan {
  const { opened, prepared, linkers } = subject;
  const options = { providers: [], ownership, linker: linkers.length === 1 ? linkers[0] : null };
  const plan = planTrim(opened.inputs, line, options, prepared);
  const dropOf = new Map(drops.map((one) => [one.member, one]));
  const dropped = droppedMembers(opened.inputs.members.length, drops);
  return {
    ...plan,
    verdicts: plan.verdicts.map((verdict): Verdict => {
      const own = dropOf.get(verdict.member);
      if (own !== undefined) return { kind: 'drop', ...own };
      return verdict.kind === 'drop' ? { kind: 'keep', member: verdict.member, reason: 'owner' } : verdict;
    }),
    scenarios: plan.scenarios.map((scenario) => ({
      ...scenario,
      after: resolve(plan.graph, scenario.line, scenario.profile, dropped),
    })),
  };
}
