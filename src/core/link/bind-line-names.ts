import { List } from '../list';
import { givenRows } from './given';
import {
  definedAs,
  definedName,
  endListed,
  firstListed,
  importedName,
  isDefinition,
  itemCount,
  listed,
  pointerName,
  realName,
  wrappedName,
  wrapperName,
} from './line';
import { imports, lineDefines, wraps } from './linker';
import { alternateFrom, alternateTo } from './load-state';
import { Given, Strength } from './parts';
import { Imports, LineDefines, Wraps } from './rules';
import { raise, strengthOf, winnerOf } from './winners';

const NONE: i32 = -1;

/** Adds the alternates of `f` and `__imp_f`: GNU ld's auto-import, or imports of local symbols. */
export function addImports(): void {
  if (imports === Imports.EXACT) return;
  const servesName = imports === Imports.POINTER_SERVES_NAME;
  for (let at = 0, count = givenRows(Given.POINTER_NAME); at < count; at++) {
    alternateFrom.push(servesName ? importedName[at] : pointerName[at]);
    alternateTo.push(servesName ? pointerName[at] : importedName[at]);
  }
}

/** Binds undefined names to the definitions of their alternates, following chains of alternates. */
export function bindAlternates(): void {
  let hasChanged = alternateFrom.length > 0;
  while (hasChanged) {
    hasChanged = false;
    for (let at = 0; at < alternateFrom.length; at++)
      if (bindAlternate(alternateFrom[at], alternateTo[at])) hasChanged = true;
  }
}

function bindAlternate(from: i32, to: i32): bool {
  if (winnerOf[from] !== NONE || strengthOf[from] === <u8>Strength.UNREFERENCED) return false;
  const changes = winnerOf[to] !== NONE || strengthOf[to] < strengthOf[from];
  winnerOf[from] = winnerOf[to];
  raise(to, strengthOf[from]);
  return changes;
}

/**
 * Applies --wrap as LLD does: after reading, it replaces references also in the file that defines `f`. It replaces none
 * if `f` is unknown: then references to `__real_f` keep that name.
 */
export function bindWrapped(): void {
  if (wraps !== Wraps.LLD && wraps !== Wraps.LLD_14 && wraps !== Wraps.LLD_STRONG) return;
  for (let at = 0, count = givenRows(Given.WRAPPED_NAME); at < count; at++)
    if (winnerOf[wrappedName[at]] !== NONE) strengthOf[wrapperName[at]] = <u8>Strength.STRONGLY_REFERENCED;
    else raise(realName[at], strengthOf[wrappedName[at]]);
}

/** The winners of names that the line defines, before any of them is bound. */
const found = List.empty();

/** Definitions of the line override all others: aliases of a name, or numbers, which no file defines. */
export function bindDefinitions(): void {
  for (let item = 0; item < itemCount; item++) if (isDefinition(item)) referToTargets(item);
  found.clear();
  const count = givenRows(Given.DEFINED_NAME);
  for (let at = 0; at < count; at++) found.push(definedAs[at] === NONE ? NONE : winnerOf[definedAs[at]]);
  for (let at = 0; at < count; at++) {
    const name = definedName[at];
    if (strengthOf[name] === <u8>Strength.UNREFERENCED && winnerOf[name] === NONE) continue;
    if (definedAs[at] === NONE) strengthOf[name] = <u8>Strength.UNREFERENCED;
    winnerOf[name] = found[at];
  }
}

function referToTargets(item: i32): void {
  const isUnsought = lineDefines === LineDefines.UNSOUGHT;
  const wanted = <u8>(isUnsought ? Strength.WEAKLY_REFERENCED : Strength.STRONGLY_REFERENCED);
  for (let at = firstListed(item), end = endListed(item); at < end; at++) raise(listed[at], wanted);
}
