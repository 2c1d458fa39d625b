import { isDefined } from '../../symbol-flags';
import {
  endEntry,
  endLocal,
  endSymbol,
  firstEntry,
  firstLocal,
  firstSymbol,
  flagsOf,
  localName,
  memberOfEntry,
  nameOf,
  nameOfEntry,
} from '../graph';
import { offersLocals } from '../linker';
import { canLoad, isLoaded } from '../load-state';
import { UNDEFINED } from '../symbol-state';
import { extracts, stateOf } from '../symbol-states';
import { beginParsing, lazyMember, lazyOccurrence } from './lazy-names';
import { fetch } from './load-eagerly';

const NONE: i32 = -1;

/** Adds the names of an archive's index as lazy symbols. */
export function addLazyEntries(archive: i32, occurrence: i32): void {
  const outer = beginParsing(occurrence);
  for (let entry = firstEntry(archive), end = endEntry(archive); entry < end; entry++)
    if (isOffer(memberOfEntry[entry])) addLazyName(nameOfEntry[entry], memberOfEntry[entry], occurrence);
  beginParsing(outer);
}

/** Adds what members define as lazy symbols: a member's own symbols, then, for some linkers, its local ones. */
export function addLazyMembers(first: i32, end: i32, occurrence: i32): void {
  const outer = beginParsing(occurrence);
  for (let member = first; member < end; member++) if (isOffer(member)) addLazyMember(member, occurrence);
  beginParsing(outer);
}

function addLazyMember(member: i32, occurrence: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol])) addLazyName(nameOf[symbol], member, occurrence);
  if (!offersLocals) return;
  for (let at = firstLocal(member), end = endLocal(member); at < end; at++)
    addLazyName(localName[at], member, occurrence);
}

function addLazyName(name: i32, member: i32, occurrence: i32): void {
  const state = stateOf[name];
  // Only the first archive with the name is searched, even if that fails: a wrong index, a discarded group.
  if (lazyMember[name] !== NONE && state <= UNDEFINED) return;
  if (extracts(name, member)) fetch(member, occurrence, name);
  else if (state <= UNDEFINED) {
    lazyMember[name] = member;
    lazyOccurrence[name] = occurrence;
  }
}

/** Loaded members count too: the archive index may list symbols that the member does not define, or lost. */
function isOffer(member: i32): bool {
  return member !== NONE && (isLoaded[member] === 1 || canLoad(member));
}
