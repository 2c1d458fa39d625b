import { join } from 'node:path';
import { rewrittenLine } from '../../src/emit/rewritten-line.js';
import { writeTrimmed } from '../../src/emit/write-trimmed.js';
import { LineError } from '../../src/link/command/line-error.js';
import { openLines } from '../../src/link/line/open-lines.js';
import type { OpenedLine } from '../../src/link/line/opened-line.js';
import { findProfile } from '../../src/link/linkers/find-profile.js';
import type { MemberEdit } from '../../src/plan/edits/edit-plan.js';
import {
  droppedBy,
  type EditedPlan,
  EditsRefusedError,
  planWithEdits,
} from '../../src/plan/edits/plan-with-edits.js';
import { prepare } from '../../src/plan/plan-trim.js';
import { verifyEmitted } from '../../src/plan/verify/verify.js';
import { isDefined } from '../../src/symbols/flags.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';
import { type Circumstances, differences, type Observation } from './observation.js';
import { linkersFor, prepareProgram, type Trial, type Trying } from './prepare-program.js';
import { type Program, type ProgramEdits, type ProgramMember, SAME_IMAGE } from './program.js';
import { isOnLine, requestOf } from './program-edits.js';
import { weakenedLine } from './weakened-line.js';

/*
 * Properties that an edited program must have in common with the program as given, whose duplicates the linker allows:
 *
 * - It links without that option, unless the plan says that duplicates remain.
 * - It exports the same, has the same sections, and ends alike.
 * - It prints the same. First-wins leaves all bindings as they are, and so do edits among definitions of equal content
 *   as long as the user accepts no split: what they bind to other copies is code without state, or a state that has one
 *   used copy. A unit that is in two copies still runs its constructors twice.
 * - Where a definition of other content serves, or a split is accepted, functions may return other values, and the
 *   program prints the same rows with other values.
 * - Where a name yields or is redirected, the owner's member may be loaded that was not: its other names are new in the
 *   output. So may any member be where an archive keeps its own definition for itself.
 * - A Mach-O program exports all its symbols, and no file links with it: it may lack those that an isolation hides, or
 *   of members that no reference loads any more.
 * - Where the plan lists files that come in another order, its rows do, too.
 * - Where the plan lists files whose constructors or entries are new, the program may print rows of these as well.
 * - Beside drops, what holds for drops alone: the second copy of a unit may be gone. It is gone as well where no
 *   reference loads it any more, since all its names yield.
 */

/** Links a program as given and with edited archives, and compares what can be observed. */
export async function tryEdits(
  program: Program,
  edits: readonly ProgramEdits[],
  trying: Trying,
): Promise<Trial> {
  const prepared = await prepareProgram(program, trying);
  if ('reason' in prepared) return { ...NOTHING, outcome: 'refused', reason: prepared.reason };
  const { opened, words } = prepared;
  try {
    const planned = planFirst(program, edits, opened, trying.format.weaken !== null);
    if (!('plan' in planned)) return { ...NOTHING, ...planned };
    const { plan, request } = planned;
    const outputs = writeTrimmed(plan, { kind: 'folder', path: join(trying.folder, 'trimmed') });
    const trimmed = rewrittenLine(opened, outputs);
    const tried = { ...program, edits: [request] };
    const problems = verifyPlan(tried, plan, opened, trimmed);
    const compared = await compareEdited(tried, plan, trying, words, trimmed);
    return withProblems(compared, problems, plan);
  } finally {
    opened.close();
  }
}

const NOTHING = { drops: 0, compared: 0, differences: [] };

function withProblems(
  { outcome, compared, differences: found, reason }: Compared,
  problems: readonly string[],
  plan: EditedPlan,
): Trial {
  const drops = droppedBy(plan).reduce((sum, one) => sum + one, 0);
  const all = [...problems.map((problem) => `verify: ${problem}`), ...found];
  const edits = plan.edits?.edits.length ?? 0;
  return {
    outcome: all.length > 0 ? 'different' : outcome,
    ...{ drops, edits, compared, differences: all, reason: reason ?? '' },
    kinds: [...new Set(plan.edits?.edits.map(({ evidence }) => evidence.kind))],
  };
}

type Planned =
  | { readonly plan: EditedPlan; readonly request: ProgramEdits }
  | { readonly outcome: 'kept' | 'refused'; readonly reason?: string };

