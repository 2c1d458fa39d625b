import { Column } from '../../column';
import { List } from '../../list';
import { isDefined, isWeak } from '../../symbol-flags';
import { givenRows } from '../given';
import {
  archiveCount,
  endEntry,
  endSymbol,
  firstEntry,
  firstSymbol,
  flagsOf,
  memberCount,
  memberOfEntry,
  nameOf,
  nameOfEntry,
  names,
} from '../graph';
import {
  endRequest,
  firstRequest,
  idOf,
  idOfRequest,
  isArchive,
  isSearched,
  itemCount,
  kindOfRequest,
  loadedAt,
  loadedCount,
  optionOf,
  otherOfRequest,
  realName,
  rootCount,
  rootName,
  wrappedName,
  wrapperName,
} from '../line';
import { rule } from '../linker';
import { alternateFrom, alternateTo, canLoad, includes, markLoaded } from '../load-state';
import { sortByName } from '../name-order';
import { Given, RequestKind } from '../parts';
import { Alternates, Rule } from '../rules';
import { UNDEFINED, UNSEEN } from '../symbol-state';
import { addDefined, addUndefined, referencedBy, stateOf } from '../symbol-states';

/*
 * Extraction of lld-link: an archive's index adds lazy symbols, as in the other LLDs, but an extracted member waits in
 * a queue after the inputs of the line, and so does a library of a linker directive. A weak external that is read
 * before its name is defined prevents every archive search for the name, now and later. When the queue is empty, the
 * default libraries of the line are read (LLD 14 queues them after the inputs, which is not simulated). Then exported
 * names become undefined, names that are still undefined try their alternates, and names of /includeoptional become
 * undefined if an archive could define them.
 *
 * Source: lld/COFF/Driver.cpp `enqueueArchiveMember`, `parseDirectives`, `linkerMain`; lld/COFF/SymbolTable.cpp
 * `addLazyArchive`, `addUndefined`; lld/COFF/InputFiles.cpp `initializeSymbols`.
 */

const NONE: i32 = -1;

/** By name: the member that an index names first. */
const lazy = Column.of<i32>();
/** By name: 1 once a weak external has taken the place of what archives could define. */
const isSettledWeakly = Column.of<u8>();
/** By name: 1 once a member has been queued for it; no further archive is searched. */
const isPending = Column.of<u8>();
/** By name: 1 once it was referenced while it was lazy. The linker then does not treat it as undefined. */
const isForced = Column.of<u8>();
/** By member. */
const isQueued = Column.of<u8>();
/** By archive: 1 once its lazy symbols were added. */
const isOffered = Column.of<u8>();
/** By archive: 1 if directives cannot add it any more (/nodefaultlib). */
const isBarred = Column.of<u8>();

/** Members, each with the name that it is extracted for; or items, with NO_MEMBER for their members. */
const queuedMember = List.empty();
const queuedFor = List.empty();
const NO_MEMBER: i32 = -2;
/** How many entries of the queue have been processed. */
let processed: i32 = 0;

const exportedName = List.empty();
const exportedBy = List.empty();
/** Names that become undefined if an archive could define them (/includeoptional). */
const optional = List.empty();
/** Alternates of linker directives, by their first name. */
const alternates = List.empty();
const nameOfAlternate = List.empty();
const targetOfAlternate = List.empty();
/** By name: 1 if it took an alternate. */
const hasAlternate = Column.of<u8>();

/** @param optionalName the name that is always optional, or NONE: `_load_config_used` */
export function extractQueued(optionalName: i32): void {
  clear();
  if (optionalName !== NONE) optional.push(optionalName);
  for (let root = 0; root < rootCount; root++) addUndefined(rootName[root], false, NONE);
  takeOwnRequests(false);
  for (let item = 0; item < itemCount; item++) if (!isDefault(item)) takeItem(item);
  takeAll();
  for (let item = 0; item < itemCount; item++)
    if (isDefault(item) && isBarred[idOf[item]] === 0) takeItem(item);
  takeAll();
  takeOwnRequests(true);
  do wantAtTheEnd();
  while (processed < queuedMember.length);
  for (let at = 0, count = givenRows(Given.WRAPPED_NAME); at < count; at++)
    wantWrapped(wrappedName[at], wrapperName[at], realName[at]);
  takeAll();
}

function clear(): void {
  lazy.fill(names, 0xff);
  isSettledWeakly.fill(names, 0);
  isPending.fill(names, 0);
  isForced.fill(names, 0);
  hasAlternate.fill(names, 0);
  isQueued.fill(memberCount, 0);
  isOffered.fill(archiveCount, 0);
  isBarred.fill(archiveCount, 0);
  queuedMember.clear();
  queuedFor.clear();
  processed = 0;
  exportedName.clear();
  exportedBy.clear();
  optional.clear();
  alternates.clear();
  nameOfAlternate.clear();
  targetOfAlternate.clear();
}

/** A default library, which is read late. */
function isDefault(item: i32): bool {
  return isArchive(item) && optionOf[item] === 1;
}

/** Exports of the line follow those of the files that were read until then (Driver.cpp, "Handle /export"). */
function takeOwnRequests(areExports: bool): void {
  for (let request = firstRequest(memberCount), end = endRequest(memberCount); request < end; request++)
    if ((kindOfRequest[request] === <u8>RequestKind.EXPORT) === areExports) takeRequest(request, NONE);
}

