import { Column } from '../column';
import { DEFAULT_VISIBILITY } from '../flag-bits';
import { List } from '../list';
import {
  isCommon,
  isFunction,
  isIfunc,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
  visibilityOf,
} from '../symbol-flags';
import { outcomeOf } from './comdats';
import { definitionIn, flagsOf, isSharedLibrary, memberOf, nameOf, names } from './graph';
import {
  commonExtracts,
  discardedGroups,
  firstReferenceBinds,
  hiddenBindsToShared,
  newRound,
  ranks,
  readsInOrder,
  rule,
  sharedReplacesCommon,
  uniqueIsWeak,
  weakDefinitionBinds,
  weakReferenceExtracts,
} from './linker';
import { Outcome } from './parts';
import {
  CommonExtraction,
  DiscardedGroups,
  Format,
  NewRound,
  Ranks,
  Rule,
  SharedReplacesCommon,
} from './rules';
import {
  COMMON_DEFINED,
  DEFINED,
  SHARED_DEFINED,
  UNDEFINED,
  UNSEEN,
  WEAKLY_DEFINED,
  WEAKLY_UNDEFINED,
} from './symbol-state';
import { searchedName } from './wrapped-names';

/*
 * The state of each name while a linker reads its inputs in order. The same as `LoadState` of the TypeScript resolver.
 */

const NONE: i32 = -1;

/** By name: UNSEEN to DEFINED. */
export const stateOf = Column.of<u8>();
/** By name: the file whose strong reference came first; NONE for roots. */
export const referencedBy = Column.of<i32>();
/** By name: which kinds of inputs reference or define it, as bits. */
const referencesOf = Column.of<u8>();
/** By name: other facts, as bits. */
const marksOf = Column.of<u8>();

const BY_ROOT: u8 = 1;
const BY_FILE_WEAKLY: u8 = 2;
const BY_FILE: u8 = 4;
/** A reference of a shared library that is not weak. */
const BY_LIBRARY: u8 = 8;
/** A definition in a discarded COMDAT group, which became a reference. */
const BY_LOST: u8 = 16;
const DEFINED_BY_FILE: u8 = 32;
const BY_ANY_FILE: u8 = BY_FILE | BY_FILE_WEAKLY | BY_LOST;

/** No archive is searched for the name any more: see `DiscardedGroups`. */
const NEVER_EXTRACTED: u8 = 1;
/** Hidden or protected in a loaded file: the name does not bind to shared libraries. */
const WITHIN: u8 = 2;
/** See `defineOnceSeen`. */
const DEFINED_ONCE_SEEN: u8 = 4;
/** A shared library defines the name such that a COMMON becomes a reference to it. */
const BEYOND_COMMON: u8 = 8;
/** Defined by `--defsym`. GNU ld ignores such a definition if an object has a COMMON of the same name. */
const DEFINED_BY_LINE: u8 = 16;
/** A file defined the name before the line did. */
const REPLACED_BY_LINE: u8 = 32;
const REDEFINED: u8 = 64;

/** Counts events that require another round over a group: see `LinkerProfile.newRound`. */
export let roundEvents: i32 = 0;

/** Definitions in the order in which they were read, where that is not the order of the files. */
export const readOrder = List.empty();
/** Names that a file, then the line, then another file defines. */
export const redefined = List.empty();

/** Begins a link: no name was seen. */
export function clearStates(): void {
  stateOf.fill(names, UNSEEN);
  referencedBy.fill(names, 0xff);
  referencesOf.fill(names, 0);
  marksOf.fill(names, 0);
  readOrder.clear();
  redefined.clear();
  roundEvents = 0;
}

/** Undoes the counts of a shared library's references. */
export function restoreRoundEvents(before: i32): void {
  roundEvents = before;
}

