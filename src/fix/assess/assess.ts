import { effectKey } from '../../plan/conditions/side-effects.js';
import type { NameId } from '../../symbols/names.js';
import type { SymbolId } from '../../symbols/table.js';
import { type CureState, droppedMembers, type LinkState } from '../cure-state.js';
import { allDuplicates } from '../problems/duplicates.js';
import { splitLocals, splitLocalsOf } from '../rivals/split-locals.js';
import { type ActingChanges, actingChanges, NO_ACTING_CHANGES } from './acting-changes.js';
import {
  type ChosenDefinition,
  chosenIn,
  type MovedBinding,
  movedIn,
  unresolvedIn,
  type WeakChange,
  weakIn,
} from './bindings.js';
import { addedIn, type LostEffect, lostIn } from './effects.js';
import { unexportedIn } from './lost-exports.js';
import { type DoubledGlobal, doubledIn, splitStateOf, splitsIn } from './split-globals.js';

/** Differences between one link before and after a cure, on all its linkers. */
export interface LinkChanges extends ActingChanges {
  readonly moved: readonly MovedBinding[];
  readonly chosen: readonly ChosenDefinition[];
  readonly lost: readonly LostEffect[];
  /** Names that the output exported, and no longer defines. */
  readonly unexported: readonly NameId[];
  readonly unresolved: readonly NameId[];
  /** Names with only weak references that are defined on one side only. */
  readonly weak: readonly WeakChange[];
  /** Of globals that had one copy: a copy each. */
  readonly split: readonly SymbolId[];
  /** Globals of which code uses two copies after a cure that is not proved. */
  readonly doubled: readonly DoubledGlobal[];
}

/** Consequences of a cure. */
export interface Assessment {
  readonly duplicates: number;
  readonly splitState: number;
  readonly unresolved: number;
  /** By link of the command. */
  readonly changes: readonly LinkChanges[];
}

export function assess(before: CureState, after: CureState): Assessment {
  const changes = before.links.map((link, at) => changesOf(link, after.links[at], after.changes.length > 0));
  return {
    duplicates: allDuplicates(after),
    splitState: splitStateOf(after.links) + splitLocalsOf(before, after),
    unresolved: changes.reduce((sum, { unresolved }) => sum + unresolved.length, 0),
    changes,
  };
}

/** Names that are newly undefined in a link: the quick check of the search. */
export const isNewlyUnresolved = (before: CureState, after: CureState): boolean =>
  before.links.some((link, at) =>
    link.resolutions.some((one, row) => unresolvedIn(one, after.links[at].resolutions[row]).length > 0),
  );

function changesOf(before: LinkState, after: LinkState, movesLine: boolean): LinkChanges {
  const all = before.resolutions.map((_, row) => changesOn(before, after, row, movesLine));
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

/** Differences of a link on one linker. */
function changesOn(before: LinkState, after: LinkState, row: number, movesLine: boolean): LinkChanges {
  const [given, cured] = [before.resolutions[row], after.resolutions[row]];
  const { graph, twins, state } = before.subject.prepared;
  const splitBefore = new Set(splitsIn(before, given).map(({ key }) => key));
  const moved = movedIn(graph, twins, given, cured);
  const lost = lostIn(graph, twins, given, cured);
  const comparison = {
    ...{ graph, twins, state, before: given, after: cured, line: after.line, lineBefore: before.line },
    dropped: droppedMembers(graph.inputs.members.length, after.drops),
  };
  return {
    // Drops alone are proved by their plan.
    ...(movesLine && lost.length === 0 ? actingChanges(comparison) : NO_ACTING_CHANGES),
    ...(after.edits ? { added: addedIn(graph, given, cured) } : {}),
    doubled: [...doubledIn(after, cured, splitBefore), ...doubledLocals(before, after, row)],
    moved,
    weak: weakIn(given, cured),
    chosen: chosenIn(graph, twins, given, cured, moved),
    lost,
    unexported: before.line.exportsSymbols ? unexportedIn(graph, given, cured) : [],
    unresolved: unresolvedIn(given, cured),
    // The conditions of edits compare what code reaches, with and without them.
    split: (after.edits ? [] : splitsIn(after, cured))
      .filter(({ key }) => !splitBefore.has(key))
      .map(({ copies: [copy] }) => copy),
  };
}

/** Static variables of two versions of one file. */
function doubledLocals(before: LinkState, after: LinkState, row: number): DoubledGlobal[] {
  const wereSplit = new Set(splitLocals(before, before, row).map(({ loser }) => loser));
  return splitLocals(before, after, row).map(({ loser }) => ({
    copy: loser,
    wasSplit: wereSplit.has(loser),
  }));
}

const distinct = <One extends { readonly name: NameId }>(all: readonly One[]): One[] =>
  distinctBy(all, ({ name }) => String(name));

function distinctBy<One>(all: readonly One[], keyOf: (one: One) => string): One[] {
  const first = new Map<string, One>();
  for (const one of all) if (!first.has(keyOf(one))) first.set(keyOf(one), one);
  return [...first.values()];
}
