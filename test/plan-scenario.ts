import type { Inputs } from '../src/link/inputs/inputs.js';
import type { LinkLine } from '../src/link/line/link-line.js';
import { refusalOf } from '../src/link/line/refusals.js';
import { findProfile, profilesOf } from '../src/link/linkers/find-profile.js';
import type { LinkerProfile } from '../src/link/linkers/linker-profile.js';
import { memberLabels, parseNotation } from '../src/link/notation/notation.js';
import { type PlanOptions, planTrim, type TrimPlan } from '../src/plan/plan-trim.js';
import { findRemedies } from '../src/plan/remedies.js';
import { duplicateCount } from '../src/plan/reported-clashes.js';
import type { Ownership } from '../src/plan/twins/ownership.js';
import type { Verdict } from '../src/plan/verdict.js';
import { undefinedCount } from '../src/report/plan/describe-plan.js';
import { type MemberId, NONE } from '../src/symbols/table.js';

/*
 * Plans in files: a link in the notation of src/link/notation/notation.ts, and three rows of its own.
 *
 *     provider: libs.a          as --provider, strongest first
 *     owner: tokio=libw.a       as --owner; or an object of the line
 *     linker: gnu-ld lld any    default: any, and each linker of the format that takes the line
 *
 * The answer has a section for each different plan, and says on which linkers it is that.
 */

/** A link, and what is asked of it. */
export interface PlanScenario {
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly providers: readonly number[];
  readonly ownership: readonly Ownership[];
  /** null is any linker. */
  readonly linkers: readonly (LinkerProfile | null)[];
}

const OWN_ROW = /^(provider|owner|linker):\s*(.*?)(?:\s+#.*)?$/;

/** The link alone: the text of a scenario without the rows of its own. */
export const notationOf = (text: string): string =>
  text
    .split('\n')
    .map((row) => (OWN_ROW.test(row) ? '' : row))
    .join('\n');

export function readPlanScenario(text: string): PlanScenario {
  const own = new Map<string, string[]>();
  for (const row of text.split('\n')) {
    const [, key, words] = OWN_ROW.exec(row) ?? [];
    if (key !== undefined) own.set(key, words.split(/\s+/));
  }
  const { inputs, line } = parseNotation(notationOf(text));
  const archiveOf = (path: string) => {
    const archive = inputs.archives.findIndex((known) => known.path === path);
    if (archive < 0) throw new Error(`${path} is not on the line`);
    return archive;
  };
  const providers = (own.get('provider') ?? []).map(archiveOf);
  const ownership = (own.get('owner') ?? []).map((rule) => {
    const [pattern, path] = rule.split('=');
    const object = inputs.members.findIndex(({ archive, name }) => archive === NONE && name === path);
    return object < 0 ? { pattern, archive: archiveOf(path) } : { pattern, archive: NONE, object };
  });
  const linkers = own.get('linker')?.map((name) => {
    const profile = name === 'any' ? null : findProfile(name);
    if (profile === null && name !== 'any') throw new Error(`no linker ${name}`);
    return profile;
  });
  const willing = profilesOf(inputs.format ?? 'elf').filter((profile) => refusalOf(profile, line) === null);
  return {
    inputs,
    line,
    providers,
    ownership,
    linkers: linkers ?? [null, ...willing],
  };
}

/** The plan of a scenario as text. */
export function answerOf({ inputs, line, providers, ownership, linkers }: PlanScenario): string {
  const sections = new Map<string, string[]>();
  for (const linker of linkers) {
    const options = { providers, ownership, linker };
    const answer = planAnswer(inputs, line, options, planTrim(inputs, line, options));
    sections.set(answer, [...(sections.get(answer) ?? []), linker?.id ?? 'any']);
  }
  return [...sections].map(([answer, names]) => `${names.join(', ')}:\n${answer}`).join('\n');
}

function planAnswer(inputs: Inputs, line: LinkLine, options: PlanOptions, plan: TrimPlan): string {
  const labels = memberLabels(inputs);
  const rows = plan.verdicts
    .filter(({ member }) => inputs.members[member].archive !== NONE)
    .map((verdict) => verdictRow(inputs, labels, verdict));
  const [{ before, after }] = plan.scenarios;
  const change = (what: string, one: number, two: number) =>
    one === 0 && two === 0 ? [] : [`  ${what}: ${one} before, ${two} after`];
  return [
    ...rows,
    ...change('clashes', duplicateCount(before.clashes), duplicateCount(after.clashes)),
    ...change('undefined', undefinedCount(inputs, line, before), undefinedCount(inputs, line, after)),
    ...change('split state', plan.splitBefore.length, plan.splitAfter.length),
    ...plan.shadowed.map(
      ({ name, bound, meant }) =>
        `  ${inputs.symbols.names.text(name)} of ${labels[meant]} is shadowed by that of ${labels[bound]}`,
    ),
    ...plan.otherBuilds.flatMap(({ crate, builds }) =>
      builds.map(({ build, members, users }) => {
        const list = (ids: readonly MemberId[]) => ids.map((id) => labels[id]).join(' ');
        return `  build ${build} of ${crate}: ${list(members)}; used by ${list(users) || 'no member'}`;
      }),
    ),
    ...findRemedies(inputs, plan, line, options).map(
      ({ change: what, moreDrops, movesBindings }) =>
        `  remedy ${what}: ${moreDrops} more${movesBindings ? ', moves bindings' : ''}`,
    ),
    '',
  ].join('\n');
}

function verdictRow(inputs: Inputs, labels: readonly string[], verdict: Verdict): string {
  const of = (member: MemberId) => `  ${verdict.kind} ${labels[member]}:`;
  if (verdict.kind === 'keep') return `${of(verdict.member)} ${verdict.reason}`;
  const twin = labels[verdict.twin];
  if (verdict.kind === 'drop') {
    const { evidence } = verdict;
    const proof = evidence.kind === 'same-unit' ? ` by ${evidence.proof}` : '';
    return `${of(verdict.member)} for ${twin}, ${evidence.kind}${proof}`;
  }
  const { code, name, by } = verdict.blocker;
  const symbol = name === NONE ? '' : ` ${inputs.symbols.names.text(name)}`;
  const against = by === NONE ? '' : ` by ${labels[by]}`;
  return `${of(verdict.member)} ${code}${symbol}${against}; twin ${twin}`;
}

/** Members that a plan drops, by label. */
export function droppedLabels(plan: TrimPlan): string[] {
  const labels = memberLabels(plan.graph.inputs);
  return plan.verdicts.filter(({ kind }) => kind === 'drop').map(({ member }) => labels[member]);
}
