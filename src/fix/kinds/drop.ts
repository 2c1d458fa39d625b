import type { ArchiveId } from '../../link/inputs/inputs.js';
import { archivesOf } from '../../link/line/link-line.js';
import { resolve } from '../../link/resolve/resolve.js';
import { instanceKey } from '../../origin/origin.js';
import { isSafe } from '../../plan/conditions/safety.js';
import {
  type PlanOptions,
  type Prepared,
  planIfMore,
  planTrim,
  type RefusedDrops,
  type TrimPlan,
} from '../../plan/plan-trim.js';
import { reportedClashes } from '../../plan/reported-clashes.js';
import { refusalsIn } from '../../plan/required-names.js';
import { SimulatedLinks } from '../../plan/simulated-links.js';
import { rankArchives } from '../../plan/twins/owners.js';
import type { Ownership } from '../../plan/twins/ownership.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { CureKind } from '../cure-kind.js';
import type { CureKindId } from '../cure-kind-id.js';
import {
  type CureState,
  type Drop,
  droppedMembers,
  type LinkState,
  type LinkSubject,
  simulate,
} from '../cure-state.js';
import { archiveOf, duplicatesIn, sidesOf } from '../problems/duplicates.js';
import { requiringSymbols } from './require.js';

/** Drops members that have a proved copy: the plan of `trim`, reduced to the drops that this link needs. */
export const drop: CureKind = {
  id: 'drop',
  *propose(state) {
    if (state.links.some(({ drops }) => drops.length > 0)) return;
    const isTried = triedOrders(state);
    for (const providers of rankings(state)) {
      if (isTried(providers)) continue;
      yield* droppedBy(state, providers);
    }
  },
};

/** The command with the drops of a plan; then, where the order of constructors forbids some, with a required symbol. */
function* droppedBy(state: CureState, providers: readonly ArchiveId[]): Generator<CureState> {
  const refusals: RefusedDrops[] = [];
  const dropped = withDrops(state, (link) =>
    curingPlan(state, link, providers, [], (refused) => refusals.push(refused)),
  );
  if (dropped !== null) yield dropped;
  for (const refused of refusals.slice(0, 1))
    for (const changed of requiringSymbols(state, refused)) {
      const cured = withDrops(changed, (link) => curingPlan(changed, link, providers, []));
      if (cured !== null) yield cured;
    }
}

/**
 * Rankings of archives that keep their copies: first by the members that they cover, then with each archive of a clash
 * first, then with each last.
 */
export function rankings(state: CureState): ArchiveId[][] {
  const clashing = archivesInClashes(state);
  const all = archivesOf(state.links[0].line);
  const isPair = new Set(clashing).size <= 2;
  return [
    [],
    ...clashing.map((archive) => [archive]),
    ...(isPair ? [] : clashing.map((last) => all.filter((archive) => archive !== last))),
  ];
}

/**
 * Returns whether an earlier ranking gave the same order of archives. Plans of one order are equal, whether the user or
 * the contents of the archives put one first.
 */
function triedOrders({ links }: CureState): (providers: readonly ArchiveId[]) => boolean {
  const tried = new Set<string>();
  return (providers) => {
    const orders = links.map(({ subject: { opened, prepared }, line }) =>
      rankArchives(opened.inputs, prepared.twins, archivesOf(line), providers),
    );
    const key = orders.join(';');
    if (tried.has(key)) return true;
    tried.add(key);
    return false;
  };
}

/** How many archives are tried in the first place, one after the other. */
const MOST_PROVIDERS = 4;

/** Archives whose definitions clash, those of most names first. */
export function archivesInClashes({ links }: CureState): number[] {
  const [{ subject, resolutions }] = links;
  const counts = new Map<number, number>();
  for (const clash of resolutions[0].clashes)
    for (const symbol of clash.definitions) {
      const archive = archiveOf(subject.prepared.graph, symbol);
      if (archive !== NONE) counts.set(archive, (counts.get(archive) ?? 0) + 1);
    }
  return [...counts]
    .sort((one, other) => other[1] - one[1] || one[0] - other[0])
    .slice(0, MOST_PROVIDERS)
    .map(([archive]) => archive);
}

export function planOf(
  { subject, line }: LinkState,
  providers: readonly ArchiveId[],
  ownership: readonly Ownership[],
): TrimPlan {
  const { opened, prepared } = subject;
  const options = optionsFor(subject, providers, ownership);
  return planTrim(opened.inputs, line, options, prepared, simulatedOf(prepared));
}

