import {
  isAbsolute,
  isCommon,
  isHidden,
  isImported,
  isMergeable,
  isStrong,
  isUnique,
  isWeak,
  mayHide,
} from '../symbol-flags';
import { alignmentOf, flagsOf, groupOf, memberOf, selectionOf, sizeOf } from './graph';
import {
  absolutesYield,
  comdats,
  commonSize,
  ignoresMergeableDuplicates,
  importsYield,
  ranks,
  uniqueIsWeak,
  uniqueNeverClashes,
  weakTie,
} from './linker';
import { Selection } from './parts';
import { ComdatRule, CommonSize, Ranks, WeakTie } from './rules';

/*
 * Which of two definitions of a name is used, and which are duplicates. The same as
 * test/reference/definition-precedence.ts and test/reference/duplicate-definitions.ts.
 */

const NONE: i32 = -1;

/** Strengths of a definition; the two of weak and COMMON ones are in the order of `PrecedenceRules.ranks`. */
const LOWER: i32 = 1;
const UPPER: i32 = 2;
/** Absolute, for a linker to which any definition in a section replaces it. */
const YIELDING: i32 = 3;
const STRONG: i32 = 4;

/** Whether a later definition replaces the one that is there. */
export function replaces(later: i32, present: i32): bool {
  const flags = flagsOf[later];
  const presentFlags = flagsOf[present];
  const isUniqueWeak = uniqueNeverClashes || (uniqueIsWeak && !isCommon(flags) && !isCommon(presentFlags));
  const gain = strength(flags, isUniqueWeak) - strength(presentFlags, isUniqueWeak);
  if (gain !== 0) return gain > 0;
  if (isCommon(flags) && isCommon(presentFlags)) return isLargerCommon(later, present);
  if (isStrong(flags) || weakTie !== WeakTie.LD64) return false;
  // ld64, SymbolTable.cpp `NameCollisionResolution`: not auto-hide, then visible, then more aligned, then present.
  if (mayHide(flags) !== mayHide(presentFlags)) return mayHide(presentFlags);
  if (isHidden(flags) !== isHidden(presentFlags)) return isHidden(presentFlags);
  return alignmentOf[later] > alignmentOf[present];
}

/** Whether a definition silently replaces that of an import member (lld/COFF/SymbolTable.cpp, `addRegular`). */
export function replacesImport(later: i32, present: i32): bool {
  if (!importsYield || present === NONE || !isImported(flagsOf[present])) return false;
  const flags = flagsOf[later];
  return !isImported(flags) && !isAbsolute(flags) && !isWeak(flags);
}

function isLargerCommon(later: i32, present: i32): bool {
  if (commonSize === CommonSize.FIRST) return false;
  const growth = sizeOf[later] - sizeOf[present];
  const isLast = weakTie === WeakTie.LD64 && memberOf[later] > memberOf[present];
  return growth > 0 || (growth === 0 && isLast);
}

function strength(flags: i32, isUniqueWeak: bool): i32 {
  const isCommonAbove = ranks === Ranks.STRONG_COMMON_WEAK;
  if (isCommon(flags)) return isCommonAbove ? UPPER : LOWER;
  if (isWeak(flags) || (isUniqueWeak && isUnique(flags))) return isCommonAbove ? LOWER : UPPER;
  return absolutesYield && isAbsolute(flags) ? YIELDING : STRONG;
}

/** Whether a strong definition is after another one on the line. */
export function isFurtherRight(symbol: i32, other: i32): bool {
  return (
    other !== NONE &&
    isStrong(flagsOf[symbol]) &&
    isStrong(flagsOf[other]) &&
    memberOf[symbol] > memberOf[other]
  );
}

export function hasWeakWinner(winner: i32): bool {
  return winner !== NONE && isWeak(flagsOf[winner]);
}

/** Whether two definitions are no duplicates for being in a COMDAT group each (wild, `select_symbol`). */
export function areBothGrouped(first: i32, later: i32): bool {
  return (
    comdats === ComdatRule.BY_NAME &&
    first !== NONE &&
    isStrong(flagsOf[first]) &&
    groupOf[first] !== NONE &&
    groupOf[later] !== NONE
  );
}

/** Whether a second definition like this one is a duplicate to the linker. */
export function countsTwice(flags: i32): bool {
  return (
    isStrong(flags) &&
    !(ignoresMergeableDuplicates && isMergeable(flags)) &&
    !(uniqueNeverClashes && isUnique(flags)) &&
    !(absolutesYield && isAbsolute(flags))
  );
}

/**
 * Whether the second copy of a definition is discarded with its group. To MinGW's ld a group is none if it allows no
 * duplicates, or has lost its rule.
 */
export function isDiscardedTwice(symbol: i32): bool {
  const group = groupOf[symbol];
  if (group === NONE) return false;
  const selection = selectionOf[group];
  return !(
    comdats === ComdatRule.MINGW &&
    (selection === <u8>Selection.NO_DUPLICATES || selection === <u8>Selection.LOST)
  );
}
