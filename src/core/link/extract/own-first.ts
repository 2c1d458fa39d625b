import { Column } from '../../column';
import { List } from '../../list';
import { archiveCount, memberCount } from '../graph';
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
  otherOfRequest,
  rootCount,
  rootName,
} from '../line';
import { alternateFrom, alternateTo, canLoad, includes, loaded, loadFile } from '../load-state';
import { RequestKind } from '../parts';
import { UNDEFINED } from '../symbol-state';
import { addUndefined, referencedBy, roundEvents, stateOf } from '../symbol-states';
import { clearSearches, searchArchive } from './search-archive';

/*
 * Extraction of Microsoft's link.exe, as documented: objects in the order of the line; then libraries in their order.
 * Undefined names of a member are searched in its own library first, then in the libraries after it, in default
 * libraries, and finally from the first library on. The order in which several names are searched is not documented.
 *
 * Source: "LINK input files" and "/DEFAULTLIB" of Microsoft's linker reference. Never run.
 */

const NONE: i32 = -1;

/** Archives that are searched, in order. */
const searched = List.empty();
/** By archive: 1 if directives cannot add it any more (/nodefaultlib). */
const isBarred = Column.of<u8>();
/** Directives with an alternate, and 1 once a name took it. */
const alternates = List.empty();
const isTaken = List.empty();
/** How many of the loaded files have had their directives processed. */
let directivesProcessed: i32 = 0;

export function extractOwnFirst(): void {
  clearSearches();
  searched.clear();
  alternates.clear();
  isTaken.clear();
  isBarred.fill(archiveCount, 0);
  directivesProcessed = 0;
  for (let root = 0; root < rootCount; root++) addUndefined(rootName[root], false, NONE);
  takeRequestsOf(memberCount, NONE);
  for (let item = 0; item < itemCount; item++) takeItem(item);
  takeRequests();
  do searchAll();
  while (tryAlternates());
}

function takeItem(item: i32): void {
  if (isSearched(item)) {
    if (!searched.includes(idOf[item])) searched.push(idOf[item]);
    return;
  }
  for (let at = 0, count = loadedCount(item); at < count; at++)
    if (canLoad(loadedAt(item, at))) loadFile(loadedAt(item, at), NONE);
}

/** Processes the directives of files loaded since the last call. */
function takeRequests(): void {
  for (; directivesProcessed < loaded.length; directivesProcessed++)
    takeRequestsOf(loaded[directivesProcessed], loaded[directivesProcessed]);
}

/** @param by the file; NONE for the line */
function takeRequestsOf(member: i32, by: i32): void {
  for (let request = firstRequest(member), end = endRequest(member); request < end; request++)
    takeRequest(request, by);
}

function takeRequest(request: i32, by: i32): void {
  const id = idOfRequest[request];
  switch (<RequestKind>kindOfRequest[request]) {
    case RequestKind.ALTERNATE:
      alternates.push(request);
      isTaken.push(0);
      break;
    case RequestKind.INPUT:
      if (!isArchive(id) || isBarred[idOf[id]] === 0) takeItem(id);
      break;
    case RequestKind.WITHOUT_INPUT:
      if (isArchive(id)) isBarred[idOf[id]] = 1;
      break;
    case RequestKind.INCLUDE_IF_OFFERED:
      break;
    default:
      includes.push(id);
      addUndefined(id, false, by);
  }
}

/** Repeats rounds until one extracts nothing. Libraries that directives add during a round come last. */
function searchAll(): void {
  let before = 0;
  do {
    before = loaded.length;
    for (let at = 0; at < searched.length; at++) {
      searchArchive(searched[at], NONE);
      takeRequests();
    }
  } while (loaded.length > before);
}

/** @returns whether a name became undefined */
function tryAlternates(): bool {
  const before = roundEvents;
  for (let at = 0; at < alternates.length; at++) {
    const from = idOfRequest[alternates[at]];
    if (stateOf[from] !== UNDEFINED || isTaken[at] === 1) continue;
    isTaken[at] = 1;
    alternateFrom.push(from);
    alternateTo.push(otherOfRequest[alternates[at]]);
    addUndefined(otherOfRequest[alternates[at]], false, referencedBy[from]);
  }
  return roundEvents > before;
}
