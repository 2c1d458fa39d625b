import { Column } from '../column';
import { List } from '../list';
import { isLocalState } from '../symbol-flags';
import { clearComdats, outcomeOf } from './comdats';
import {
  endSymbol,
  firstSymbol,
  flagsOf,
  groupCount,
  groupOf,
  isDropped,
  isObject,
  memberCount,
} from './graph';
import { rule } from './linker';
import { Placement, Rule } from './rules';
import { addDefined, addUndefinedFrom, clearStates, referencedBy } from './symbol-states';

/*
 * The files that a linker loads while it reads its inputs in order. Dropped members are never loaded. See `Loading` in
 * test/reference/loading.ts.
 */

const NONE: i32 = -1;

export const loaded = List.empty();
/** The same files in the order in which their sections are placed, where that differs. */
export const placed = List.empty();
/** Files that are loaded a second time: objects named twice, archives that are also under --whole-archive. */
export const repeated = List.empty();
/** Shared libraries of the link, in the order in which they are read. */
export const libraries = List.empty();
/** Names that linker directives of loaded files require. */
export const includes = List.empty();
/** Undefined names and their alternates. */
export const alternateFrom = List.empty();
export const alternateTo = List.empty();
/** Names whose weak references stay undefined although a loaded file defines them (wild). */
export const unboundWeak = List.empty();

/** By member. */
export const isLoaded = Column.of<u8>();
export const extractedFor = Column.of<i32>();
export const extractedBy = Column.of<i32>();

/** Whether a file is placed after the members that its own references extracted. */
export let isPlacedAsParsed: bool = false;

/** Begins a link: nothing is loaded. */
export function clearLoads(): void {
  loaded.clear();
  placed.clear();
  repeated.clear();
  libraries.clear();
  includes.clear();
  alternateFrom.clear();
  alternateTo.clear();
  unboundWeak.clear();
  isLoaded.fill(memberCount, 0);
  extractedFor.fill(memberCount, 0xff);
  extractedBy.fill(memberCount, 0xff);
  isPlacedAsParsed = rule(Rule.PLACEMENT) === Placement.AS_PARSED;
  clearStates();
  clearComdats();
}

export function canLoad(member: i32): bool {
  return member !== NONE && isLoaded[member] === 0 && isDropped[member] === 0 && isObject(member);
}

/**
 * Records a file that the line loads without a reference and that is already loaded: linkers that read in order load it
 * again, with a second copy of all its definitions.
 */
export function loadAgain(member: i32): void {
  if (isLoaded[member] === 1) repeated.push(member);
}

/** Marks a file as loaded; its symbols are added by `addDefined` and `addUndefined`. */
export function markLoaded(member: i32, wantedName: i32): void {
  isLoaded[member] = 1;
  loaded.push(member);
  extractedFor[member] = wantedName;
  extractedBy[member] = wantedName === NONE ? NONE : referencedBy[wantedName];
}

/** Decides which groups of a file are kept, before its symbols are added, since those may extract other files. */
export function claimGroups(member: i32): void {
  if (groupCount === 0) return;
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (groupOf[symbol] !== NONE) outcomeOf(symbol);
}

/** Loads a file without extracting members for its references at once: adds its symbols in order. */
export function loadFile(member: i32, wantedName: i32): void {
  markLoaded(member, wantedName);
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    if (isLocalState(flagsOf[symbol])) continue;
    if (!addDefined(symbol)) addUndefinedFrom(symbol, member);
  }
}
