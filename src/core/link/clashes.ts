import { Column } from '../column';
import { List } from '../list';
import { isAbsolute, isDefined, isLocalState, isWeak } from '../symbol-flags';
import { outcomeOf } from './comdats';
import { endSymbol, firstSymbol, flagsOf, nameOf, names } from './graph';
import { absolutesClash, weakDefinitionBinds, weakTie } from './linker';
import { loaded, repeated } from './load-state';
import { Outcome } from './parts';
import { areBothGrouped, countsTwice, isDiscardedTwice } from './precedence';
import { WeakTie } from './rules';
import { redefined } from './symbol-states';

/*
 * The definitions of duplicate names. The same as test/reference/duplicate-definitions.ts.
 */

const NONE: i32 = -1;

/** Names that the linker reports, in the order in which the second definition of each was read. */
export const clashName = List.empty();
/** By reported name, and one row more: where its definitions begin in the list of all. */
export const clashStart = List.empty();
/** Definitions of the reported names, of each in the order in which the linker reads them. */
export const clashDefinition = List.empty();

/** By name: its row among the names that may be reported, or NONE. */
const rowOf = Column.of<i32>();
/** By row: 1 if a file, then the line, then another file defines the name. */
const isRedefined = Column.of<u8>();
/** Definitions of all rows in the order in which they are read, and the row of each. */
const found = List.empty();
const rowOfFound = List.empty();
/** By row: where its definitions begin, then where they end. */
const startOf = Column.of<i32>();
const sorted = Column.of<i32>();

/** @param clashing names with two definitions that may be reported */
export function collectClashes(clashing: List): void {
  clashName.clear();
  clashStart.clear();
  clashDefinition.clear();
  clashStart.push(0);
  if (clashing.length === 0) return;
  numberRows(clashing);
  findDefinitions();
  sortByRow(clashing.length);
  for (let row = 0, start = 0; row < clashing.length; row++) {
    report(clashing[row], start, startOf[row]);
    start = startOf[row];
  }
}

function numberRows(clashing: List): void {
  rowOf.fill(names, 0xff);
  isRedefined.fill(clashing.length, 0);
  for (let row = 0; row < clashing.length; row++) rowOf[clashing[row]] = row;
  for (let at = 0; at < redefined.length; at++) {
    const row = rowOf[redefined[at]];
    if (row !== NONE) isRedefined[row] = 1;
  }
}

function findDefinitions(): void {
  found.clear();
  rowOfFound.clear();
  for (let at = 0; at < loaded.length; at++) addFile(loaded[at]);
  for (let at = 0; at < repeated.length; at++) addAgain(repeated[at]);
}

function addFile(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const row = rowOf[nameOf[symbol]];
    if (row !== NONE && isReported(symbol, row)) add(symbol, row);
  }
}

/** Adds definitions of a file that is loaded twice. */
function addAgain(member: i32): void {
  for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
    const row = rowOf[nameOf[symbol]];
    if (row === NONE || !isDefined(flagsOf[symbol])) continue;
    if (countsTwice(flagsOf[symbol]) && !isDiscardedTwice(symbol)) add(symbol, row);
  }
}

function add(symbol: i32, row: i32): void {
  found.push(symbol);
  rowOfFound.push(row);
}

/** Whether a definition is one of those that a duplicate name has. To lld-link weak externals are, which refer. */
function isReported(symbol: i32, row: i32): bool {
  const flags = flagsOf[symbol];
  if (weakTie === WeakTie.LLD_LINK && isWeak(flags) && !isLocalState(flags)) return true;
  if (!isDefined(flags)) return false;
  if (isWeak(flags) && !weakDefinitionBinds) return false;
  if (outcomeOf(symbol) === Outcome.OUT) return false;
  return countsTwice(flags) || isRedefined[row] !== 0;
}

/** Sorts definitions by row; those of a row keep their order. */
function sortByRow(rows: i32): void {
  startOf.fill(rows + 1, 0);
  sorted.reserve(found.length);
  for (let at = 0; at < found.length; at++) startOf[rowOfFound[at] + 1]++;
  for (let row = 0; row < rows; row++) startOf[row + 1] += startOf[row];
  for (let at = 0; at < found.length; at++) sorted[startOf[rowOfFound[at]]++] = found[at];
}

/** Adds a name with its definitions, unless the linker does not report it. */
function report(name: i32, start: i32, end: i32): void {
  // Most linkers report absolute definitions only if values differ, which is not recorded: the real link reports that.
  if (!absolutesClash && areAllAbsolute(start, end)) return;
  clashName.push(name);
  for (let at = start; at < end; at++)
    if (at === start || !areBothGrouped(sorted[start], sorted[at])) clashDefinition.push(sorted[at]);
  clashStart.push(clashDefinition.length);
}

function areAllAbsolute(start: i32, end: i32): bool {
  for (let at = start; at < end; at++) if (!isAbsolute(flagsOf[sorted[at]])) return false;
  return true;
}
