import { cName } from '../../link/inputs/c-names.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import {
  type Resolution,
  STRONGLY_REFERENCED,
  UNREFERENCED,
  WEAKLY_REFERENCED,
} from '../../link/resolve/resolution.js';
import { effectKey } from '../../plan/conditions/side-effects.js';
import { RUNNING_EFFECTS } from '../../plan/edits/edit-conditions.js';
import type { MemberEdit } from '../../plan/edits/edit-plan.js';
import type { CountedEdits } from '../../plan/edits/judge-edits.js';
import type { Prepared } from '../../plan/plan-trim.js';
import { findSplitState, type SplitState } from '../../plan/state/split-state.js';
import type { Twins } from '../../plan/twins/twins.js';
import { DEFAULT_VISIBILITY, isDefined, isFunction, visibilityOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { SideEffect } from '../../symbols/object-format.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { type CureState, type Drop, droppedMembers, type LinkState } from '../cure-state.js';
import { allDuplicates, archiveOf, sidesOf } from '../problems/duplicates.js';
import { type ActingChanges, actingChanges, NO_ACTING_CHANGES } from './acting-changes.js';
import { isCompilerHelper } from './compiler-helpers.js';

/** A name that binds to another definition than before, which is not a proved copy. */
export interface MovedBinding {
  readonly name: NameId;
  readonly from: SymbolId;
  readonly to: SymbolId;
}

/** A definition that was taken for granted: of two that differ in content, the link now has this one. */
export interface ChosenDefinition {
  readonly name: NameId;
  readonly kept: SymbolId;
  readonly given: SymbolId;
}

/** A constructor, registry entry or linker option that is no longer in the link. */
export interface LostEffect {
  readonly member: MemberId;
  readonly effect: SideEffect;
}

/** A weak reference that is now 0, or is no longer. */
export interface WeakChange {
  readonly name: NameId;
  readonly from: SymbolId;
  readonly to: SymbolId;
}

/** Differences between one link before and after a cure, on all its linkers. */
export interface LinkChanges extends ActingChanges {
  readonly moved: readonly MovedBinding[];
  readonly chosen: readonly ChosenDefinition[];
  readonly lost: readonly LostEffect[];
  /** Names that the output exported, and no longer defines. */
  readonly unexported: readonly NameId[];
  readonly unresolved: readonly NameId[];
  /** Names with weak references alone that are defined on one side only. */
  readonly weak: readonly WeakChange[];
  /** Of globals that had one copy: a copy each. */
  readonly split: readonly SymbolId[];
  /** Globals of which code uses two copies after a cure that is not proved. */
  readonly doubled: readonly DoubledGlobal[];
}

/** A global in two copies. */
export interface DoubledGlobal {
  /** One of them. */
  readonly copy: SymbolId;
  /** The unchanged command has two copies, too. */
  readonly wasSplit: boolean;
}

/** Consequences of a cure. */
export interface Assessment {
  readonly duplicates: number;
  readonly splitState: number;
  readonly unresolved: number;
  /** By link of the command. */
  readonly changes: readonly LinkChanges[];
}

/** A link of which split state is counted. */
export interface CountedLink {
  readonly subject: { readonly prepared: Prepared };
  readonly edits: CountedEdits | null;
  readonly resolutions: readonly Resolution[];
}

export const splitStateOf = (links: readonly CountedLink[]): number =>
  links.reduce((sum, link) => {
    const counts = link.resolutions.map((one) => splitsIn(link, one).length);
    return sum + Math.max(0, ...counts);
  }, 0);

/** Mutable globals of which the code of a link uses more than one copy. */
function splitsIn(
  { subject: { prepared }, edits }: Pick<CountedLink, 'subject' | 'edits'>,
  resolution: Resolution,
): SplitState[] {
  const { graph, state } = prepared;
  if (edits === null) return findSplitState(graph, state, resolution);
  const edited = new Set(edits.edits.map(({ member }) => member));
  const used = new Set(edits.leftSplit.map(([copy]) => state.key[copy]));
  return findSplitState(graph, state, resolution, (member) => edited.has(member)).filter(({ key }) =>
    used.has(key),
  );
}

export function assess(before: CureState, after: CureState): Assessment {
  const changes = before.links.map((link, at) => changesOf(link, after.links[at], after.changes.length > 0));
  return {
    duplicates: allDuplicates(after),
    splitState: splitStateOf(after.links),
    unresolved: changes.reduce((sum, { unresolved }) => sum + unresolved.length, 0),
    changes,
  };
}

/** Names that a link lacks and did not lack before: the quick question of the search. */
export const isNewlyUnresolved = (before: CureState, after: CureState): boolean =>
  before.links.some((link, at) =>
    link.resolutions.some((one, row) => unresolvedIn(one, after.links[at].resolutions[row]).length > 0),
  );

function unresolvedIn(before: Resolution, after: Resolution): NameId[] {
  const names: NameId[] = [];
  for (let name = 0; name < after.referenceStrength.length; name++) {
    if (after.winners[name] !== NONE || after.referenceStrength[name] !== STRONGLY_REFERENCED) continue;
    if (before.winners[name] !== NONE || before.referenceStrength[name] !== STRONGLY_REFERENCED)
      names.push(name);
  }
  return names;
}

function weakIn(before: Resolution, after: Resolution): WeakChange[] {
  const changes: WeakChange[] = [];
  // Edits append names of their own.
  for (
    let name = 0;
    name < Math.min(before.referenceStrength.length, after.referenceStrength.length);
    name++
  ) {
    const [from, to] = [before.winners[name], after.winners[name]];
    if ((from === NONE) === (to === NONE)) continue;
    const demand = to === NONE ? after.referenceStrength[name] : before.referenceStrength[name];
    if (demand === WEAKLY_REFERENCED) changes.push({ name, from, to });
  }
  return changes;
}

function changesOf(before: LinkState, after: LinkState, movesLine: boolean): LinkChanges {
  const { graph, twins, state } = before.subject.prepared;
  const all = before.resolutions.map((one, row): LinkChanges => {
    const other = after.resolutions[row];
    const known = new Set(splitsIn(before, one).map(({ key }) => key));
    const moved = movedIn(graph, twins, one, other);
    const lost = lostIn(graph, twins, one, other);
    const comparison = {
      ...{ graph, twins, state, before: one, after: other, line: after.line, lineBefore: before.line },
      dropped: droppedMembers(graph.inputs.members.length, after.drops),
    };
    return {
      // Drops alone are proved by their plan.
      ...(movesLine && lost.length === 0 ? actingChanges(comparison) : NO_ACTING_CHANGES),
      ...(after.edits ? { added: addedIn(graph, one, other) } : {}),
      doubled: doubledIn(after, other, known),
      moved,
      weak: weakIn(one, other),
      chosen: chosenIn(graph, twins, one, other, moved),
      lost,
      unexported: before.line.exportsSymbols ? unexportedIn(graph, one, other) : [],
      unresolved: unresolvedIn(one, other),
      // The conditions of edits compare what code reaches, with and without them.
      split: (after.edits ? [] : splitsIn(after, other))
        .filter(({ key }) => !known.has(key))
        .map(({ copies: [copy] }) => copy),
    };
  });
  return {
    moved: distinct(all.flatMap(({ moved }) => moved)),
    weak: distinct(all.flatMap(({ weak }) => weak)),
    reordered: distinctBy(
      all.flatMap(({ reordered }) => reordered),
      (pair) => pair.join(),
    ),
    shifted: [...new Set(all.flatMap(({ shifted }) => shifted))],
    added: [...new Set(all.flatMap(({ added }) => added))],
    chosen: distinct(all.flatMap(({ chosen }) => chosen)),
    lost: distinctBy(
      all.flatMap(({ lost }) => lost),
      ({ member, effect }) => `${member}:${effectKey(effect)}`,
    ),
    unexported: [...new Set(all.flatMap(({ unexported }) => unexported))],
    unresolved: [...new Set(all.flatMap(({ unresolved }) => unresolved))],
    split: [...new Set(all.flatMap(({ split }) => split))],
    doubled: distinctBy(
      all.flatMap(({ doubled }) => doubled),
      ({ copy }) => String(copy),
    ),
  };
}

const distinct = <One extends { readonly name: NameId }>(all: readonly One[]): One[] =>
  distinctBy(all, ({ name }) => String(name));

function distinctBy<One>(all: readonly One[], keyOf: (one: One) => string): One[] {
  const known = new Map<string, One>();
  for (const one of all) if (!known.has(keyOf(one))) known.set(keyOf(one), one);
  return [...known.values()];
}

/** Whether it makes no difference which of two definitions of a name a program has. */
export function isSameDefinition(graph: LinkGraph, twins: Twins, one: SymbolId, other: SymbolId): boolean {
  const { member, flags } = graph.inputs.symbols;
  if (member[one] === member[other]) return true;
  if (isCopy(twins, member[one], member[other])) return true;
  if (twins.isInterchangeable(member[one], member[other])) return true;
  const name = cName(graph.inputs, graph.name[one]);
  if (name.startsWith('DW.ref.')) return true;
  return isFunction(flags[one]) && isFunction(flags[other]) && isCompilerHelper(name);
}

function movedIn(graph: LinkGraph, twins: Twins, before: Resolution, after: Resolution): MovedBinding[] {
  const moved: MovedBinding[] = [];
  const { member } = graph.inputs.symbols;
  for (let name = 0; name < after.winners.length; name++) {
    const [from, to] = [before.winners[name] ?? NONE, after.winners[name]];
    if (from === to || from === NONE || to === NONE || after.referenceStrength[name] === UNREFERENCED)
      continue;
    const mayReplace = twins.mayReplace(member[from], member[to]);
    if (!mayReplace || !isSameDefinition(graph, twins, from, to)) moved.push({ name, from, to });
  }
  return moved;
}

/**
 * Names that were duplicate between files of different content, and no longer are: the user has to confirm which
 * content is kept. Two definitions in one archive are not listed: the linker extracts the first.
 */
function chosenIn(
  graph: LinkGraph,
  twins: Twins,
  before: Resolution,
  after: Resolution,
  moved: readonly MovedBinding[],
): ChosenDefinition[] {
  // A binding that moves is listed as such.
  const listed = new Set([...after.clashes, ...moved].map(({ name }) => name));
  return before.clashes.flatMap((clash) => {
    if (listed.has(clash.name)) return [];
    const { winner } = sidesOf(before, clash);
    const now = after.winners[clash.name];
    const kept = now === NONE ? winner : now;
    const given = clash.definitions.find(
      (one) => archiveOf(graph, one) !== archiveOf(graph, kept) && !isSameDefinition(graph, twins, kept, one),
    );
    if (given === undefined) return [];
    return [{ name: clash.name, kept, given }];
  });
}

/**
 * Side effects that are lost: neither their file nor a copy of it is loaded. An equal entry of another file differs.
 */
function lostIn(graph: LinkGraph, twins: Twins, before: Resolution, after: Resolution): LostEffect[] {
  const isCopyLoaded = (member: MemberId) =>
    twins.alikeOf(member).some((twin) => after.isLoaded[twin] === 1 && isCopy(twins, member, twin));
  return before.loaded.flatMap((member) => {
    const content = graph.inputs.contents[member];
    if (after.isLoaded[member] || content.kind !== 'object' || content.info.sideEffects.length === 0)
      return [];
    return isCopyLoaded(member) ? [] : content.info.sideEffects.map((effect) => ({ member, effect }));
  });
}

/**
 * Globals that the user must accept in two copies: those that edits split, and those that remain split.
 *
 * @param before keys of the globals that were split
 */
function doubledIn(
  { edits, drops, subject }: LinkState,
  after: Resolution,
  before: ReadonlySet<number>,
): DoubledGlobal[] {
  if (!edits?.edits.some(isAccepted) && !drops.some(isDeclared)) return [];
  const { state } = subject.prepared;
  const left = splitsIn({ edits, subject }, after).map(({ copies }) => copies);
  const first = new Map([...(edits?.splits ?? []), ...left].map(([copy]) => [state.key[copy], copy]));
  return [...first].map(([key, copy]) => ({ copy, wasSplit: before.has(key) }));
}

const isDeclared = ({ evidence }: Drop): boolean => evidence.kind === 'declared';

/** Files with start-up code or registrations that edits add to the link. */
function addedIn({ inputs }: LinkGraph, before: Resolution, after: Resolution): MemberId[] {
  return after.loaded.filter((member) => {
    const content = inputs.contents[member];
    if (before.isLoaded[member] || content.kind !== 'object') return false;
    return content.info.sideEffects.some(({ kind }) => RUNNING_EFFECTS.has(kind));
  });
}

/** Whether two files are proved to be one. */
function isCopy(twins: Twins, one: MemberId, other: MemberId): boolean {
  const relation = twins.relation(one, other);
  return relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
}

function unexportedIn({ inputs, name, rows }: LinkGraph, before: Resolution, after: Resolution): NameId[] {
  const { flags } = inputs.symbols;
  const { first, row } = rows.definitions;
  const lost = new Set<NameId>();
  for (const member of before.loaded) {
    if (after.isLoaded[member]) continue;
    for (let at = first[member]; at < first[member + 1]; at++) {
      const own = flags[row[at]];
      if (!isDefined(own) || visibilityOf(own) !== DEFAULT_VISIBILITY) continue;
      if (after.winners[name[row[at]]] === NONE) lost.add(name[row[at]]);
    }
  }
  return [...lost];
}

/** Reasons why the user has to accept a cure; a proved cure has none. */
export type AcceptanceReason =
  | 'declared'
  | 'other-content'
  | 'lost-effects'
  | 'added-effects'
  | 'effect-order'
  | 'split-state'
  | 'weak-references'
  | 'lost-exports'
  | 'missing-library';

/** An edit that is not proved. */
const isAccepted = ({ evidence }: MemberEdit): boolean => evidence.kind !== 'redirect';

export function acceptanceOf(state: CureState, { changes }: Assessment): AcceptanceReason[] {
  const reasons: AcceptanceReason[] = [];
  if (state.links.some(({ drops }) => drops.some(isDeclared))) reasons.push('declared');
  else if (state.links.some(({ edits }) => edits?.edits.some(isAccepted))) reasons.push('declared');
  const isAny = (has: (one: LinkChanges) => boolean) => changes.some(has);
  if (isAny(({ moved, chosen }) => moved.length + chosen.length > 0)) reasons.push('other-content');
  if (isAny(({ doubled }) => doubled.length > 0)) reasons.push('split-state');
  if (isAny(({ lost }) => lost.length > 0)) reasons.push('lost-effects');
  if (isAny(({ added }) => added.length > 0)) reasons.push('added-effects');
  if (isAny(({ reordered, shifted }) => reordered.length + shifted.length > 0)) reasons.push('effect-order');
  if (isAny(({ weak }) => weak.length > 0)) reasons.push('weak-references');
  if (isAny(({ unexported }) => unexported.length > 0)) reasons.push('lost-exports');
  const movesLine = state.changes.length > 0;
  if (movesLine && state.links.some(({ line }) => line.missingLibraries.length > 0))
    reasons.push('missing-library');
  return reasons;
}