/** The plan for the first request that leads to edits. @param isStrict duplicates that are left cannot be linked */
function planFirst(
  program: Program,
  edits: readonly ProgramEdits[],
  { inputs, line }: OpenedLine,
  isStrict: boolean,
): Planned {
  const providers = inputs.archives
    .filter(({ path }) => program.providers.some((name) => path.endsWith(`/${name}`)))
    .map(({ id }) => id);
  const linker = program.linker === null ? null : findProfile(program.linker);
  const prepared = prepare(inputs, line);
  const codes = new Set<string>();
  for (const request of edits) {
    if (!isOnLine(request, program)) continue;
    try {
      const asked = requestOf(request, inputs);
      const plan = planWithEdits(inputs, line, { providers, linker }, asked, prepared);
      const links = plan.edits?.links ?? [];
      if (isStrict && links.some(({ after }) => after.clashes.length > 0)) codes.add('duplicates are left');
      else if ((plan.edits?.edits.length ?? 0) > 0) return { plan, request };
    } catch (error) {
      if (error instanceof LineError) return { outcome: 'refused', reason: error.message };
      if (!(error instanceof EditsRefusedError)) throw error;
      for (const { code } of error.problems) codes.add(code);
    }
  }
  return codes.size === 0 ? { outcome: 'kept' } : { outcome: 'refused', reason: [...codes].join(', ') };
}

/** Findings of `verify` in the written archives. */
function verifyPlan(
  { linker, edits = [] }: Program,
  plan: EditedPlan,
  before: OpenedLine,
  trimmed: readonly string[],
): string[] {
  const after = openLines(trimmed, { program: linker }).lines[0];
  try {
    const dropped = droppedBy(plan);
    const droppedOf = before.inputs.archives.map(
      ({ firstMember, stored }) =>
        new Set(
          stored.members
            .filter(({ ordinal }) => dropped[firstMember + ordinal] === 1)
            .map(({ ordinal }) => ordinal),
        ),
    );
    const changes = { edits: plan.edits?.edits ?? [], accepts: () => edits[0].acceptsSplits };
    const links = plan.scenarios.map(({ profile }) => ({
      profile,
      prepareLine: (_: unknown, line: OpenedLine['line']) => line,
    }));
    return verifyEmitted({ before, after, dropped: droppedOf, edits: changes }, links).map(
      ({ where, problem }) => `${where}: ${problem}`,
    );
  } finally {
    after.close();
  }
}

type Compared = Pick<Trial, 'outcome' | 'compared' | 'differences' | 'reason'>;

async function compareEdited(
  program: Program,
  plan: EditedPlan,
  { format, folder, atMost }: Trying,
  words: readonly string[],
  trimmed: readonly string[],
): Promise<Compared> {
  const found: string[] = [];
  let compared = 0;
  let reason = '';
  for (const linker of linkersFor(program, format, atMost)) {
    const link = linkOf(plan, linker);
    const output = (name: string) => join(folder, `${name}.${linker}`);
    const hadClashes = link.before.clashes.length > 0;
    const given = hadClashes
      ? await weakenedLine(program, { format, folder }, words, {
          inputs: plan.edits!.inputs,
          resolution: link.before,
        })
      : words;
    const before = await format.link(linker, given, output('given'), folder, hadClashes);
    if (before.output === null) {
      reason = `${linker}: ${before.messages}`;
      continue;
    }
    const hasClashes = link.after.clashes.length > 0;
    const after = await format.link(linker, trimmed, output('trimmed'), folder, hasClashes);
    compared++;
    if (after.output === null) {
      found.push(`${linker}: the edited line does not link: ${after.messages.trim().split('\n')[0]}`);
      continue;
    }
    const expected = expectationOf(program, plan, linker);
    const [one, two] = [
      await format.observe(program, linker, before.output, expected.circumstances),
      await format.observe(program, linker, after.output, expected.circumstances),
    ].map((seen) => observable(seen, plan, expected));
    const known = withoutAdded(one, withoutNewcomers(one, two, namesOfNewcomers(plan, link)), plan);
    found.push(
      ...differences(withoutGone(program, one, known, expected.hasValues), known).map(
        (difference) => `${linker}: ${difference}`,
      ),
    );
  }
  if (compared === 0) return { outcome: 'refused', compared, differences: [], reason };
  return { outcome: found.length > 0 ? 'different' : 'same', compared, differences: found };
}

