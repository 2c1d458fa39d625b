import { List } from '../../list';
import { isDefined, isFunction, isLocalState, isReference } from '../../symbol-flags';
import { endSymbol, firstSymbol, flagsOf, nameOf } from '../graph';
import { discardedGroups, extractsPerOccurrence, readsInOrder, weakDataStaysWeak } from '../linker';
import {
  canLoad,
  claimGroups,
  extractedFor,
  isLoaded,
  isPlacedAsParsed,
  loadAgain,
  markLoaded,
  placed,
} from '../load-state';
import { DiscardedGroups } from '../rules';
import { COMMON_DEFINED, DEFINED, UNDEFINED, WEAKLY_UNDEFINED } from '../symbol-state';
import { addDefined, addUndefined, addUndefinedFrom, stateOf } from '../symbol-states';
import { fetched, forget, lazyMember, lazyOccurrence, parsing } from './lazy-names';
import { isOccurrenceOfObject } from './occurrences';

const NONE: i32 = -1;

/** Rows of a file that are read in one pass. */
enum Pass {
  ALL,
  DEFINITIONS,
  REFERENCES,
}

/*
 * Files that are being read, each extracted by a reference of the one below it: chains are thousands of members deep.
 */
const readMember = List.empty();
const readPass = List.empty();
/** The next row of the pass. */
const readNext = List.empty();

/** Adds the inputs of a file's linker directives before its symbols, for linkers that do. */
let addDirectivesOf: (member: i32) => void = addNothing;

function addNothing(_member: i32): void {}

/** @param run called for each file before its symbols are read */
export function clearReading(run: (member: i32) => void): void {
  addDirectivesOf = run;
  readMember.clear();
  readPass.clear();
  readNext.clear();
}

/** Loads a file and all members that its references extract, depth first. */
export function loadEagerly(first: i32, wantedName: i32): void {
  const below = readMember.length;
  enter(first, wantedName);
  while (readMember.length > below) {
    const top = readMember.length - 1;
    const member = readMember[top];
    const symbol = nextExtracting(member, readPass[top], readNext[top]);
    if (symbol === NONE) endPass(top);
    else {
      readNext[top] = symbol + 1;
      enter(lazyMember[nameOf[symbol]], nameOf[symbol]);
    }
  }
}

/** Adds symbols of a file from a row on. @returns the row of the first that extracts a member, or NONE */
function nextExtracting(member: i32, pass: i32, from: i32): i32 {
  for (let symbol = from, end = endSymbol(member); symbol < end; symbol++) {
    const flags = flagsOf[symbol];
    const isOfPass =
      pass === Pass.REFERENCES
        ? isReference(flags)
        : pass === Pass.DEFINITIONS
          ? isDefined(flags)
          : !isLocalState(flags);
    if (isOfPass && extractsMember(symbol, flags, member)) return symbol;
  }
  return NONE;
}

/** Begins the next pass over a file, or ends reading it. */
function endPass(top: i32): void {
  const member = readMember[top];
  if (readPass[top] === Pass.DEFINITIONS) {
    readPass[top] = Pass.REFERENCES;
    readNext[top] = firstSymbol(member);
    return;
  }
  readMember.pop();
  readPass.pop();
  readNext.pop();
  if (isPlacedAsParsed) placed.push(member);
}

/** Begins to read a file: most linkers read its definitions first, then its references. */
function enter(member: i32, wantedName: i32): void {
  addDirectivesOf(member);
  markLoaded(member, wantedName);
  claimGroups(member);
  readMember.push(member);
  readPass.push(readsInOrder ? Pass.ALL : Pass.DEFINITIONS);
  readNext.push(firstSymbol(member));
}

/** Adds a symbol of a file. @returns whether it extracts the lazy member of its name */
function extractsMember(symbol: i32, flags: i32, member: i32): bool {
  if (!isToRefer(symbol, flags)) return false;
  const name = nameOf[symbol];
  // A COMMON replaces a lazy symbol of an archive left of it (`Symbol::resolveCommon`); only an archive right of it
  // is searched.
  if (stateOf[name] === DEFINED) return false;
  if (isDefined(flags) && isReplaced(member, name)) forget(name);
  if (staysWeak(name, flags)) return false;
  if (!addUndefinedFrom(symbol, member)) return false;
  return lazyMember[name] !== NONE && isFresh(lazyMember[name], lazyOccurrence[name]);
}

/** Extracts a member unless this occurrence of its archive has extracted it. */
export function fetch(member: i32, occurrence: i32, name: i32): void {
  if (isFresh(member, occurrence)) loadEagerly(member, name);
}

/** Makes a name undefined, and extracts the member that defines it. */
export function find(name: i32, isWeak: bool): void {
  if (addUndefined(name, isWeak, NONE) && lazyMember[name] !== NONE)
    fetch(lazyMember[name], lazyOccurrence[name], name);
}

/** Whether a member is loaded now. One that another occurrence of its archive loaded is loaded again: a duplicate. */
function isFresh(member: i32, occurrence: i32): bool {
  if (!extractsPerOccurrence) return canLoad(member);
  if (!fetched.add(occurrence, member)) return false;
  if (member !== NONE) loadAgain(member);
  return canLoad(member);
}

/**
 * Loads a file that is loaded already. Its references extract now what stayed weak when they were read first, and what
 * an archive in between could define: see `LinkerProfile.weakDataStaysWeak`.
 */
export function loadEagerlyAgain(member: i32): void {
  loadAgain(member);
  if (!weakDataStaysWeak || isLoaded[member] === 0) return;
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    if (!isReference(flagsOf[symbol])) continue;
    const name = nameOf[symbol];
    if (staysWeak(name, flagsOf[symbol]) || !addUndefinedFrom(symbol, member)) continue;
    if (lazyMember[name] !== NONE) fetch(lazyMember[name], lazyOccurrence[name], name);
  }
}

/** See `LinkerProfile.weakDataStaysWeak`. */
function staysWeak(name: i32, flags: i32): bool {
  return (
    weakDataStaysWeak && stateOf[name] === WEAKLY_UNDEFINED && lazyMember[name] === NONE && !isFunction(flags)
  );
}

/** Adds a symbol where it is a definition. @returns whether it is to be treated as a reference */
function isToRefer(symbol: i32, flags: i32): bool {
  return isReference(flags) || (!addDefined(symbol) && discardedGroups !== DiscardedGroups.DEFINE);
}

/**
 * Whether a definition in a discarded group also removes the name's present state: the lazy symbol of the archive being
 * read, or of an object that was extracted, or the COMMON that its file was extracted for.
 */
function isReplaced(member: i32, name: i32): bool {
  if (discardedGroups !== DiscardedGroups.UNDEFINE) return false;
  if (extractedFor[member] === name && stateOf[name] === COMMON_DEFINED) return true;
  const candidate = lazyMember[name];
  if (candidate === NONE || stateOf[name] > UNDEFINED) return false;
  const occurrence = lazyOccurrence[name];
  return isOccurrenceOfObject(occurrence) ? isLoaded[candidate] === 1 : occurrence === parsing;
}
