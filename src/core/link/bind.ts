import { Column } from '../column';
import { List } from '../list';
import { isCommon, isDefined, isLocalState, isPlain, isReference, isWeak } from '../symbol-flags';
import { bindToLibraries } from './bind-libraries';
import { addImports, bindAlternates, bindDefinitions, bindWrapped } from './bind-line-names';
import { clearComdats, outcomeOf } from './comdats';
import { givenRows } from './given';
import { endSymbol, firstSymbol, flagsOf, groupOf, memberOf, nameOf, names, useBoundNames } from './graph';
import { definedName, isOfDefinition, rootCount, rootName, rootReason } from './line';
import {
  comdats,
  discardedGroups,
  extractsPerOccurrence,
  readsInOrder,
  rule,
  uniqueIsWeak,
  weakDefinitionBinds,
  weakTie,
} from './linker';
import { extractedFor, includes, loaded, repeated, unboundWeak } from './load-state';
import { Given, Outcome, Reason, Strength } from './parts';
import {
  areBothGrouped,
  countsTwice,
  hasWeakWinner,
  isDiscardedTwice,
  isFurtherRight,
  replaces,
  replacesImport,
} from './precedence';
import { ComdatRule, DiscardedGroups, Rule, WeakTie } from './rules';
import { readOrder, redefined } from './symbol-states';
import {
  bindWeakExternals,
  clearWeakExternals,
  countsWeakExternals,
  hasOtherDefault,
  noteWeakExternal,
} from './weak-externals';
import { clearWinners, raise, refer, strengthOf, strongCount, winnerOf } from './winners';
import { searchedName } from './wrapped-names';

/*
 * Winner of each name, clashes and strongest references among the files that are loaded.
 */

const NONE: i32 = -1;

/** Names of which a second strong definition was read, in that order. */
const doubled = List.empty();
/** Those of them that the linker may report. */
export const clashing = List.empty();
/** Names with a strong reference and no definition. */
export const undefinedNames = List.empty();
/** Definitions in discarded groups that won a name for a while. */
const wonByLosers = List.empty();
/** By name: 1 if the linker reports no duplicate of it. */
const isSpared = Column.of<u8>();

/** With -dead_strip ld64 uses the second of two strong definitions on the line. */
let takesLast: bool = false;
/** Whether the first strong definition of a name wins without further checks. */
let takesPlain: bool = false;
/** Whether the number of strong definitions alone decides about duplicates. */
let doesNumberDecide: bool = false;

export function isCountDecisive(): bool {
  return doesNumberDecide;
}

export function bind(): void {
  useBoundNames();
  clearWinners();
  clearComdats();
  clearWeakExternals();
  doubled.clear();
  wonByLosers.clear();
  isSpared.fill(names, 0);
  takesLast = rule(Rule.DEAD_STRIP_TAKES_LAST) !== 0 && rule(Rule.STRIPS_DEAD) !== 0;
  takesPlain = !countsWeakExternals && comdats !== ComdatRule.LLD_LINK;
  referToRoots();
  for (let at = 0; at < loaded.length; at++) addFile(loaded[at]);
  for (let at = 0; at < readOrder.length; at++) addSymbol(readOrder[at]);
  undefineLost();
  bindWeakExternals();
  bindToLibraries();
  for (let at = 0; at < unboundWeak.length; at++)
    if (strengthOf[unboundWeak[at]] === <u8>Strength.WEAKLY_REFERENCED) winnerOf[unboundWeak[at]] = NONE;
  addImports();
  bindAlternates();
  bindWrapped();
  bindDefinitions();
  countRepeated();
  findClashing();
  findUndefined();
}

function referToRoots(): void {
  for (let root = 0; root < rootCount; root++) {
    // `bindDefinitions` records the names in definitions of the line.
    if (isOfDefinition(root)) continue;
    const isStartUp = rootReason[root] === <u8>Reason.START_UP;
    raise(rootName[root], <u8>(isStartUp ? Strength.WEAKLY_REFERENCED : Strength.STRONGLY_REFERENCED));
  }
  for (let at = 0; at < includes.length; at++) raise(includes[at], <u8>Strength.STRONGLY_REFERENCED);
}

function addFile(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const flags = flagsOf[symbol];
    if (isLocalState(flags)) continue;
    if (isReference(flags)) refer(nameOf[symbol], flags);
    if (!isDefined(flags) && !countsWeakExternals) continue;
    // A file takes its groups when it is read.
    if (readsInOrder) outcomeAt(symbol, flags);
    else if (!takesPlain || !takePlain(symbol, flags)) addSymbol(symbol);
  }
}

/** Accepts the first strong definition of a name. @returns false if further checks are needed */
function takePlain(symbol: i32, flags: i32): bool {
  const name = nameOf[symbol];
  if (!isPlain(flags) || groupOf[symbol] !== NONE || winnerOf[name] !== NONE) return false;
  winnerOf[name] = symbol;
  countStrong(name);
  return true;
}

