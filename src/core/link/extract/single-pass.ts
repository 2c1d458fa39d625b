import { List } from '../../list';
import { isDefined, isReference } from '../../symbol-flags';
import { endSymbol, firstSymbol, flagsOf, nameOf } from '../graph';
import {
  endListed,
  firstListed,
  idOf,
  isDefinition,
  isLazyObject,
  isLibrary,
  isOfDefinition,
  isSearched,
  itemCount,
  itemGroupOf,
  listed,
  loadedAt,
  loadedCount,
  optionOf,
  rootCount,
  rootName,
} from '../line';
import { lineDefines, newRound, rule } from '../linker';
import { canLoad, libraries, loadAgain, loadFile } from '../load-state';
import { LineDefines, NewRound, Rule } from '../rules';
import { COMMON_DEFINED, SHARED_DEFINED, UNSEEN, WEAKLY_UNDEFINED } from '../symbol-state';
import {
  addShared,
  addUndefined,
  addUndefinedFrom,
  defineByLine,
  defineOnceSeen,
  extracts,
  isUndefinedInFile,
  restoreRoundEvents,
  roundEvents,
  stateOf,
  takesCommon,
} from '../symbol-states';
import { clearSearches, searchArchive } from './search-archive';

/*
 * Extraction of GNU ld and gold: inputs from left to right. An archive is searched at its position until a pass over
 * its index makes no new name undefined; a group likewise, as a whole. Later references do not search it again. Only a
 * name that became undefined causes another pass, not a loaded member: a weak reference that becomes a COMMON in the
 * last archive of a group does not make GNU ld search for data again.
 *
 * Source: bfd/elflink.c `elf_link_add_archive_symbols`, ld/ldlang.c; gold/archive.cc `Archive::add_symbols`.
 */

const NONE: i32 = -1;

/** Items that are read in order. */
const items = List.empty();
/** Objects of one --start-lib … --end-lib that have not been loaded. */
const unloaded = List.empty();

export function extractInSinglePass(): void {
  clearSearches();
  addRoots();
  items.clear();
  for (let item = 0; item < itemCount; item++)
    if (lineDefines === LineDefines.AT_ITS_POSITION || !isDefinition(item)) items.push(item);
    else if (lineDefines === LineDefines.FROM_THE_START) defineOnceSeen(idOf[item]);
  for (let first = 0; first < items.length; ) {
    const end = endOfRun(first);
    let grew = takeInOrder(first, end);
    while (grew && itemGroupOf[items[first]] !== NONE) grew = searchArchives(first, end);
    first = end;
  }
}

function addRoots(): void {
  for (let root = 0; root < rootCount; root++) {
    const isOfLine = lineDefines === LineDefines.FROM_THE_START && isOfDefinition(root);
    // gold does not search for a name in what the line defines if the line defines that name, too.
    if (!isOfLine || !isDefinedByLine(rootName[root])) addUndefined(rootName[root], false, NONE);
  }
}

function isDefinedByLine(name: i32): bool {
  for (let item = 0; item < itemCount; item++) if (isDefinition(item) && idOf[item] === name) return true;
  return false;
}

/** The end of a run of items that are searched as one: those of a group, those of a library, otherwise one item. */
function endOfRun(first: i32): i32 {
  let end = first + 1;
  while (end < items.length && isTogether(items[first], items[end])) end++;
  return end;
}

/** Of one group, or of one library. */
function isTogether(one: i32, other: i32): bool {
  if (itemGroupOf[one] !== NONE) return itemGroupOf[other] === itemGroupOf[one];
  return isLazyObject(one) && isInLibrary(other, optionOf[one]);
}

function isInLibrary(item: i32, library: i32): bool {
  return isLazyObject(item) && optionOf[item] === library;
}

/** Processes each item of a run once, in order. @returns whether names became undefined */
function takeInOrder(first: i32, end: i32): bool {
  const before = roundEvents;
  for (let at = first; at < end; at++) {
    const item = items[at];
    for (let file = 0, count = loadedCount(item); file < count; file++) take(loadedAt(item, file));
    if (isLazyObject(item)) {
      const isFirst = at === first || !isInLibrary(items[at - 1], optionOf[item]);
      if (isFirst) searchLibrary(first, end, optionOf[item]);
    } else if (isLibrary(item)) takeLibrary(item);
    else if (isSearched(item)) searchArchive(idOf[item], item);
    else if (isDefinition(item)) takeDefinition(item);
  }
  return roundEvents > before;
}

