import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { changedNames, mayHaveNewClash } from '../../link/resolve/differences.js';
import {
  grownClashes,
  STRONGLY_REFERENCED,
  UNREFERENCED,
  WEAKLY_REFERENCED,
} from '../../link/resolve/resolution.js';
import { firstUsers } from '../../link/resolve/row-searches.js';
import {
  DATA,
  DEFAULT_VISIBILITY,
  isAbsolute,
  isCallable,
  isCommon,
  isState,
  isTls,
  isWeak,
  kindOf,
  visibilityOf,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { constructorOrderStays } from '../constructors/constructor-order.js';
import { copiesOf, countCopies } from '../state/state.js';
import { LoadedTwins } from '../twins/loaded-twins.js';
import type { BlockCode } from '../verdict.js';
import { nothingIsAdded, sideEffectsStay, tablesStay, walkedSectionsStay } from './acting-sections.js';
import { causeOfLoading, causeOfLoss, causeOfMove } from './blame.js';
import { type Comparison, type Condition, filesAdded, filesGone, type Violation } from './comparison.js';
import { exportsStay, versionedNamesStay } from './exports-stay.js';
import { keptSectionsStay } from './kept-sections.js';
import { librariesStayNeeded } from './needed-libraries.js';
import { overlooked } from './overlooked.js';

/**
 * Conditions C1 to C7, C10 and C12 to C15 of docs/safety.md, one function each. (C8 follows from C1; C9 and C11 are not
 * conditions on a simulated link.)
 */
const CONDITIONS: readonly Condition[] = [
  bindingsStay,
  nothingElseIsLoaded,
  noNewClash,
  sideEffectsStay,
  nothingIsAdded,
  tablesStay,
  librariesStayNeeded,
  walkedSectionsStay,
  keptSectionsStay,
  stateIsNotSplit,
  noMoreCopies,
  exportsStay,
  versionedNamesStay,
  constructorOrderStays,
];

/** All violations of the conditions by the drop, on this link. */
export function findViolations(comparison: Comparison): Violation[] {
  return CONDITIONS.flatMap((condition) => [...condition(comparison)]).filter(counts);
}

/** Whether the drop violates no condition on this link. */
export function isSafe(comparison: Comparison): boolean {
  if (overlooked.size > 0) return findViolations(comparison).length === 0;
  return CONDITIONS.every((condition) => condition(comparison)[Symbol.iterator]().next().done);
}

const counts = ({ code }: Violation): boolean => !overlooked.has(code);

/**
 * C1, C2, C3, C7: every name that a remaining file references or defines is bound as before, or to a copy with the same
 * content. Names of overridden definitions are compared, too: references within their own file bind by name.
 */
function* bindingsStay(comparison: Comparison): Generator<Violation> {
  const { before, after } = comparison;
  let users: Int32Array | undefined;
  const firstUser = (name: NameId): MemberId => {
    users ??= firstUsers(comparison.graph, comparison.after);
    return users[name];
  };
  const names = changedNames(comparison);
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    const old = before.winners[name];
    const now = after.winners[name];
    if (now === old && now !== NONE) continue;
    const violation =
      now === NONE
        ? lossOf(comparison, name, firstUser)
        : old === NONE
          ? gainOf(comparison, name, now)
          : moveOf(comparison, name, old, now);
    if (violation !== null) yield violation;
  }
}

/** A name that nothing defines any more, or that is newly referenced. */
function lossOf(
  comparison: Comparison,
  name: NameId,
  firstUser: (name: NameId) => MemberId,
): Violation | null {
  const { before, after } = comparison;
  const strength = after.referenceStrength[name];
  if (strength === UNREFERENCED) return null;
  const isStrong = strength === STRONGLY_REFERENCED;
  const isNewlyStrong = isStrong && before.referenceStrength[name] !== STRONGLY_REFERENCED;
  if (before.winners[name] === NONE && !isNewlyStrong) return null;
  const code = isStrong ? 'unresolved-reference' : 'weak-reference-changes';
  return { code, name, by: firstUser(name), blame: causeOfLoss(comparison, name, firstUser(name)) };
}

/**
 * A name that an input defines now. No input defined it before, but a library outside the link may: only an existing
 * reference can be affected.
 */
function gainOf(comparison: Comparison, name: NameId, now: SymbolId): Violation | null {
  const { before, graph } = comparison;
  const strength = before.referenceStrength[name];
  if (strength === UNREFERENCED) return null;
  const code = strength === WEAKLY_REFERENCED ? 'weak-reference-changes' : 'binding-moves';
  const by = graph.inputs.symbols.member[now];
  return { code, name, by, blame: causeOfLoading(comparison, by) };
}

/** A name with another definition, unless that has the same content. */
function moveOf(comparison: Comparison, name: NameId, old: SymbolId, now: SymbolId): Violation | null {
  const code = whyNotSame(comparison, old, now);
  if (code === null || isSameByName(comparison, name) || isSameGroup(comparison, code, old, now)) return null;
  const by = comparison.graph.inputs.symbols.member[now];
  return { code, name, by, blame: causeOfMove(comparison, old, now) };
}

/** `DW.ref.<symbol>` is a pointer to that symbol in its own COMDAT group, and the same in every object. */
const isSameByName = ({ graph }: Comparison, name: NameId): boolean =>
  graph.inputs.symbols.names.text(name).startsWith('DW.ref.');

/**
 * Whether both definitions are in equal COMDAT groups of members that are not copies. Called last: it reads objects.
 */
const isSameGroup = ({ twins }: Comparison, code: BlockCode, old: SymbolId, now: SymbolId): boolean =>
  code === 'binding-moves' && twins.areInEqualGroups(old, now);

