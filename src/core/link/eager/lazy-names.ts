import { Column } from '../../column';
import { names } from '../graph';
import { PairSet } from '../pair-set';
import { UNDEFINED, UNSEEN } from '../symbol-state';
import { stateOf } from '../symbol-states';

/*
 * Lazy symbols: names that an archive or an object of --start-lib could define, each with the member to extract.
 */

const NONE: i32 = -1;

/** By name: the member to extract. */
export const lazyMember = Column.of<i32>();
/** By name: the occurrence of the archive on the line. */
export const lazyOccurrence = Column.of<i32>();
/** Members that were extracted, by occurrence: see `LinkerProfile.extractsPerOccurrence`. */
export const fetched = new PairSet();
/** The occurrence whose archive is being read. */
export let parsing: i32 = NONE;

export function clearLazyNames(): void {
  lazyMember.fill(names, 0xff);
  lazyOccurrence.fill(names, 0xff);
  fetched.clear();
  parsing = NONE;
}

export function isOffered(name: i32): bool {
  return lazyMember[name] !== NONE && stateOf[name] < UNDEFINED;
}

/** Whether the linker's table of symbols has the name. */
export function isKnown(name: i32): bool {
  return stateOf[name] !== UNSEEN || lazyMember[name] !== NONE;
}

export function forget(name: i32): void {
  lazyMember[name] = NONE;
  lazyOccurrence[name] = NONE;
  stateOf[name] = UNSEEN;
}

/** Begins to read the archive of an occurrence. @returns the one that was read before */
export function beginParsing(occurrence: i32): i32 {
  const outer = parsing;
  parsing = occurrence;
  return outer;
}
