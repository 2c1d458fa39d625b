import { Column } from '../column';
import { fitsAny } from '../name-patterns';
import { nameAddress, nameLength } from '../names';
import { isDefined, isHidden } from '../symbol-flags';
import { hasByte } from '../words';
import { found } from './found';
import {
  endSymbol,
  firstSymbol,
  flagsOf,
  isObject,
  memberCount,
  nameOf,
  names,
  openBoundGraph,
} from './graph';

/*
 * Names that objects which are not on the line may reference. The same as test/reference/unknown-users.ts.
 */

const DOT: u8 = 0x2e;

/** Decisions about a name. */
const NOT_DEFINED: u8 = 0;
const UNDECIDED: u8 = 1;
/** The name is in the list, or private to its compiler. */
const DECIDED: u8 = 2;

const decisionOf = Column.of<u8>();

/**
 * Finds names that files define and that other objects can spell, in the order of their first such definition.
 * @param patterns of names that are private to their compiler: see `fitsAny`
 * @param ofObjects whether an object must define the name; otherwise, a shared library may
 */
export function findNamesOfUnknownUsers(patterns: usize, ofObjects: bool): void {
  openBoundGraph();
  found.clear();
  decisionOf.fill(names, ofObjects ? NOT_DEFINED : UNDECIDED);
  for (let member = 0; member < memberCount; member++) if (isObject(member)) markDefined(member);
  for (let member = 0; member < memberCount; member++) findIn(member, patterns);
}

function markDefined(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol])) decisionOf[nameOf[symbol]] = UNDECIDED;
}

function findIn(member: i32, patterns: usize): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const name = nameOf[symbol];
    if (decisionOf[name] !== UNDECIDED || !isDefined(flagsOf[symbol])) continue;
    const text = nameAddress(name);
    const length = nameLength(name);
    if (fitsAny(patterns, text, length)) decisionOf[name] = DECIDED;
    // A hidden name with a dot was made by a compiler for parts of one program.
    else if (!isHidden(flagsOf[symbol]) || !hasByte(text, length, DOT)) {
      decisionOf[name] = DECIDED;
      found.push(name);
    }
  }
}
