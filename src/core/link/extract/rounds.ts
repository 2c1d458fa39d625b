import { Column } from '../../column';
import { List } from '../../list';
import { isCommon, isDefined, isFunction, isWeak } from '../../symbol-flags';
import {
  archiveCount,
  definitionIn,
  endEntry,
  endSymbol,
  firstEntry,
  firstSymbol,
  flagsOf,
  isDropped,
  memberOfEntry,
  nameOf,
  nameOfEntry,
  names,
} from '../graph';
import {
  endListed,
  endRequest,
  firstListed,
  firstRequest,
  idOf,
  idOfRequest,
  isDefinition,
  isInput,
  isLibrary,
  isObjectItem,
  isSameFile,
  isSearched,
  itemCount,
  listed,
  loadedAt,
  loadedCount,
  otherOfRequest,
  rootCount,
  rootName,
} from '../line';
import { canLoad, libraries, loadAgain, loaded, loadFile } from '../load-state';
import { sortByName } from '../name-order';
import { COMMON_DEFINED, DEFINED, UNDEFINED } from '../symbol-state';
import { addUndefined, stateOf } from '../symbol-states';

/*
 * Extraction of Apple's ld64: all objects and force-loaded archives first, at any position; then rounds over the
 * undefined names in byte order, each of which extracts from the first archive whose index has the name for a member
 * that is not loaded; then each COMMON searches for a data definition. The first occurrence of an archive decides how
 * it is treated. Libraries of linker directives are searched after those of the line, once the file is loaded.
 *
 * Source: ld64 src/ld/Resolver.cpp `resolveAllUndefines`, `doFile`; src/ld/InputFiles.cpp `searchLibraries`,
 * `addLinkerOptionLibraries`; src/ld/Options.cpp `addLibrary`; src/ld/parsers/archive_file.cpp `justInTimeforEachAtom`.
 */

const NONE: i32 = -1;

/** Items of the line, each file once, then those of linker directives. */
const items = List.empty();
/** How many of the loaded files have had their directives processed. */
let directivesProcessed: i32 = 0;
/** Requests of inputs that are to be added, in order. */
const requested = List.empty();

export function extractInRounds(): void {
  items.clear();
  directivesProcessed = 0;
  for (let item = 0; item < itemCount; item++) addItem(item);
  findOffers();
  takeAliases();
  takeRequests();
  for (let root = 0; root < rootCount; root++) addUndefined(rootName[root], false, NONE);
  do while (serveUndefined()) {}
  while (serveCommons());
  for (let at = 0; at < items.length; at++)
    if (isLibrary(items[at]) && !libraries.includes(idOf[items[at]])) libraries.push(idOf[items[at]]);
}

/** Adds an item of the line, and loads the files that need no reference. Only an object is read a second time. */
function addItem(item: i32): void {
  if (!isObjectItem(item) && isFileAdded(item)) return;
  items.push(item);
  for (let at = 0, count = loadedCount(item); at < count; at++)
    if (canLoad(loadedAt(item, at))) loadFile(loadedAt(item, at), NONE);
    else if (isObjectItem(item)) loadAgain(loadedAt(item, at));
}

function isFileAdded(item: i32): bool {
  for (let at = 0; at < items.length; at++) if (isSameFile(items[at], item)) return true;
  return false;
}

function load(member: i32, wanted: i32): void {
  loadFile(member, wanted);
  takeAliases();
  takeRequests();
}

/** Defines the aliases (-alias) of names that are defined now: `Resolver::doAtom`. */
function takeAliases(): void {
  for (let item = 0; item < itemCount; item++)
    if (isDefinition(item) && areTargetsDefined(item)) stateOf[idOf[item]] = DEFINED;
}

function areTargetsDefined(item: i32): bool {
  for (let at = firstListed(item), end = endListed(item); at < end; at++)
    if (stateOf[listed[at]] < COMMON_DEFINED) return false;
  return true;
}

/** Adds inputs of the directives of files loaded since the last call: frameworks, then libraries, each by name. */
function takeRequests(): void {
  const before = items.length;
  findRequested();
  for (let at = 0; at < requested.length; at++) {
    const item = idOfRequest[requested[at]];
    if (isFileAdded(item)) continue;
    items.push(item);
    for (let file = 0, count = loadedCount(item); file < count; file++)
      if (canLoad(loadedAt(item, file))) loadFile(loadedAt(item, file), NONE);
  }
  if (items.length > before) findOffers();
}

/** By their keys; those of one key in the order of their files. */
function findRequested(): void {
  requested.clear();
  for (; directivesProcessed < loaded.length; directivesProcessed++) {
    const member = loaded[directivesProcessed];
    for (let request = firstRequest(member), end = endRequest(member); request < end; request++)
      if (isInput(request)) insertByKey(request);
  }
}