/** Processes the queue, and makes undefined the names that wait until it is empty. */
function wantAtTheEnd(): void {
  takeAll();
  for (let at = 0; at < exportedName.length; at++) want(exportedName[at], exportedBy[at]);
  sortByName(alternates, nameOfAlternate);
  for (let at = 0; at < alternates.length; at++)
    tryAlternate(nameOfAlternate[alternates[at]], targetOfAlternate[alternates[at]]);
  for (let at = 0; at < optional.length; at++) wantIfOffered(optional[at]);
}

/** Processes the queue until it is empty. */
function takeAll(): void {
  while (processed < queuedMember.length) {
    const next = processed++;
    if (queuedMember[next] === NO_MEMBER) takeItem(queuedFor[next]);
    else takeIn(queuedMember[next], queuedFor[next]);
  }
}

/**
 * Searches the names of /wrap if the wrapped name is known: see `LinkerProfile.wraps`. Source: lld/COFF/MinGW.cpp
 * `addWrappedSymbols`.
 */
function wantWrapped(name: i32, wrap: i32, real: i32): void {
  if (stateOf[name] === UNSEEN && lazy[name] === NONE) return;
  want(real, NONE);
  want(wrap, NONE);
}

function takeItem(item: i32): void {
  for (let at = 0, count = loadedCount(item); at < count; at++) takeIn(loadedAt(item, at), NONE);
  if (isSearched(item)) offerArchive(idOf[item]);
}

function enqueue(member: i32, wanted: i32): void {
  if (isPending[wanted] === 1 || !canLoad(member)) return;
  isPending[wanted] = 1;
  if (isQueued[member] === 1) return;
  isQueued[member] = 1;
  queuedMember.push(member);
  queuedFor.push(wanted);
}

/** Adds the lazy symbols of an archive's index; an archive without an index adds none. */
function offerArchive(archive: i32): void {
  if (isOffered[archive] === 1) return;
  isOffered[archive] = 1;
  for (let entry = firstEntry(archive), end = endEntry(archive); entry < end; entry++) {
    const wanted = nameOfEntry[entry];
    const member = memberOfEntry[entry];
    if (!canLoad(member) || isSettledWeakly[wanted] === 1) continue;
    if (stateOf[wanted] === UNDEFINED) enqueue(member, wanted);
    if (stateOf[wanted] <= UNDEFINED && lazy[wanted] === NONE) lazy[wanted] = member;
  }
}

function takeIn(member: i32, wantedName: i32): void {
  if (!canLoad(member)) return;
  markLoaded(member, wantedName);
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (!addDefined(symbol)) takeReference(symbol, member);
  for (let request = firstRequest(member), end = endRequest(member); request < end; request++)
    takeRequest(request, member);
}

/** Adds a reference, or a definition that became one. */
function takeReference(symbol: i32, member: i32): void {
  const name = nameOf[symbol];
  const flags = flagsOf[symbol];
  if (!isWeak(flags) || isDefined(flags)) want(name, member);
  else {
    if (stateOf[name] <= UNDEFINED) isSettledWeakly[name] = 1;
    if (stateOf[name] === UNSEEN) addUndefined(name, true, member);
  }
}

function want(name: i32, by: i32): void {
  const isLazy = stateOf[name] === UNSEEN && lazy[name] !== NONE;
  if (!addUndefined(name, false, by) || isSettledWeakly[name] === 1) return;
  if (isLazy) isForced[name] = 1;
  enqueue(lazy[name], name);
}

function wantIfOffered(name: i32): void {
  if (lazy[name] === NONE || stateOf[name] !== UNSEEN) return;
  includes.push(name);
  want(name, NONE);
}

function takeRequest(request: i32, member: i32): void {
  const id = idOfRequest[request];
  switch (<RequestKind>kindOfRequest[request]) {
    case RequestKind.INCLUDE:
      includes.push(id);
      want(id, member);
      break;
    case RequestKind.EXPORT:
      includes.push(id);
      exportedName.push(id);
      exportedBy.push(member);
      break;
    case RequestKind.INCLUDE_IF_OFFERED:
      optional.push(id);
      break;
    case RequestKind.ALTERNATE:
      alternates.push(nameOfAlternate.length);
      nameOfAlternate.push(id);
      targetOfAlternate.push(otherOfRequest[request]);
      break;
    case RequestKind.INPUT:
      if (isArchive(id) && isBarred[idOf[id]] === 1) break;
      queuedMember.push(NO_MEMBER);
      queuedFor.push(id);
      break;
    default:
      if (isArchive(id)) isBarred[idOf[id]] = 1;
  }
}

/** Only of a name that is needed and undefined, not even as a weak external. */
function tryAlternate(from: i32, to: i32): void {
  if (stateOf[from] !== UNDEFINED || isForced[from] === 1) return;
  if (isSettledWeakly[from] === 1 || hasAlternate[from] === 1) return;
  const isAvailable =
    stateOf[to] > UNDEFINED || lazy[to] !== NONE || isSettledWeakly[to] === 1 || hasAlternate[to] === 1;
  if (rule(Rule.ALTERNATES) === Alternates.IF_AVAILABLE && !isAvailable) return;
  hasAlternate[from] = 1;
  alternateFrom.push(from);
  alternateTo.push(to);
  want(to, referencedBy[from]);
}
