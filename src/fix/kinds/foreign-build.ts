import type { ArchiveId } from '../../link/inputs/inputs.js';
import { NO_EDITS } from '../../plan/edits/edit-request.js';
import type { CountedEdits, JudgedEdits } from '../../plan/edits/judge-edits.js';
import { countIsolated, type DropsAround, planEdits } from '../../plan/edits/plan-edits.js';
import { clashingLinks, droppedBy, plannedDrops } from '../../plan/edits/plan-with-edits.js';
import { planTrim, type RefusedDrops, type TrimPlan } from '../../plan/plan-trim.js';
import { refusalsIn } from '../../plan/required-names.js';
import { findOtherBuilds, type OtherBuilds } from '../../plan/twins/other-builds.js';
import { isDefinition, isWeak } from '../../symbols/flags.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import { splitStateOf } from '../assess/split-globals.js';
import type { CureKind } from '../cure-kind.js';
import { type CureState, type LinkState, simulate } from '../cure-state.js';
import { allDuplicates } from '../problems/duplicates.js';
import { optionsFor, planOf, withDrops } from './drop.js';
import { requiringSymbols } from './require.js';

/**
 * An archive bundles a foreign build of crates with state: its functions with C names yield to those of the archive
 * with the other build, so that state stays one, and what still clashes gets private names.
 */
export const foreignBuild: CureKind = {
  id: 'yield',
  // Advice refuses edits of two builds because they split state: here, none of their globals may be split.
  overridesAdvice: true,
  *propose(state) {
    if (state.links.some(({ edits, drops }) => edits !== null || drops.length > 0)) return;
    const [{ subject, resolutions }] = state.links;
    const others = findOtherBuilds(subject.prepared.graph, subject.prepared.twins, resolutions[0]);
    const foreign = foreignArchive(state.links[0], others);
    if (foreign === null) return;
    const refusals: RefusedDrops[] = [];
    const cured = yielding(state, foreign, refusals);
    if (cured !== null) yield cured;
    if (cured !== null && allDuplicates(cured) === 0) return;
    // Linkers may differ in what constructors forbid to drop: a required symbol keeps their order on all of them.
    for (const refused of refusals.slice(0, 1))
      for (const changed of requiringSymbols(state, refused)) {
        const required = yielding(changed, foreign, []);
        if (required !== null) yield required;
      }
  },
};

interface Foreign {
  readonly archive: ArchiveId;
  /** Crates of which it has a build of its own. */
  readonly crates: ReadonlySet<string>;
  /** Has the other build, and defines most of the archive's names. */
  readonly owner: ArchiveId;
}

/** The archive with a build of its own of most crates, the last of several; null without any. */
function foreignArchive({ subject }: LinkState, others: readonly OtherBuilds[]): Foreign | null {
  const { inputs } = subject.prepared.graph;
  const crates = new Map<ArchiveId, Set<string>>();
  for (const { crate, builds } of others)
    for (const { members } of builds) {
      const [archive, ...more] = new Set(members.map((member) => inputs.members[member].archive));
      if (more.length > 0 || archive === NONE || inputs.archives[archive].isFixed) continue;
      crates.set(archive, (crates.get(archive) ?? new Set()).add(crate));
    }
  const [best] = [...crates].sort(([a, own], [b, its]) => its.size - own.size || b - a);
  if (best === undefined) return null;
  const [archive, own] = best;
  const owner = ownerOf(subject, archive);
  return owner === NONE ? null : { archive, crates: own, owner };
}

/** The archive that defines most of another archive's names. */
function ownerOf({ prepared: { graph } }: LinkState['subject'], archive: ArchiveId): ArchiveId {
  const { members, symbols } = graph.inputs;
  const own = new Set<number>();
  const isStrong = (symbol: number) => isDefinition(symbols.flags[symbol]) && !isWeak(symbols.flags[symbol]);
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (members[symbols.member[symbol]].archive === archive && isStrong(symbol))
      own.add(symbols.name[symbol]);
  const counts = new Map<ArchiveId, number>();
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const { archive: other } = members[symbols.member[symbol]];
    if (other !== archive && other !== NONE && isStrong(symbol) && own.has(symbols.name[symbol]))
      counts.set(other, (counts.get(other) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? NONE;
}

/** @param refusals receives the drops that each attempt refused */
function yielding(state: CureState, foreign: Foreign, refusals: RefusedDrops[]): CureState | null {
  const links: LinkState[] = [];
  let isolatedAlone = 0;
  const plans = new Map<LinkState, TrimPlan>();
  for (const link of state.links) {
    const { found, plan, plain } = editsWith(link, foreign, refusals);
    if (plan === null || found.problems.length > 0 || ownState(found, foreign).length > 0) return null;
    const { opened } = link.subject;
    const subject = {
      ...link.subject,
      prepared: found.edited,
      opened: { ...opened, inputs: found.edited.graph.inputs },
    };
    const edited = simulate(subject, link.line, link.drops, found);
    plans.set(edited, plan);
    links.push(edited);
    isolatedAlone += doubledAlone(link, foreign, plain);
  }
  const parts = [...state.parts, 'yield', 'isolate'] as const;
  const edited: CureState = { ...state, parts, links, isolatedAlone };
  return withDrops(edited, (link) => plans.get(link) ?? null) ?? edited;
}

/**
 * Globals in two copies if the archive were isolated without a yield: those that a count by name finds, and those that
 * code of its own build uses.
 */
function doubledAlone({ subject }: LinkState, foreign: Foreign, plain: TrimPlan): number {
  const found = countIsolated(subject.prepared, clashingLinks(plain), foreign.archive, subject.marks);
  const resolutions = found.links.map(({ after }) => after);
  const link = { subject: { prepared: found.edited }, edits: found, resolutions };
  const { key } = found.edited.state;
  const split = new Set(found.leftSplit.map(([copy]) => key[copy]));
  const own = ownState(found, foreign).filter((copy) => !split.has(key[copy]));
  return splitStateOf([link]) + own.length;
}

/** Edits, judged with the drops around them; the plan of those drops, null where nothing is edited. */
function editsWith(
  link: LinkState,
  { archive, owner }: Foreign,
  refusals: RefusedDrops[],
): { readonly found: JudgedEdits; readonly plan: TrimPlan | null; readonly plain: TrimPlan } {
  const { subject, line } = link;
  const plain = planOf(link, [], []);
  let plan: TrimPlan | null = null;
  const request = {
    ...NO_EDITS,
    yields: [{ pattern: '*', owner }],
    isolate: [archive],
    acceptedSplits: ['*'],
  };
  const drops: DropsAround = {
    before: droppedBy(plain),
    after: (edited) => {
      plan = planTrim(edited.graph.inputs, line, optionsFor(subject, [], []), edited);
      refusals.push(refusalsIn(plan));
      return plannedDrops(plan);
    },
  };
  const links = clashingLinks(plain);
  const found = planEdits(subject.prepared, links, request, plain.owners, drops, subject.marks);
  return { found, plan, plain };
}

/**
 * Globals of its own build that code of the archive uses: the two builds have symbols of different names, so that no
 * count of copies tells.
 */
function ownState({ usedState, original }: CountedEdits, { archive, crates }: Foreign): SymbolId[] {
  const { graph, twins } = original;
  const { member } = graph.inputs.symbols;
  return usedState.filter(
    (copy) =>
      graph.inputs.members[member[copy]].archive === archive &&
      crates.has(twins.origins[member[copy]]?.crate ?? ''),
  );
}