function insertByKey(request: i32): void {
  requested.push(request);
  let at = requested.length - 1;
  for (; at > 0 && otherOfRequest[requested[at - 1]] > otherOfRequest[request]; at--)
    requested[at] = requested[at - 1];
  requested[at] = request;
}

/*
 * For each name the members whose archives' indexes have it: an archive's first entry counts, archives in order.
 */

/** By name: its first and last offer, or NONE. */
const firstOffer = Column.of<i32>();
const lastOffer = Column.of<i32>();
/** By offer. */
const memberOfOffer = List.empty();
const nextOffer = List.empty();
/** By name: how many members offer it. */
const offerCount = Column.of<i32>();
/** By name: how many of them precede a shared library that defines it, or NONE without such a library. */
const offersBeforeLibrary = Column.of<i32>();
/** By name: the archive that offered it last, or NONE. */
const lastArchive = Column.of<i32>();
/** By archive: 1 once its index was read. */
const isArchiveRead = Column.of<u8>();

function findOffers(): void {
  firstOffer.fill(names, 0xff);
  lastOffer.fill(names, 0xff);
  offerCount.fill(names, 0);
  offersBeforeLibrary.fill(names, 0xff);
  lastArchive.fill(names, 0xff);
  isArchiveRead.fill(archiveCount, 0);
  memberOfOffer.clear();
  nextOffer.clear();
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (isLibrary(item)) addLibraryNames(idOf[item]);
    if (!isSearched(item) || isArchiveRead[idOf[item]] === 1) continue;
    isArchiveRead[idOf[item]] = 1;
    addOffers(idOf[item]);
  }
}

/** A weak definition of a library does not end the search. */
function addLibraryNames(library: i32): void {
  for (let symbol = firstSymbol(library), end = endSymbol(library); symbol < end; symbol++) {
    const name = nameOf[symbol];
    const isStrongHere = isDefined(flagsOf[symbol]) && !isWeak(flagsOf[symbol]);
    if (isStrongHere && offersBeforeLibrary[name] === NONE) offersBeforeLibrary[name] = offerCount[name];
  }
}

function addOffers(archive: i32): void {
  for (let entry = firstEntry(archive), end = endEntry(archive); entry < end; entry++) {
    const name = nameOfEntry[entry];
    const member = memberOfEntry[entry];
    if (member === NONE || isDropped[member] !== 0 || lastArchive[name] === archive) continue;
    lastArchive[name] = archive;
    addOffer(name, member);
  }
}

function addOffer(name: i32, member: i32): void {
  const offer = memberOfOffer.length;
  memberOfOffer.push(member);
  nextOffer.push(NONE);
  if (firstOffer[name] === NONE) firstOffer[name] = offer;
  else nextOffer[lastOffer[name]] = offer;
  lastOffer[name] = offer;
  offerCount[name]++;
}

const searched = List.empty();

function serveUndefined(): bool {
  let added = false;
  findNamesIn(UNDEFINED);
  for (let at = 0; at < searched.length; at++) {
    const name = searched[at];
    const member = stateOf[name] === UNDEFINED ? memberBeforeLibrary(name) : NONE;
    if (member === NONE) continue;
    load(member, name);
    added = true;
  }
  return added;
}

/** The first member that offers a name and is not loaded, unless a shared library precedes it; NONE otherwise. */
function memberBeforeLibrary(name: i32): i32 {
  const limit = offersBeforeLibrary[name];
  // A loaded member does not end the search, since an index may be wrong.
  let at = 0;
  for (let offer = firstOffer[name]; offer !== NONE; offer = nextOffer[offer], at++)
    if (canLoad(memberOfOffer[offer])) return limit !== NONE && at >= limit ? NONE : memberOfOffer[offer];
  return NONE;
}

function serveCommons(): bool {
  let added = false;
  findNamesIn(COMMON_DEFINED);
  for (let at = 0; at < searched.length; at++) {
    const name = searched[at];
    const member = stateOf[name] === COMMON_DEFINED ? memberWithData(name) : NONE;
    if (member === NONE) continue;
    load(member, name);
    added = true;
  }
  return added;
}

function memberWithData(name: i32): i32 {
  for (let offer = firstOffer[name]; offer !== NONE; offer = nextOffer[offer]) {
    const member = memberOfOffer[offer];
    const symbol = canLoad(member) ? definitionIn(member, name) : NONE;
    if (symbol !== NONE && !isCommon(flagsOf[symbol]) && !isFunction(flagsOf[symbol])) return member;
  }
  return NONE;
}

/** In byte order, as ld64 sorts them. */
function findNamesIn(state: u8): void {
  searched.clear();
  for (let name = 0; name < names; name++) if (stateOf[name] === state) searched.push(name);
  sortByName(searched);
}