function take(member: i32): void {
  if (canLoad(member)) loadFile(member, NONE);
  else loadAgain(member);
}

/** Adds a definition of the line. If it names an undefined symbol, archives are still searched for its own name. */
function takeDefinition(item: i32): void {
  let isKnown = true;
  for (let at = firstListed(item), end = endListed(item); at < end; at++)
    isKnown = isKnown && stateOf[listed[at]] >= SHARED_DEFINED && stateOf[listed[at]] !== COMMON_DEFINED;
  for (let at = firstListed(item), end = endListed(item); at < end; at++)
    addUndefined(listed[at], false, NONE);
  if (isKnown || stateOf[idOf[item]] === UNSEEN) defineByLine(idOf[item]);
}

/**
 * gold loops over the objects of a --start-lib and loads those that define an undefined name; the last object of the
 * list replaces the loaded one. Source: gold/archive.cc `Lib_group::add_symbols`.
 */
function searchLibrary(first: i32, end: i32, library: i32): void {
  unloaded.clear();
  for (let at = first; at < end; at++) if (isInLibrary(items[at], library)) unloaded.push(idOf[items[at]]);
  let before = 0;
  do {
    before = unloaded.length;
    for (let at = 0; at < unloaded.length; ) if (!loadIfUndefined(at)) at++;
  } while (unloaded.length < before);
}

/** Loads an object of a library that defines an undefined name. @returns whether it was loaded */
function loadIfUndefined(at: i32): bool {
  const member = unloaded[at];
  const name = firstExtracting(member);
  if (name === NONE) return false;
  if (canLoad(member)) loadFile(member, name);
  else loadAgain(member);
  const last = unloaded.pop();
  if (at < unloaded.length) unloaded[at] = last;
  return true;
}

/** The first name that an object defines and that extracts it; NONE for none. */
function firstExtracting(member: i32): i32 {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol]) && extracts(nameOf[symbol], member)) return nameOf[symbol];
  return NONE;
}

/** GNU ld leaves out a library that is unneeded at its position (--as-needed); gold reads it anyway. */
function takeLibrary(item: i32): void {
  const library = idOf[item];
  const first = firstSymbol(library);
  const end = endSymbol(library);
  if (optionOf[item] === 1 && rule(Rule.FORGETS_UNNEEDED) !== 0 && !isNeeded(first, end)) return;
  libraries.push(library);
  for (let symbol = first; symbol < end; symbol++) if (isDefined(flagsOf[symbol])) addShared(symbol);
  const before = roundEvents;
  for (let symbol = first; symbol < end; symbol++)
    if (isReference(flagsOf[symbol]) && !isLeft(symbol)) addUndefinedFrom(symbol, library);
  // Only objects cause another round.
  if (newRound === NewRound.SEEN) restoreRoundEvents(before);
}

function isNeeded(first: i32, end: i32): bool {
  for (let symbol = first; symbol < end; symbol++)
    if (isDefined(flagsOf[symbol]) && (isUndefinedInFile(nameOf[symbol]) || takesCommon(symbol))) return true;
  return false;
}

/** gold does not change a name that is only weakly undefined (gold/resolve.cc, `Symbol_table::should_override`). */
function isLeft(symbol: i32): bool {
  return newRound === NewRound.SEEN && stateOf[nameOf[symbol]] === WEAKLY_UNDEFINED;
}

/**
 * Another round over a group: its archives are searched again; objects and whole archives are already loaded.
 * Definitions of the line in the group are applied again, and override definitions of files loaded since (ld/ldlang.c,
 * `open_input_bfds`).
 */
function searchArchives(first: i32, end: i32): bool {
  const before = roundEvents;
  for (let at = first; at < end; at++) {
    const item = items[at];
    if (isSearched(item)) searchArchive(idOf[item], item);
    // GNU ld considers a library again that was not needed before.
    else if (isLibrary(item) && !libraries.includes(idOf[item])) takeLibrary(item);
    else if (isDefinition(item)) takeDefinition(item);
  }
  return roundEvents > before;
}
