import { Column } from '../column';
import { isDefinition, isReference, isWeak } from '../symbol-flags';
import { found } from './found';
import { bindColumn, givenRows, isWithin } from './given';
import {
  endSymbol,
  firstSymbol,
  flagsOf,
  memberCount,
  memberOf,
  nameOf,
  names,
  openBoundGraph,
  symbolCount,
} from './graph';
import { Given, Strength } from './parts';

/*
 * Searches through the rows of a link that was simulated, for reports about it.
 */

const NONE: i32 = -1;

const loadedFile = Column.of<i32>();
/** By member: 1 for those that are searched for. */
const isSought = Column.of<u8>();
const winnerOf = Column.of<i32>();
const strengthOf = Column.of<u8>();
/** By member: the file that was found to use it last. */
const lastUser = Column.of<i32>();

/**
 * Binds the columns of the link and of the members that are searched for. @returns false if their sizes do not match
 */
function openLink(): bool {
  openBoundGraph();
  bindColumn<i32>(winnerOf, Given.WINNERS_AFTER);
  bindColumn<u8>(isSought, Given.SOUGHT_MEMBER);
  return (
    givenRows(Given.SOUGHT_MEMBER) === memberCount &&
    givenRows(Given.WINNERS_AFTER) === names &&
    isWithin(Given.WINNERS_AFTER, NONE, symbolCount)
  );
}

/**
 * Finds which loaded files refer to names that are bound to the members that are searched for: pairs of a member and
 * another file that uses it, in load order of the users.
 */
export function findUsers(): bool {
  if (!openLink()) return false;
  bindColumn<i32>(loadedFile, Given.LOADED_FILES);
  if (!isWithin(Given.LOADED_FILES, 0, memberCount)) return false;
  found.clear();
  lastUser.fill(memberCount, 0xff);
  for (let at = 0, files = givenRows(Given.LOADED_FILES); at < files; at++) addUses(loadedFile[at]);
  return true;
}

function addUses(user: i32): void {
  for (let symbol = firstSymbol(user), end = endSymbol(user); symbol < end; symbol++) {
    if (!isReference(flagsOf[symbol])) continue;
    const winner = winnerOf[nameOf[symbol]];
    const used = winner === NONE ? NONE : memberOf[winner];
    if (used === NONE || used === user || isSought[used] === 0 || lastUser[used] === user) continue;
    lastUser[used] = user;
    found.push(used);
    found.push(user);
  }
}

/** Finds strong definitions of the members that are searched for, of names that are referenced and bound. */
export function findBoundElsewhere(): bool {
  bindColumn<u8>(strengthOf, Given.STRENGTH_AFTER);
  if (!openLink() || givenRows(Given.STRENGTH_AFTER) !== names) return false;
  found.clear();
  for (let member = 0; member < memberCount; member++) if (isSought[member] !== 0) addBoundElsewhere(member);
  return true;
}

function addBoundElsewhere(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const flags = flagsOf[symbol];
    if (!isDefinition(flags) || isWeak(flags)) continue;
    const name = nameOf[symbol];
    if (winnerOf[name] !== NONE && strengthOf[name] !== <u8>Strength.UNREFERENCED) found.push(symbol);
  }
}