/** Adds a definition. @returns false if the symbol is a reference or must be treated as one */
export function addDefined(symbol: i32): bool {
  const flags = flagsOf[symbol];
  if (isLocalState(flags)) return true;
  if (isReference(flags)) return false;
  if (readsInOrder) readOrder.push(symbol);
  const name = nameOf[symbol];
  if (!isKept(symbol, flags)) {
    if (discardedGroups === DiscardedGroups.NEVER_EXTRACT) setMark(searchedName(symbol), NEVER_EXTRACTED);
    return false;
  }
  if (staysWithin(flags)) setMark(name, WITHIN);
  if (!isCommon(flags)) {
    referencesOf[name] |= DEFINED_BY_FILE;
    if (isMarked(name, REPLACED_BY_LINE)) redefine(name);
  }
  if (isCommon(flags)) addCommon(symbol, name);
  else if (isWeak(flags)) addWeak(name);
  else if (stateOf[name] !== WEAKLY_DEFINED || !(uniqueIsWeak && isUnique(flags))) stateOf[name] = DEFINED;
  return true;
}

function redefine(name: i32): void {
  if (isMarked(name, REDEFINED)) return;
  setMark(name, REDEFINED);
  redefined.push(name);
}

function addCommon(symbol: i32, name: i32): void {
  const before = stateOf[name];
  const isBeyond = isMarked(name, BEYOND_COMMON) && !isMarked(name, WITHIN);
  if (before === SHARED_DEFINED && isBeyond) return;
  if (before === UNSEEN) roundEvents++;
  if (referencedBy[name] === NONE && before !== UNDEFINED) referencedBy[name] = memberOf[symbol];
  const isOfLineAlone = isMarked(name, DEFINED_BY_LINE) && (referencesOf[name] & DEFINED_BY_FILE) === 0;
  if (
    before < COMMON_DEFINED ||
    (before === WEAKLY_DEFINED && ranks === Ranks.STRONG_COMMON_WEAK) ||
    isOfLineAlone
  )
    stateOf[name] = COMMON_DEFINED;
}

function addWeak(name: i32): void {
  const before = stateOf[name];
  if (before < COMMON_DEFINED || (before === COMMON_DEFINED && ranks === Ranks.STRONG_WEAK_COMMON))
    stateOf[name] = WEAKLY_DEFINED;
}

/**
 * Adds a reference.
 * @param by the referencing file; NONE for a root
 * @returns whether the name is undefined now, so that the reference extracts a member
 */
export function addUndefined(name: i32, weak: bool, by: i32): bool {
  if (by === NONE) referencesOf[name] |= BY_ROOT;
  else if (isMarked(name, DEFINED_ONCE_SEEN)) {
    clearMark(name, DEFINED_ONCE_SEEN);
    stateOf[name] = DEFINED;
  }
  const before = stateOf[name];
  if (weak && !weakReferenceExtracts) {
    if (before === UNSEEN) stateOf[name] = WEAKLY_UNDEFINED;
    return false;
  }
  if (before > UNDEFINED) return false;
  if (before !== UNDEFINED) {
    if (newRound === NewRound.WANTED) roundEvents++;
    stateOf[name] = UNDEFINED;
    referencedBy[name] = by;
  }
  return true;
}

/** Adds a definition of the line at its position. */
export function defineByLine(name: i32): void {
  if ((referencesOf[name] & DEFINED_BY_FILE) !== 0) setMark(name, REPLACED_BY_LINE);
  if (rule(Rule.FORMAT) === Format.ELF) setMark(name, DEFINED_BY_LINE);
  stateOf[name] = DEFINED;
}

/**
 * Adds a definition of the line that takes effect only once a file references the name: until then gold searches
 * archives for it (gold/archive.cc, `Library_base::should_include_member`).
 */
export function defineOnceSeen(name: i32): void {
  if (stateOf[name] === UNSEEN) stateOf[name] = DEFINED;
  else setMark(name, DEFINED_ONCE_SEEN);
}

/** Adds a reference of a file. @returns as `addUndefined` */
export function addUndefinedFrom(symbol: i32, by: i32): bool {
  const flags = flagsOf[symbol];
  const name = searchedName(symbol);
  if (staysWithin(flags)) setMark(name, WITHIN);
  if (stateOf[name] === SHARED_DEFINED && isMarked(name, WITHIN)) stateOf[name] = UNSEEN;
  const before = referencesOf[name];
  if (!isSharedLibrary(by)) recordReference(name, flags);
  else if (!isWeak(flags)) referencesOf[name] |= BY_LIBRARY;
  const extracts = addUndefined(name, isWeak(flags), by);
  if (newRound !== NewRound.SEEN) return extracts;
  const isNew = (before & BY_ANY_FILE) === 0 && (referencesOf[name] & BY_ANY_FILE) !== 0;
  if (isNew && stateOf[name] <= UNDEFINED) roundEvents++;
  return extracts;
}