function linkOf({ edits }: EditedPlan, linker: string) {
  const links = edits?.links ?? [];
  const profile = findProfile(linker)?.id;
  return links.find(({ profile: { id } }) => id === profile) ?? links[0];
}

interface Expectation {
  readonly circumstances: Circumstances;
  /** Whether what the program prints has the same values. */
  readonly hasValues: boolean;
  /** Whether logs have the same entries: a log is a global, of which the user may accept two copies. */
  readonly hasLogs: boolean;
}

/** Derived from the variants that the program was made of, and not from what the planner found of their content. */
function expectationOf(program: Program, plan: EditedPlan, linker: string): Expectation {
  const variantOf = variantReader(program, plan);
  const { before, after } = linkOf(plan, linker);
  const loaded = before.loaded.flatMap((member) => variantOf(member)?.unit ?? []);
  const edits = plan.edits?.edits ?? [];
  const isChanged =
    droppedBy(plan).includes(1) ||
    edits.some(({ evidence }) => evidence.kind === 'redirect') ||
    before.loaded.some((member) => !after.isLoaded[member]);
  const hasCopies = isChanged && new Set(loaded).size < loaded.length;
  const isRewritten = program.archives.some(({ members }) =>
    members.some(({ variant }) => !SAME_IMAGE.includes(variant)),
  );
  const isRedirect = edits.every(({ evidence }) => evidence.kind === 'redirect');
  const mayPrintOther =
    (!program.keepsValues && bindsOtherContent(plan, linker, variantOf)) ||
    isSplitAccepted(program, plan) ||
    changesEffects(plan);
  const circumstances = {
    // Rows that a new copy of other content adds may have the same text as those of the first.
    hasCopies: hasCopies || addsEffects(plan),
    isRewritten: hasCopies && isRewritten && !program.keepsValues && !(program.isProved && isRedirect),
  };
  return { circumstances, hasValues: !mayPrintOther, hasLogs: !isSplitAccepted(program, plan) };
}

const addsEffects = ({ edits }: EditedPlan): boolean => (edits?.added.length ?? 0) > 0;

const changesEffects = (plan: EditedPlan): boolean =>
  addsEffects(plan) || (plan.edits?.reordered.length ?? 0) > 0;

const isSplitAccepted = ({ edits = [] }: Program, { edits: plan }: EditedPlan): boolean =>
  edits[0].acceptsSplits && (plan?.splits.length ?? 0) > 0;

type ReadVariant = (member: MemberId) => ProgramMember | undefined;

/** The part of the program that a file of the link was made of. */
function variantReader(program: Program, { edits }: EditedPlan): ReadVariant {
  const inputs = edits?.inputs;
  return (member) => {
    const { archive, ordinal, name } = inputs!.members[member];
    if (archive === NONE) return program.objects[Number(/object(\d)\.o$/.exec(name)?.[1] ?? -1)];
    const file = inputs!.archives[archive].path.split('/').at(-1);
    return program.archives.find((one) => one.name === file)?.members[ordinal];
  };
}

/** Whether an edit may bind a reference to a definition of other content than before. */
function bindsOtherContent(plan: EditedPlan, linker: string, variantOf: ReadVariant): boolean {
  const { before } = linkOf(plan, linker);
  const { symbols } = plan.edits!.inputs;
  const isMoved = ({ member, name, evidence }: MemberEdit): boolean => {
    if (evidence.kind === 'first-wins' || evidence.kind === 'redirect') return false;
    const bound = before.winners[name];
    // The owner's definition already served.
    return evidence.kind === 'isolate' || bound === NONE || symbols.member[bound] !== evidence.provider
      ? !hasOneContent(plan, name, variantOf)
      : member === NONE;
  };
  return plan.edits!.edits.some(isMoved);
}

/** Whether all definitions of a name are of one unit, in variants of one image. */
function hasOneContent({ edits }: EditedPlan, name: number, variantOf: ReadVariant): boolean {
  const { flags, name: nameOf, member } = edits!.inputs.symbols;
  const units = new Set<number>();
  for (let symbol = 0; symbol < flags.length; symbol++) {
    if (nameOf[symbol] !== name || !isDefined(flags[symbol])) continue;
    const made = variantOf(member[symbol]);
    if (made === undefined || !SAME_IMAGE.includes(made.variant)) return false;
    units.add(made.unit);
  }
  return units.size <= 1;
}