/**
 * The same for drops that are all that is left to do: null for a large link that they cannot cure.
 *
 * @param onRefusal called with why some members cannot be dropped
 */
export function curingPlan(
  { parsed: { allowsDuplicates } }: CureState,
  { subject, line }: LinkState,
  providers: readonly ArchiveId[],
  ownership: readonly Ownership[],
  onRefusal?: (refused: RefusedDrops) => void,
): TrimPlan | null {
  const { opened, prepared } = subject;
  const plan = planIfMore(opened.inputs, line, optionsFor(subject, providers, ownership), prepared, {
    simulated: simulatedOf(prepared),
    fewest: 0,
    mayHelp: () => true,
    isEnough: (after) => allowsDuplicates || reportedClashes(prepared.graph, line, after).length === 0,
    ...(onRefusal && { onRefusal }),
  });
  if (plan !== null && onRefusal !== undefined) onRefusal(refusalsIn(plan));
  return plan;
}

export const optionsFor = (
  { linkers }: LinkSubject,
  providers: readonly ArchiveId[],
  ownership: readonly Ownership[],
): PlanOptions => ({ providers, ownership, linker: linkers.length === 1 ? linkers[0] : null });

/** Links of the same inputs that were simulated: plans with other archives in the first place begin with the same. */
const simulated = new WeakMap<Prepared, SimulatedLinks>();

function simulatedOf(prepared: Prepared): SimulatedLinks {
  const known = simulated.get(prepared) ?? new SimulatedLinks(prepared.graph, prepared.twins, prepared.state);
  simulated.set(prepared, known);
  return known;
}

/** The links without what a plan of each drops; null where no plan drops anything, or one cannot help. */
export function withDrops(state: CureState, plan: (link: LinkState) => TrimPlan | null): CureState | null {
  const links: LinkState[] = [];
  for (const link of state.links) {
    const own = plan(link);
    if (own === null) return null;
    links.push(simulate(link.subject, link.line, [...link.drops, ...neededDrops(link, own)], link.edits));
  }
  const parts = new Set(links.flatMap((link) => link.drops.map((one) => kindOfDrop(link, one))));
  if (parts.size === 0) return null;
  return { ...state, parts: [...state.parts.filter((part) => !parts.has(part)), ...parts], links };
}

function kindOfDrop({ subject }: LinkState, { member, twin, evidence }: Drop): CureKindId {
  if (evidence.kind === 'declared') return 'owner';
  const { members } = subject.opened.inputs;
  if (members[twin].archive === NONE) return 'drop-object-twin';
  return members[twin].archive === members[member].archive ? 'drop-in-archive' : 'drop';
}

/**
 * A part of the droppable members that suffices to remove the duplicates; all of them, if the part alone is not safe.
 */
function neededDrops(link: LinkState, plan: TrimPlan): Drop[] {
  const all = plan.verdicts.flatMap((verdict) =>
    verdict.kind === 'drop'
      ? [{ member: verdict.member, twin: verdict.twin, evidence: verdict.evidence }]
      : [],
  );
  const needed = new Set(unitsInClashes(link, plan));
  const some = all.filter(({ member }) => needed.has(unitOf(plan, member)));
  if (some.length === 0 || some.length === all.length) return all;
  return isAsGood(plan, some) ? some : all;
}

/** Key of members that are dropped together: the units of one crate, otherwise the single member. */
function unitOf({ graph, twins }: TrimPlan, member: MemberId): string {
  const origin = twins.origins[member];
  return origin === null
    ? `member ${member}`
    : `${graph.inputs.members[member].archive}:${instanceKey(origin)}`;
}

function unitsInClashes(link: LinkState, plan: TrimPlan): string[] {
  const { member } = plan.graph.inputs.symbols;
  return link.resolutions.flatMap((resolution) =>
    resolution.clashes.flatMap((clash) => {
      const { winner, losers } = sidesOf(resolution, clash);
      return [winner, ...losers].map((symbol) => unitOf(plan, member[symbol]));
    }),
  );
}

/** Whether a part of a plan's drops holds all conditions too, and leaves no more duplicates. */
function isAsGood({ graph, twins, state, scenarios }: TrimPlan, drops: readonly Drop[]): boolean {
  const dropped = droppedMembers(graph.inputs.members.length, drops);
  return scenarios.every(({ line, profile, before, after: whole }) => {
    const after = resolve(graph, line, profile, dropped);
    return (
      duplicatesIn(after.clashes) <= duplicatesIn(whole.clashes) &&
      isSafe({ graph, twins, state, before, after, dropped, line })
    );
  });
}
