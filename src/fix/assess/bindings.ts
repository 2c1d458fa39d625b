import type { LinkGraph } from '../../link/inputs/link-graph.js';
import {
  type Resolution,
  STRONGLY_REFERENCED,
  UNREFERENCED,
  WEAKLY_REFERENCED,
} from '../../link/resolve/resolution.js';
import type { Twins } from '../../plan/twins/twins.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import { archiveOf, sidesOf } from '../problems/duplicates.js';
import { isSameDefinition } from './same-definition.js';

/** A name that binds to another definition than before, which is neither a proved copy nor an equal COMDAT group. */
export interface MovedBinding {
  readonly name: NameId;
  readonly from: SymbolId;
  readonly to: SymbolId;
}

/** The definition that the link now has, of two that differ in content. */
export interface ChosenDefinition {
  readonly name: NameId;
  readonly kept: SymbolId;
  readonly given: SymbolId;
}

/** A weak reference that became 0, or is no longer 0. */
export interface WeakChange {
  readonly name: NameId;
  readonly from: SymbolId;
  readonly to: SymbolId;
}

export function movedIn(
  graph: LinkGraph,
  twins: Twins,
  before: Resolution,
  after: Resolution,
): MovedBinding[] {
  const moved: MovedBinding[] = [];
  const { member } = graph.inputs.symbols;
  for (let name = 0; name < after.winners.length; name++) {
    const from = before.winners[name] ?? NONE;
    const to = after.winners[name];
    if (from === to || from === NONE || to === NONE || after.referenceStrength[name] === UNREFERENCED)
      continue;
    const mayReplace = twins.mayReplace(member[from], member[to]);
    const isSame = isSameDefinition(graph, twins, from, to) || twins.areInEqualGroups(from, to);
    if (!mayReplace || !isSame) moved.push({ name, from, to });
  }
  return moved;
}

/**
 * Names that were duplicate between files of different content, and no longer are: the user has to confirm which
 * content is kept. Two definitions in one archive are not listed: the linker extracts the first.
 */
export function chosenIn(
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

export function weakIn(before: Resolution, after: Resolution): WeakChange[] {
  const changes: WeakChange[] = [];
  // Edits append names of their own.
  for (
    let name = 0;
    name < Math.min(before.referenceStrength.length, after.referenceStrength.length);
    name++
  ) {
    const from = before.winners[name];
    const to = after.winners[name];
    if ((from === NONE) === (to === NONE)) continue;
    const strength = to === NONE ? after.referenceStrength[name] : before.referenceStrength[name];
    if (strength === WEAKLY_REFERENCED) changes.push({ name, from, to });
  }
  return changes;
}

/** Names that are newly undefined in a link. */
export function unresolvedIn(before: Resolution, after: Resolution): NameId[] {
  const names: NameId[] = [];
  for (let name = 0; name < after.referenceStrength.length; name++) {
    if (after.winners[name] !== NONE || after.referenceStrength[name] !== STRONGLY_REFERENCED) continue;
    if (before.winners[name] !== NONE || before.referenceStrength[name] !== STRONGLY_REFERENCED)
      names.push(name);
  }
  return names;
}