/** Why references must not move from definition `old` to `now`; null if they may. */
function whyNotSame(comparison: Comparison, old: SymbolId, now: SymbolId): BlockCode | null {
  const { graph, twins, line } = comparison;
  const { flags, member } = graph.inputs.symbols;
  const relation = twins.relation(member[old], member[now]);
  if (!twins.mayReplace(member[old], member[now])) return 'binding-moves';
  if (relation === null || relation.kind === 'other-content')
    return twins.isInterchangeable(member[old], member[now]) ? null : 'binding-moves';
  if (relation.kind === 'identical-bytes' || relation.kind === 'same-image') return null;
  const [a, b] = [flags[old], flags[now]];
  const isHidden = visibilityOf(a) === DEFAULT_VISIBILITY && visibilityOf(b) !== DEFAULT_VISIBILITY;
  if (hasOtherShape(graph, old, now) || (line.exportsSymbols && isHidden)) return 'content-differs';
  // Names alone say nothing of values. Asked last: it reads objects.
  const isProvedByName = relation.kind === 'same-unit' && relation.proof === 'names';
  return isProvedByName && !isCallable(a) && !twins.haveEqualData(old, now) ? 'content-differs' : null;
}

/** Whether what the symbol table says of two definitions differs: kind, strength, size, membership of a group. */
function hasOtherShape({ inputs }: LinkGraph, old: SymbolId, now: SymbolId): boolean {
  const { flags, size, group, alignment } = inputs.symbols;
  const [a, b] = [flags[old], flags[now]];
  const isDowngraded = (isWeak(b) && !isWeak(a)) || isCommon(a) !== isCommon(b);
  // A WebAssembly function's recorded size is a digest of its signature.
  const isSized = kindOf(a) === DATA || isTls(a) || inputs.format === 'wasm';
  return (
    kindOf(a) !== kindOf(b) ||
    isAbsolute(a) !== isAbsolute(b) ||
    isDowngraded ||
    // A program that writes to the old one would crash.
    (!isCallable(a) && isState(a) && !isState(b)) ||
    (isSized && size[old] !== size[now]) ||
    (isCommon(a) && alignment[now] < alignment[old]) ||
    (group[old] === NONE) !== (group[now] === NONE)
  );
}

/**
 * C4: a newly loaded member must replace a copy that is no longer loaded, define the name that extracted it (C2 checks
 * that definition), or be extracted by another newly loaded member. A member whose definitions are all overridden does
 * none of these: it only adds its constructors and its state.
 */
function* nothingElseIsLoaded(comparison: Comparison): Generator<Violation> {
  const { after, before, twins, graph } = comparison;
  const { member: memberOf } = graph.inputs.symbols;
  let gone: LoadedTwins | undefined;
  for (const member of filesAdded(comparison)) {
    const wantedBy = after.extractedBy[member];
    if (wantedBy !== NONE && !before.isLoaded[wantedBy]) continue;
    gone ??= new LoadedTwins(graph.inputs, twins, filesGone(comparison));
    if (gone.hasAlike(member)) continue;
    const wanted = after.extractedFor[member];
    const now = wanted === NONE ? NONE : after.winners[wanted];
    if (now !== NONE && memberOf[now] === member) continue;
    const blame = causeOfLoading(comparison, member);
    yield { code: 'loads-more', name: wanted, by: member, blame };
  }
}

/** C5: no name has more strong definitions than before. */
function* noNewClash(comparison: Comparison): Generator<Violation> {
  const { before, after, graph } = comparison;
  if (!mayHaveNewClash(comparison)) return;
  const { member } = graph.inputs.symbols;
  for (const { name, definitions } of grownClashes(before, after)) {
    const added = definitions.map((symbol) => member[symbol]).filter((file) => !before.isLoaded[file]);
    const blame = added.flatMap((file) => causeOfLoading(comparison, file));
    yield { code: 'new-clash', name, by: added[0] ?? member[definitions[0]], blame };
  }
}

/** C10: no mutable global has more copies than before, or two where it had none. */
function* stateIsNotSplit(comparison: Comparison): Generator<Violation> {
  const { graph, state, before, after } = comparison;
  const { name, member } = graph.inputs.symbols;
  const old = countCopies(graph, state, before);
  const now = countCopies(graph, state, after);
  if (!hasMore(old, now)) return;
  const isSplit = (key: number) => now[key] >= 2 && now[key] > old[key];
  for (const copies of copiesOf(graph, state, after, isSplit).values()) {
    const added = copies.filter((symbol) => !before.isLoaded[member[symbol]]);
    const blame = added.flatMap((symbol) => causeOfLoading(comparison, member[symbol]));
    yield { code: 'state-split', name: name[copies[0]], by: member[copies[0]], blame };
  }
}

/** Whether some row has at least two now, and more than before. */
function hasMore(old: Uint16Array, now: Uint16Array): boolean {
  for (let row = 0; row < now.length; row++) if (now[row] >= 2 && now[row] > old[row]) return true;
  return false;
}

/** C4, too: no more copies of a unit come in than go, each for another name: a constructor would run twice. */
function* noMoreCopies(comparison: Comparison): Generator<Violation> {
  const { before, after, graph, twins } = comparison;
  const added = filesAdded(comparison);
  if (added.length === 0) return;
  const now = new LoadedTwins(graph.inputs, twins, after.loaded);
  let old: LoadedTwins | undefined;
  for (const member of added) {
    if (!now.hasAlike(member)) continue;
    const copies = now.copies(member) + 1;
    // At least two copies, this one included, and more than before.
    if (copies < 2) continue;
    old ??= new LoadedTwins(graph.inputs, twins, before.loaded);
    if (copies <= old.copies(member)) continue;
    const blame = causeOfLoading(comparison, member);
    yield { code: 'loads-more', name: after.extractedFor[member], by: member, blame };
  }
}
