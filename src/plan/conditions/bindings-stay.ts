import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { changedNames } from '../../link/resolve/differences.js';
import { STRONGLY_REFERENCED, UNREFERENCED, WEAKLY_REFERENCED } from '../../link/resolve/resolution.js';
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
import type { Twins } from '../twins/twins.js';
import type { BlockCode } from '../verdict.js';
import { causeOfLoading, causeOfLoss, causeOfMove } from './blame.js';
import type { Comparison, IsBlamed, Violation } from './comparison.js';

/**
 * C1, C2, C3, C7: every name that a remaining file references or defines is bound as before, or to a copy with the same
 * content. Names of overridden definitions are compared, too: references within their own file bind by name.
 */
export function* bindingsStay(comparison: Comparison, isBlamed: IsBlamed): Generator<Violation> {
  const { before, after } = comparison;
  let users: Int32Array | undefined;
  const firstUser = (name: NameId): MemberId => {
    users ??= firstUsers(comparison.graph, comparison.after);
    return users[name];
  };
  const moves = new Moves(comparison, isBlamed);
  const names = changedNames(comparison);
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    const old = before.winners[name];
    const now = after.winners[name];
    if (now === old && now !== NONE) continue;
    const violation =
      now === NONE
        ? lossOf(comparison, name, firstUser, isBlamed)
        : old === NONE
          ? gainOf(comparison, name, now)
          : moves.violation(name, old, now);
    if (violation !== null) yield violation;
  }
}

/**
 * A name that lost its definition, or that is newly referenced. Null if an earlier violation puts back the same
 * members.
 */
function lossOf(
  comparison: Comparison,
  name: NameId,
  firstUser: (name: NameId) => MemberId,
  isBlamed: IsBlamed,
): Violation | null {
  const { before, after } = comparison;
  const strength = after.referenceStrength[name];
  if (strength === UNREFERENCED) return null;
  const isStrong = strength === STRONGLY_REFERENCED;
  const isNewlyStrong = isStrong && before.referenceStrength[name] !== STRONGLY_REFERENCED;
  const isNewReference = before.winners[name] === NONE;
  if (isNewReference && !isNewlyStrong) return null;
  const code = isStrong ? 'unresolved-reference' : 'weak-reference-changes';
  const blame = causeOfLoss(comparison, name, isNewReference ? firstUser(name) : NONE);
  return isBlamed(blame) ? null : { code, name, by: firstUser(name), blame };
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

/** Properties that are equal for all names that move between the same two files. */
interface MovedPair {
  /** Which of the names may move: all, none, or those whose definitions agree. */
  readonly mayMove: 'all' | 'none' | 'by-definition';
  /** Only for `by-definition`: whether nothing but symbol names shows that the files are copies. */
  readonly isProvedByNames: boolean;
  /** Dropped members that cause the move; computed for the first name that must not move. */
  blame: readonly MemberId[] | null;
}

/** Names with another definition, by the pair of files that define it. */
class Moves {
  readonly #pairs = new Map<number, MovedPair>();

  constructor(
    readonly comparison: Comparison,
    readonly isBlamed: IsBlamed,
  ) {}

  /** Null if the definitions have the same content, or if the drop that moves the name is known to violate C2. */
  violation(name: NameId, old: SymbolId, now: SymbolId): Violation | null {
    const { graph } = this.comparison;
    const pair = this.#pairOf(old, now);
    if (pair.mayMove === 'all' || (pair.blame !== null && this.isBlamed(pair.blame))) return null;
    const code = this.#whyNotSame(pair, old, now);
    if (code === null) return null;
    pair.blame ??= causeOfMove(this.comparison, old, now);
    if (this.isBlamed(pair.blame) || isSameByName(graph, name) || this.#isSameGroup(code, old, now))
      return null;
    return { code, name, by: graph.inputs.symbols.member[now], blame: pair.blame };
  }

  #pairOf(old: SymbolId, now: SymbolId): MovedPair {
    const { graph, twins } = this.comparison;
    const { member } = graph.inputs.symbols;
    const key = member[old] * graph.inputs.members.length + member[now];
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const pair = { ...pairOf(twins, member[old], member[now]), blame: null };
    this.#pairs.set(key, pair);
    return pair;
  }

  /** Why references must not move from definition `old` to `now`; null if they may. */
  #whyNotSame(pair: MovedPair, old: SymbolId, now: SymbolId): BlockCode | null {
    const { graph, twins, line } = this.comparison;
    if (pair.mayMove === 'none') return 'binding-moves';
    const { flags } = graph.inputs.symbols;
    const a = flags[old];
    const b = flags[now];
    if (hasOtherShape(graph, old, now) || (line.exportsSymbols && isHiddenNow(a, b)))
      return 'content-differs';
    if (!pair.isProvedByNames || isCallable(a)) return null;
    // Equal names do not prove equal values. Checked last, and not for drops that are already refused: it reads
    // objects.
    pair.blame ??= causeOfMove(this.comparison, old, now);
    return this.isBlamed(pair.blame) || twins.haveEqualData(old, now) ? null : 'content-differs';
  }

  /**
   * Whether both definitions are in equal COMDAT groups of members that are not copies. Checked last: it reads objects.
   */
  #isSameGroup(code: BlockCode, old: SymbolId, now: SymbolId): boolean {
    return code === 'binding-moves' && this.comparison.twins.areInEqualGroups(old, now);
  }
}