/** Records a reference of a file of the link, or of a definition that it lost. */
function recordReference(name: i32, flags: i32): void {
  if (firstReferenceBinds && isWeak(flags)) rebind(name);
  if (!isReference(flags)) referencesOf[name] |= BY_LOST;
  else referencesOf[name] |= isWeak(flags) ? BY_FILE_WEAKLY : BY_FILE;
}

/** Undoes a pending undefined if this weak reference is the first one of a file (LLD). */
function rebind(name: i32): void {
  const isSaid = (referencesOf[name] & (BY_ROOT | BY_FILE | BY_FILE_WEAKLY)) !== 0;
  if (!isSaid && stateOf[name] === UNDEFINED) stateOf[name] = UNSEEN;
}

/** Whether the name is undefined and a file or library references it, not only the line. */
export function isUndefinedInFile(name: i32): bool {
  return stateOf[name] === UNDEFINED && (referencesOf[name] & (BY_FILE | BY_LIBRARY)) !== 0;
}

/** Whether a shared library's definition turns the present COMMON into a reference. */
export function takesCommon(symbol: i32): bool {
  const name = nameOf[symbol];
  if (stateOf[name] !== COMMON_DEFINED || isMarked(name, WITHIN)) return false;
  return replacesCommon(flagsOf[symbol]);
}

/** Adds a definition of a shared library. */
export function addShared(symbol: i32): void {
  const name = nameOf[symbol];
  if (isMarked(name, WITHIN)) return;
  if (takesCommon(symbol)) stateOf[name] = UNSEEN;
  if (stateOf[name] >= SHARED_DEFINED) return;
  stateOf[name] = SHARED_DEFINED;
  if (replacesCommon(flagsOf[symbol])) setMark(name, BEYOND_COMMON);
}

/** Whether the linker extracts `member`, whose archive index lists the name, in the name's present state. */
export function extracts(name: i32, member: i32): bool {
  const state = stateOf[name];
  if (state === UNDEFINED) return !isMarked(name, NEVER_EXTRACTED);
  return state === COMMON_DEFINED && replacesPresentCommon(member, name);
}

function isKept(symbol: i32, flags: i32): bool {
  if (isWeak(flags) && !weakDefinitionBinds) return false;
  const outcome = outcomeOf(symbol);
  if (outcome === Outcome.OUT && discardedGroups === DiscardedGroups.DEFINE) return true;
  return outcome === Outcome.KEPT || outcome === Outcome.REPLACES;
}

/** Whether a symbol's visibility requires that its name is resolved within the output. */
export function staysWithin(flags: i32): bool {
  return !hiddenBindsToShared && visibilityOf(flags) !== DEFAULT_VISIBILITY;
}

/** Whether a shared library's definition replaces a COMMON. */
export function replacesCommon(flags: i32): bool {
  if (sharedReplacesCommon !== SharedReplacesCommon.STRONG_DATA)
    return sharedReplacesCommon === SharedReplacesCommon.ANY;
  return !isWeak(flags) && !isFunction(flags);
}

/** Whether this linker extracts `member` because it has a better definition of a COMMON. */
function replacesPresentCommon(member: i32, name: i32): bool {
  if (commonExtracts === CommonExtraction.NONE) return false;
  const symbol = definitionIn(member, name);
  if (symbol === NONE) return false;
  const flags = flagsOf[symbol];
  if (isCommon(flags)) return false;
  if (commonExtracts === CommonExtraction.ANY) return true;
  if (isWeak(flags)) return false;
  // GNU ld takes data only, but STB_GNU_UNIQUE too; LLD up to 14 takes functions, but STB_GLOBAL only.
  if (commonExtracts === CommonExtraction.STRONG) return !isUnique(flags);
  return !isFunction(flags) && !isIfunc(flags);
}

function setMark(name: i32, bits: u8): void {
  marksOf[name] |= bits;
}

function clearMark(name: i32, bits: u8): void {
  marksOf[name] &= ~bits;
}

function isMarked(name: i32, bit: u8): bool {
  return (marksOf[name] & bit) !== 0;
}
