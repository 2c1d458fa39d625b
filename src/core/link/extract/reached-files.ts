import { Column } from '../../column';
import { List } from '../../list';
import { endMemberOf, firstMemberOf, isSharedLibrary, memberCount, memberOf } from '../graph';
import {
  idOf,
  isArchive,
  isDefinition,
  isLibrary,
  isObjectItem,
  isWhole,
  itemCount,
  optionOf,
  rootCount,
  rootName,
} from '../line';
import { canLoad, extractedBy, extractedFor, isLoaded, libraries, loaded } from '../load-state';

/*
 * Files of a line for linkers that first decide which files are in, and then load them in the order of the line.
 */

const NONE: i32 = -1;

/** Every file once, in order of first occurrence: mold and wild read a repeated archive once. */
export const files = List.empty();
const isSeen = Column.of<u8>();
/** By member: 1 for objects and members of whole archives. */
export const isRoot = Column.of<u8>();
/** By member: 1 for those, and for shared libraries that are not only --as-needed. */
const isAlive = Column.of<u8>();

/** Files that are in the link, in the order in which references reach them. */
export const reached = List.empty();
const isReached = Column.of<u8>();

export function findFiles(): void {
  files.clear();
  reached.clear();
  isSeen.fill(memberCount, 0);
  isRoot.fill(memberCount, 0);
  isAlive.fill(memberCount, 0);
  isReached.fill(memberCount, 0);
  for (let item = 0; item < itemCount; item++) {
    if (isDefinition(item)) continue;
    const first = isArchive(item) ? firstMemberOf[idOf[item]] : idOf[item];
    const end = isArchive(item) ? endMemberOf[idOf[item]] : first + 1;
    for (let member = first; member < end; member++)
      if (isLibrary(item) || canLoad(member)) addFile(item, member);
  }
}

function addFile(item: i32, member: i32): void {
  if (isSeen[member] === 1) return;
  isSeen[member] = 1;
  const isLoadedWhole = isObjectItem(item) || isWhole(item);
  isRoot[member] = isLoadedWhole ? 1 : 0;
  isAlive[member] = isLoadedWhole || (isLibrary(item) && optionOf[item] === 0) ? 1 : 0;
  files.push(member);
}

export function hasReached(member: i32): bool {
  return isReached[member] === 1;
}

/** @param by the file whose reference reaches the member; NONE for the line */
export function reach(member: i32, name: i32, by: i32): void {
  if (hasReached(member)) return;
  isReached[member] = 1;
  reached.push(member);
  extractedFor[member] = name;
  extractedBy[member] = by;
}

/** Adds the files that the line loads in any case, and those that define its roots. */
export function reachFromLine(definitionOf: Column<i32>): void {
  for (let at = 0; at < files.length; at++) if (isAlive[files[at]] === 1) reach(files[at], NONE, NONE);
  for (let root = 0; root < rootCount; root++) {
    const definition = definitionOf[rootName[root]];
    if (definition !== NONE) reach(memberOf[definition], rootName[root], NONE);
  }
}

/** Loads the reached files in the order of the line. */
export function loadReached(): void {
  for (let at = 0; at < files.length; at++) {
    const member = files[at];
    if (!hasReached(member)) continue;
    if (isSharedLibrary(member)) libraries.push(member);
    else {
      isLoaded[member] = 1;
      loaded.push(member);
    }
  }
}