function pairOf(twins: Twins, old: MemberId, now: MemberId): Omit<MovedPair, 'blame'> {
  const relation = twins.relation(old, now);
  if (!twins.mayReplace(old, now)) return { mayMove: 'none', isProvedByNames: false };
  if (relation === null || relation.kind === 'other-content')
    return { mayMove: twins.isInterchangeable(old, now) ? 'all' : 'none', isProvedByNames: false };
  if (relation.kind === 'identical-bytes' || relation.kind === 'same-image')
    return { mayMove: 'all', isProvedByNames: false };
  const isProvedByNames = relation.kind === 'same-unit' && relation.proof === 'names';
  return { mayMove: 'by-definition', isProvedByNames };
}

const isHiddenNow = (old: number, now: number): boolean =>
  visibilityOf(old) === DEFAULT_VISIBILITY && visibilityOf(now) !== DEFAULT_VISIBILITY;

/** `DW.ref.<symbol>` is a pointer to that symbol in its own COMDAT group, and the same in every object. */
const isSameByName = ({ inputs }: LinkGraph, name: NameId): boolean =>
  inputs.symbols.names.text(name).startsWith('DW.ref.');

/** Whether two definitions differ in the symbol table: in kind, strength, size or membership in a group. */
function hasOtherShape({ inputs }: LinkGraph, old: SymbolId, now: SymbolId): boolean {
  const { flags, size, group, alignment } = inputs.symbols;
  const a = flags[old];
  const b = flags[now];
  if (a !== b && hasOtherFlags(a, b)) return true;
  // A WebAssembly function's recorded size is a digest of its signature.
  const isSized = kindOf(a) === DATA || isTls(a) || inputs.format === 'wasm';
  return (
    (isSized && size[old] !== size[now]) ||
    (isCommon(a) && alignment[now] < alignment[old]) ||
    (group[old] === NONE) !== (group[now] === NONE)
  );
}

/** Whether the flags of two definitions differ, apart from visibility and from a definition that becomes strong. */
function hasOtherFlags(old: number, now: number): boolean {
  return (
    kindOf(old) !== kindOf(now) ||
    isAbsolute(old) !== isAbsolute(now) ||
    (isWeak(now) && !isWeak(old)) ||
    isCommon(old) !== isCommon(now) ||
    // A program that writes to the old one would crash.
    (!isCallable(old) && isState(old) && !isState(now))
  );
}
