import { Column } from '../column';
import { ROLE_MASK } from '../flag-bits';
import { isDefined, isReference, isStrong, isWeak } from '../symbol-flags';
import { found } from './found';
import { bindColumn, givenRows, isWithin } from './given';
import {
  archiveCount,
  endEntry,
  endMemberOf,
  endSymbol,
  firstEntry,
  firstMemberOf,
  firstSymbol,
  flagsOf,
  groupOf,
  hasIndex,
  isDropped,
  memberCount,
  memberOf,
  memberOfEntry,
  nameOf,
  nameOfEntry,
  names,
  openBoundGraph,
  symbolCount,
} from './graph';
import { Given } from './parts';

/*
 * Searches through all rows of a graph, whatever is linked.
 */

const NONE: i32 = -1;

const loadedFile = Column.of<i32>();
const firstUserOf = Column.of<i32>();
const isWeakName = Column.of<u8>();
const strongDefinitions = Column.of<i32>();
const definitionCount = Column.of<u8>();

/** The flags that some symbol has; from bit 16 on, a bit for each role. */
export function flagsPresent(): i32 {
  openBoundGraph();
  let present = 0;
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    const flags: i32 = flagsOf[symbol];
    present |= flags | (0x10000 << (flags & ROLE_MASK));
  }
  return present;
}

/** Finds the first file of some that references each name, or NONE. @returns false if an id is not in its table */
export function findFirstUsers(): bool {
  openBoundGraph();
  bindColumn<i32>(loadedFile, Given.LOADED_FILES);
  if (!isWithin(Given.LOADED_FILES, 0, memberCount)) return false;
  firstUserOf.fill(names, 0xff);
  for (let at = 0, files = givenRows(Given.LOADED_FILES); at < files; at++) {
    const file = loadedFile[at];
    for (let symbol = firstSymbol(file), end = endSymbol(file); symbol < end; symbol++)
      if (isReference(flagsOf[symbol]) && firstUserOf[nameOf[symbol]] === NONE)
        firstUserOf[nameOf[symbol]] = file;
  }
  return true;
}

/** Where the column by name is that `findFirstUsers` filled. */
export function firstUsers(): usize {
  return firstUserOf.start;
}

/** Whether each index lists what the members define, in their order. */
export function areIndexesExact(): bool {
  openBoundGraph();
  for (let archive = 0; archive < archiveCount; archive++)
    if (hasIndex[archive] === 1 && !isIndexExact(archive)) return false;
  return true;
}

function isIndexExact(archive: i32): bool {
  let entry = firstEntry(archive);
  const entries = endEntry(archive);
  const first = firstMemberOf[archive];
  const end = endMemberOf[archive];
  if (first >= end) return entry === entries;
  for (let symbol = firstSymbol(first), last = endSymbol(end - 1); symbol < last; symbol++) {
    if (!isDefined(flagsOf[symbol])) continue;
    if (entry === entries || nameOfEntry[entry] !== nameOf[symbol]) return false;
    if (memberOfEntry[entry++] !== memberOf[symbol]) return false;
  }
  return entry === entries;
}

/** Whether a file weakly references a name that a file defines, or an index lists. */
export function isWeakReferenceOffered(): bool {
  openBoundGraph();
  isWeakName.fill(names, 0);
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (isReference(flagsOf[symbol]) && isWeak(flagsOf[symbol])) isWeakName[nameOf[symbol]] = 1;
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (isDefined(flagsOf[symbol]) && isWeakName[nameOf[symbol]] === 1) return true;
  for (let entry = 0, entries = givenRows(Given.ENTRY_NAME); entry < entries; entry++)
    if (isWeakName[nameOfEntry[entry]] === 1) return true;
  return false;
}

/** Whether some definition that is neither weak nor COMMON is in a COMDAT group. */
export function hasStrongInGroups(): bool {
  openBoundGraph();
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (groupOf[symbol] !== NONE && isDefined(flagsOf[symbol]) && isStrong(flagsOf[symbol])) return true;
  return false;
}

/** Counts the definitions of each member that are strong and in no COMDAT group. @returns where the column is */
export function countStrongDefinitions(): usize {
  openBoundGraph();
  strongDefinitions.fill(memberCount, 0);
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (isAlone(symbol)) strongDefinitions[memberOf[symbol]]++;
  return strongDefinitions.start;
}

/**
 * Finds such definitions of names that have two or more of them, in ascending order. Members that are given as dropped
 * are left out. @returns false if their column does not fit
 */
export function findSharedNames(): bool {
  openBoundGraph();
  if (givenRows(Given.DROPPED) !== memberCount) return false;
  found.clear();
  definitionCount.fill(names, 0);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    if (isDropped[memberOf[symbol]] !== 0 || !isAlone(symbol)) continue;
    const count = definitionCount[nameOf[symbol]];
    if (count < 2) definitionCount[nameOf[symbol]] = count + 1;
  }
  for (let symbol = 0; symbol < symbolCount; symbol++)
    if (definitionCount[nameOf[symbol]] === 2 && isDropped[memberOf[symbol]] === 0 && isAlone(symbol))
      found.push(symbol);
  return true;
}

/** Whether a definition clashes with any other of its name: linkers merge weak, COMMON and COMDAT ones. */
function isAlone(symbol: i32): bool {
  const flags = flagsOf[symbol];
  return isDefined(flags) && isStrong(flags) && groupOf[symbol] === NONE;
}