/** Names of the members that only the edited link loads, after an edit that the user decided. */
function namesOfNewcomers(
  { edits, graph }: EditedPlan,
  { before, after }: ReturnType<typeof linkOf>,
): ReadonlySet<string> {
  const { name, firstSymbol, names } = graph.inputs.symbols;
  const owners = new Set(
    edits!.edits.flatMap(({ evidence }) => (evidence.kind === 'isolate' ? [] : [evidence.provider])),
  );
  const isIsolated = edits!.edits.some(({ evidence }) => evidence.kind === 'isolate');
  // An isolated archive loads a member for a name that another one defined, a reference from outside one of those.
  const mayBeNew = (member: MemberId) => owners.has(member) || isIsolated;
  const loaded = after.loaded.filter((member) => before.isLoaded[member] === 0 && mayBeNew(member));
  return new Set(
    loaded.flatMap((member) =>
      [...name.subarray(firstSymbol[member], firstSymbol[member + 1])].map((one) => names.text(one)),
    ),
  );
}

/** An observation without symbols that are new, and that these members have. */
function withoutNewcomers(
  given: Observation,
  seen: Observation,
  newcomers: ReadonlySet<string>,
): Observation {
  const nameOf = (row: string): string => row.split(/: |@/)[0];
  const found = new Map(seen);
  for (const title of ['symbols', 'dynamic symbols', 'exports']) {
    const old = new Set(given.get(title)?.map(nameOf));
    const rows = seen.get(title);
    if (rows)
      found.set(
        title,
        rows.filter((row) => old.has(nameOf(row)) || !newcomers.has(nameOf(row))),
      );
  }
  return found;
}

/** An observation without what may be gone: exports of a Mach-O program, and references of code that others replace. */
function withoutGone(
  { world, output }: Program,
  given: Observation,
  seen: Observation,
  hasValues: boolean,
): Observation {
  const isImplicit = world.format === 'macho' && output.startsWith('program');
  const mayBeGone = (title: string, row: string): boolean =>
    (isImplicit && title === 'exports') ||
    (!hasValues && title === 'symbols' && row.includes(': undefined '));
  return new Map(
    [...given].map(([title, rows]) => {
      const left = new Set(seen.get(title));
      return [title, rows.filter((row) => left.has(row) || !mayBeGone(title, row))];
    }),
  );
}

/** Rows that constructors, destructors and entries of registries print. */
const EFFECT_ROW = /^[-+=]/;

/** An observation without what new constructors and entries add: their rows, and the sections that they are in. */
function withoutAdded(given: Observation, seen: Observation, plan: EditedPlan): Observation {
  if (!addsEffects(plan)) return seen;
  const found = new Map(seen);
  const remove = (title: string, isEffect: (row: string) => boolean) => {
    const old = new Set(given.get(title));
    const rows = seen.get(title);
    if (rows)
      found.set(
        title,
        rows.filter((row) => old.has(row) || !isEffect(row)),
      );
  };
  remove('sections', () => true);
  remove('output', (row) => EFFECT_ROW.test(row));
  return found;
}

/** The part that must be the same: of a relocatable output not the rows of edited symbols. */
function observable(
  seen: Observation,
  { edits }: EditedPlan,
  { hasValues, hasLogs }: Expectation,
): Observation {
  const { names } = edits!.inputs.symbols;
  const edited = new Set(edits!.edits.flatMap(({ name, newName }) => [names.text(name), newName]));
  const found = new Map(seen);
  const symbols = seen.get('symbols');
  if (symbols)
    found.set(
      'symbols',
      symbols.filter((row) => !edited.has(row.split(': ')[0])),
    );
  const output = seen.get('output');
  if (output && !hasValues)
    found.set(
      'output',
      output.filter((row) => hasLogs || !row.startsWith('=log.')).map((row) => row.split(' ')[0]),
    );
  if (edits!.reordered.length > 0)
    for (const [title, rows] of found) found.set(title, [...new Set(rows)].toSorted());
  return found;
}
