import { Column } from '../column';
import { bindColumn, givenRows, isRising, isWithin } from './given';
import { archiveCount, endMemberOf, firstMemberOf, memberCount, names } from './graph';
import { Given, ItemKind, Reason, RequestKind } from './parts';

/*
 * The link line: its items and those of linker directives, names that are searched for, and directives, as `LinkLine`
 * has them.
 */

const NONE: i32 = -1;

export const rootName = Column.of<i32>();
export const rootReason = Column.of<u8>();
export const kindOf = Column.of<u8>();
export const idOf = Column.of<i32>();
export const itemGroupOf = Column.of<i32>();
export const optionOf = Column.of<i32>();
const firstListedOf = Column.of<i32>();
export const listed = Column.of<i32>();
const firstRequestOf = Column.of<i32>();
export const kindOfRequest = Column.of<u8>();
export const idOfRequest = Column.of<i32>();
export const otherOfRequest = Column.of<i32>();
export const wrappedName = Column.of<i32>();
export const wrapperName = Column.of<i32>();
export const realName = Column.of<i32>();
export const definedName = Column.of<i32>();
export const definedAs = Column.of<i32>();
export const pointerName = Column.of<i32>();
export const importedName = Column.of<i32>();

/** Items of the line itself. */
export let itemCount: i32 = 0;
export let rootCount: i32 = 0;

/** @param items of the line; others are of linker directives */
export function openLine(items: i32): void {
  itemCount = items;
  rootCount = givenRows(Given.ROOT_NAME);
  bindColumn<i32>(rootName, Given.ROOT_NAME);
  bindColumn<u8>(rootReason, Given.ROOT_REASON);
  bindColumn<u8>(kindOf, Given.ITEM_KIND);
  bindColumn<i32>(idOf, Given.ITEM_ID);
  bindColumn<i32>(itemGroupOf, Given.ITEM_GROUP);
  bindColumn<i32>(optionOf, Given.ITEM_OPTION);
  bindColumn<i32>(firstListedOf, Given.FIRST_LISTED);
  bindColumn<i32>(listed, Given.LISTED);
  bindColumn<i32>(firstRequestOf, Given.FIRST_REQUEST);
  bindColumn<u8>(kindOfRequest, Given.REQUEST_KIND);
  bindColumn<i32>(idOfRequest, Given.REQUEST_ID);
  bindColumn<i32>(otherOfRequest, Given.REQUEST_OTHER);
  bindColumn<i32>(wrappedName, Given.WRAPPED_NAME);
  bindColumn<i32>(wrapperName, Given.WRAPPER_NAME);
  bindColumn<i32>(realName, Given.REAL_NAME);
  bindColumn<i32>(definedName, Given.DEFINED_NAME);
  bindColumn<i32>(definedAs, Given.DEFINED_AS);
  bindColumn<i32>(pointerName, Given.POINTER_NAME);
  bindColumn<i32>(importedName, Given.IMPORTED_NAME);
}

/** Whether all ids of the line are within their tables. */
export function hasSoundItems(): bool {
  return (
    itemCount <= givenRows(Given.ITEM_KIND) &&
    isWithin(Given.ROOT_NAME, 0, names) &&
    isRising(Given.FIRST_LISTED, givenRows(Given.LISTED)) &&
    givenRows(Given.FIRST_LISTED) > givenRows(Given.ITEM_KIND) &&
    isWithin(Given.WRAPPED_NAME, 0, names) &&
    isWithin(Given.WRAPPER_NAME, 0, names) &&
    isWithin(Given.REAL_NAME, 0, names) &&
    isWithin(Given.DEFINED_NAME, 0, names) &&
    isWithin(Given.DEFINED_AS, NONE, names) &&
    isWithin(Given.POINTER_NAME, 0, names) &&
    isWithin(Given.IMPORTED_NAME, 0, names) &&
    areItemsSound() &&
    areRequestsSound()
  );
}

function areItemsSound(): bool {
  for (let item = 0, items = givenRows(Given.ITEM_KIND); item < items; item++) {
    const limit = isDefinition(item) ? names : isArchive(item) ? archiveCount : memberCount;
    if (<u32>idOf[item] >= <u32>limit || !areListedSound(item)) return false;
  }
  return true;
}

function areListedSound(item: i32): bool {
  const limit = isDefinition(item) ? names : memberCount;
  for (let at = firstListed(item), end = endListed(item); at < end; at++)
    if (<u32>listed[at] >= <u32>limit) return false;
  return true;
}

function areRequestsSound(): bool {
  const requests = givenRows(Given.REQUEST_KIND);
  if (requests === 0) return true;
  if (givenRows(Given.FIRST_REQUEST) < memberCount + 2 || !isRising(Given.FIRST_REQUEST, requests))
    return false;
  const items = givenRows(Given.ITEM_KIND);
  for (let request = 0; request < requests; request++) {
    const limit = kindOfRequest[request] <= <u8>RequestKind.WITHOUT_INPUT ? items : names;
    const isAlternate = kindOfRequest[request] === <u8>RequestKind.ALTERNATE;
    if (<u32>idOfRequest[request] >= <u32>limit) return false;
    if (isAlternate && <u32>otherOfRequest[request] >= <u32>names) return false;
  }
  return true;
}

export function isArchive(item: i32): bool {
  return kindOf[item] >= <u8>ItemKind.ARCHIVE;
}

/** An archive that is searched, not loaded whole. */
export function isSearched(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.ARCHIVE;
}

export function isWhole(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.WHOLE_ARCHIVE;
}

export function isDefinition(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.DEFINITION;
}

export function isLibrary(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.SHARED_LIBRARY;
}

export function isObjectItem(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.OBJECT;
}

export function isLazyObject(item: i32): bool {
  return kindOf[item] === <u8>ItemKind.LAZY_OBJECT;
}

export function firstListed(item: i32): i32 {
  return firstListedOf[item];
}

export function endListed(item: i32): i32 {
  return firstListedOf[item + 1];
}

/** Requests of a file; those of the line itself are by the number of members. */
export function firstRequest(member: i32): i32 {
  return givenRows(Given.REQUEST_KIND) === 0 ? 0 : firstRequestOf[member];
}

export function endRequest(member: i32): i32 {
  return givenRows(Given.REQUEST_KIND) === 0 ? 0 : firstRequestOf[member + 1];
}

export function isInput(request: i32): bool {
  return kindOfRequest[request] === <u8>RequestKind.INPUT;
}

/** How many files are loaded without a reference at an item: an object, or all members of a whole archive. */
export function loadedCount(item: i32): i32 {
  if (isObjectItem(item)) return 1;
  if (isWhole(item)) return endMemberOf[idOf[item]] - firstMemberOf[idOf[item]];
  return isSearched(item) ? endListed(item) - firstListed(item) : 0;
}

/** One of those files. */
export function loadedAt(item: i32, at: i32): i32 {
  if (isObjectItem(item)) return idOf[item];
  return isWhole(item) ? firstMemberOf[idOf[item]] + at : listed[firstListed(item) + at];
}

/** Whether two items are one file. */
export function isSameFile(one: i32, other: i32): bool {
  if (isArchive(one) || isArchive(other))
    return isArchive(one) && isArchive(other) && idOf[one] === idOf[other];
  return !isDefinition(one) && !isDefinition(other) && idOf[one] === idOf[other];
}

/** Names in definitions of the line come first among the roots. */
export function isOfDefinition(root: i32): bool {
  return rootReason[root] === <u8>Reason.DEFINITION;
}