function addSymbol(symbol: i32): void {
  const flags = flagsOf[symbol];
  const name = nameOf[symbol];
  const outcome = isDefined(flags) ? outcomeAt(symbol, flags) : Outcome.OUT;
  const present = winnerOf[name];
  noteWeakExternal(symbol);
  const isOtherWeak = hasOtherDefault(symbol, present);
  if (isOtherWeak && strongCount[name] === 0) {
    strongCount[name] = 2;
    doubled.push(name);
  }
  if (outcome === Outcome.OUT) {
    if (isDefined(flags)) addDiscarded(symbol, present);
    return;
  }
  if (replacesImport(symbol, present)) {
    winnerOf[name] = symbol;
    return;
  }
  if (outcome !== Outcome.REPLACES && countsTwice(flags) && !areBothGrouped(present, symbol))
    countStrong(name);
  if (outcome === Outcome.CLASH) return;
  if (
    present === NONE ||
    outcome === Outcome.REPLACES ||
    isLast(symbol, present) ||
    isOtherWeak ||
    replaces(symbol, present)
  )
    winnerOf[name] = symbol;
}

/** Adds a definition of a discarded group, which becomes a reference. */
function addDiscarded(symbol: i32, present: i32): void {
  const name = nameOf[symbol];
  refer(searchedName(symbol), flagsOf[symbol]);
  if (losesCommon(symbol, present)) winnerOf[name] = NONE;
  if (discardedGroups !== DiscardedGroups.DEFINE) return;
  if (present !== NONE && !replaces(symbol, present)) return;
  winnerOf[name] = symbol;
  wonByLosers.push(symbol);
}

/**
 * LLD 14 removes a COMMON before it extracts the definition that should replace it (lld/ELF/Symbols.cpp
 * `replaceCommon`): if that definition is discarded with its group, none is left.
 */
function losesCommon(lost: i32, present: i32): bool {
  return (
    extractsPerOccurrence &&
    present !== NONE &&
    isCommon(flagsOf[present]) &&
    extractedFor[memberOf[lost]] === nameOf[lost]
  );
}

function outcomeAt(symbol: i32, flags: i32): Outcome {
  return isWeak(flags) && !weakDefinitionBinds ? Outcome.OUT : outcomeOf(symbol);
}

function isLast(symbol: i32, present: i32): bool {
  return takesLast && extractedFor[memberOf[symbol]] !== NONE && isFurtherRight(symbol, present);
}

function countStrong(name: i32): void {
  const count: u16 = strongCount[name] + 1;
  strongCount[name] = count;
  if (count === 2) doubled.push(name);
}

/** Names that definitions of discarded groups won are undefined. */
function undefineLost(): void {
  for (let at = 0; at < wonByLosers.length; at++) {
    const name = nameOf[wonByLosers[at]];
    if (winnerOf[name] !== wonByLosers[at]) continue;
    winnerOf[name] = NONE;
    isSpared[name] = 1;
  }
}

/** Counts the definitions of files that are loaded twice, and of names that the line defined in between. */
function countRepeated(): void {
  for (let at = 0; at < repeated.length; at++)
    for (let symbol = firstSymbol(repeated[at]), end = endSymbol(repeated[at]); symbol < end; symbol++) {
      const flags = flagsOf[symbol];
      if (isDefined(flags) && countsTwice(flags) && !isDiscardedTwice(symbol)) countStrong(nameOf[symbol]);
    }
  for (let at = 0; at < redefined.length; at++)
    if (strongCount[redefined[at]] < 2) {
      strongCount[redefined[at]] = 2;
      doubled.push(redefined[at]);
    }
}

/** LLD from 15 on compares only with the winner: nothing clashes after a weak winner or one in a discarded group. */
function findClashing(): void {
  if (rule(Rule.DEFSYM_HIDES_DUPLICATES) !== 0)
    for (let at = 0, count = givenRows(Given.DEFINED_NAME); at < count; at++) isSpared[definedName[at]] = 1;
  clashing.clear();
  for (let at = 0; at < doubled.length; at++) {
    const name = doubled[at];
    if (isSpared[name] === 0 && !(uniqueIsWeak && hasWeakWinner(winnerOf[name]))) clashing.push(name);
  }
  const isCounted =
    comdats === ComdatRule.FIRST || (comdats === ComdatRule.BY_NAME && rule(Rule.HAS_STRONG_IN_GROUPS) === 0);
  doesNumberDecide = isCounted && weakTie !== WeakTie.LLD_LINK && clashing.length === doubled.length;
}

function findUndefined(): void {
  undefinedNames.clear();
  for (let name = 0; name < names; name++)
    if (strengthOf[name] === <u8>Strength.STRONGLY_REFERENCED && winnerOf[name] === NONE)
      undefinedNames.push(name);
}
