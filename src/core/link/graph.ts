import { Column } from '../column';
import { nameCount } from '../names';
import { isDefined } from '../symbol-flags';
import { bindColumn, givenRows, isRising, isWithin } from './given';
import { Content, Given } from './parts';

/*
 * The graph of a link: symbols, members and archives, as `LinkGraph` has them.
 */

const NONE: i32 = -1;

/** By symbol: the name that the present step of the link compares. */
export const nameOf = Column.of<i32>();
export const flagsOf = Column.of<u16>();
export const groupOf = Column.of<i32>();
export const memberOf = Column.of<i32>();
export const sizeOf = Column.of<f64>();
export const alignmentOf = Column.of<u8>();
export const weakDefaultOf = Column.of<i32>();

const firstSymbolOf = Column.of<i32>();
const contentOf = Column.of<u8>();
export const isDropped = Column.of<u8>();

export const signatureOf = Column.of<i32>();
export const selectionOf = Column.of<u8>();
export const sizeOfGroup = Column.of<f64>();
export const digestOfGroup = Column.of<f64>();

export const firstMemberOf = Column.of<i32>();
export const endMemberOf = Column.of<i32>();
export const hasIndex = Column.of<u8>();
export const firstEntryOf = Column.of<i32>();
export const nameOfEntry = Column.of<i32>();
export const memberOfEntry = Column.of<i32>();

const firstLocalOf = Column.of<i32>();
export const localName = Column.of<i32>();

export let symbolCount: i32 = 0;
export let memberCount: i32 = 0;
export let groupCount: i32 = 0;
export let archiveCount: i32 = 0;
/** Names in the table now; columns by name have as many rows. */
export let names: i32 = 0;

/** Lets the graph's columns be read, with the names by which symbols are searched. */
export function openGraph(): void {
  names = nameCount();
  symbolCount = givenRows(Given.FLAGS);
  memberCount = givenRows(Given.CONTENT);
  groupCount = givenRows(Given.SIGNATURE);
  archiveCount = givenRows(Given.FIRST_MEMBER);
  bindSymbols();
  bindColumn<i32>(signatureOf, Given.SIGNATURE);
  bindColumn<u8>(selectionOf, Given.SELECTION);
  bindColumn<f64>(sizeOfGroup, Given.GROUP_SIZE);
  bindColumn<f64>(digestOfGroup, Given.GROUP_DIGEST);
  bindColumn<i32>(firstMemberOf, Given.FIRST_MEMBER);
  bindColumn<i32>(endMemberOf, Given.END_MEMBER);
  bindColumn<u8>(hasIndex, Given.HAS_INDEX);
  bindColumn<i32>(firstEntryOf, Given.FIRST_ENTRY);
  bindColumn<i32>(nameOfEntry, Given.ENTRY_NAME);
  bindColumn<i32>(memberOfEntry, Given.ENTRY_MEMBER);
  bindColumn<i32>(firstLocalOf, Given.FIRST_LOCAL);
  bindColumn<i32>(localName, Given.LOCAL_NAME);
}

/** Lets the graph's columns be read, with the names that symbols bind to. */
export function openBoundGraph(): void {
  openGraph();
  useBoundNames();
}

function bindSymbols(): void {
  const readsOthers = givenRows(Given.READ_NAME) > 0;
  bindColumn<i32>(nameOf, readsOthers ? Given.READ_NAME : Given.BOUND_NAME);
  bindColumn<u16>(flagsOf, Given.FLAGS);
  bindColumn<i32>(groupOf, Given.GROUP);
  bindColumn<i32>(memberOf, Given.MEMBER);
  bindColumn<f64>(sizeOf, Given.SIZE);
  bindColumn<u8>(alignmentOf, Given.ALIGNMENT);
  bindColumn<i32>(weakDefaultOf, Given.WEAK_DEFAULT);
  bindColumn<i32>(firstSymbolOf, Given.FIRST_SYMBOL);
  bindColumn<u8>(contentOf, Given.CONTENT);
  bindColumn<u8>(isDropped, Given.DROPPED);
}

/** Switches symbols to the names that they bind to. */
export function useBoundNames(): void {
  bindColumn<i32>(nameOf, Given.BOUND_NAME);
}

/** Whether all ids of the graph's columns are within their tables. */
export function hasSoundColumns(): bool {
  return (
    isWithin(Given.BOUND_NAME, 0, names) &&
    isWithin(Given.READ_NAME, 0, names) &&
    isWithin(Given.WEAK_DEFAULT, NONE, names) &&
    isWithin(Given.GROUP, NONE, groupCount) &&
    isWithin(Given.MEMBER, 0, memberCount) &&
    isWithin(Given.SIGNATURE, 0, names) &&
    givenRows(Given.FIRST_SYMBOL) === memberCount + 1 &&
    isRising(Given.FIRST_SYMBOL, symbolCount) &&
    areArchivesSound()
  );
}

function areArchivesSound(): bool {
  const entries = givenRows(Given.ENTRY_NAME);
  const locals = givenRows(Given.FIRST_LOCAL);
  return (
    isWithin(Given.FIRST_MEMBER, 0, memberCount + 1) &&
    isWithin(Given.END_MEMBER, 0, memberCount + 1) &&
    isWithin(Given.ENTRY_NAME, 0, names) &&
    isWithin(Given.ENTRY_MEMBER, NONE, memberCount) &&
    (entries === 0 ||
      (givenRows(Given.FIRST_ENTRY) > archiveCount && isRising(Given.FIRST_ENTRY, entries))) &&
    isWithin(Given.LOCAL_NAME, 0, names) &&
    (locals === 0 || (locals > memberCount && isRising(Given.FIRST_LOCAL, givenRows(Given.LOCAL_NAME))))
  );
}

export function firstSymbol(member: i32): i32 {
  return firstSymbolOf[member];
}

/** The row after the member's last one. */
export function endSymbol(member: i32): i32 {
  return firstSymbolOf[member + 1];
}

export function firstEntry(archive: i32): i32 {
  return givenRows(Given.ENTRY_NAME) === 0 ? 0 : firstEntryOf[archive];
}

export function endEntry(archive: i32): i32 {
  return givenRows(Given.ENTRY_NAME) === 0 ? 0 : firstEntryOf[archive + 1];
}

export function firstLocal(member: i32): i32 {
  return givenRows(Given.FIRST_LOCAL) === 0 ? 0 : firstLocalOf[member];
}

export function endLocal(member: i32): i32 {
  return givenRows(Given.FIRST_LOCAL) === 0 ? 0 : firstLocalOf[member + 1];
}

export function isObject(member: i32): bool {
  return contentOf[member] === <u8>Content.OBJECT;
}

export function isSharedLibrary(member: i32): bool {
  return contentOf[member] === <u8>Content.SHARED_LIBRARY;
}

/** The row in which a member defines a name; NONE if it does not, as with a stale index. */
export function definitionIn(member: i32, name: i32): i32 {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (nameOf[symbol] === name && isDefined(flagsOf[symbol])) return symbol;
  return NONE;
}
