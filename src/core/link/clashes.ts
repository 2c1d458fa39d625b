import { Column } from '../column';
import { List } from '../list';
import { isAbsolute, isDefined, isLocalState, isWeak } from '../symbol-flags';
import { bindColumn, givenRows, isWithin } from './given';
import {
  endSymbol,
  firstSymbol,
  flagsOf,
  groupCount,
  groupOf,
  memberCount,
  nameOf,
  names,
  openBoundGraph,
  selectionOf,
  signatureOf,
} from './graph';
import { absolutesClash, comdats, openRules, weakDefinitionBinds, weakTie } from './linker';
import { Given, Outcome, Selection } from './parts';
import { areBothGrouped, countsTwice, isDiscardedTwice, replacesImport } from './precedence';
import { ComdatRule, WeakTie } from './rules';

/*
 * The definitions of duplicate names of a link that was simulated, of which TypeScript gives what it kept. The same as
 * test/reference/duplicate-definitions.ts.
 */

const NONE: i32 = -1;

const loaded = Column.of<i32>();
const repeated = Column.of<i32>();
const redefined = Column.of<i32>();
/** Names with two definitions that may be reported, in the order in which the second one was read. */
const clashing = Column.of<i32>();
const outcomeOfGroup = Column.of<u8>();

/** Names that the linker reports, in that order. */
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

/** Finds the definitions. @returns false if an id of the columns is not in its table */
export function collectClashes(): bool {
  openBoundGraph();
  openRules();
  if (!openLoads()) return false;
  const rows = givenRows(Given.CLASHING);
  clashName.clear();
  clashStart.clear();
  clashDefinition.clear();
  clashStart.push(0);
  numberRows(rows);
  findDefinitions();
  sortByRow(rows);
  for (let row = 0, start = 0; row < rows; row++) {
    report(clashing[row], start, startOf[row]);
    start = startOf[row];
  }
  return true;
}

function openLoads(): bool {
  bindColumn<i32>(loaded, Given.LOADED_FILES);
  bindColumn<i32>(repeated, Given.REPEATED_FILES);
  bindColumn<i32>(redefined, Given.REDEFINED);
  bindColumn<i32>(clashing, Given.CLASHING);
  bindColumn<u8>(outcomeOfGroup, Given.GROUP_OUTCOME);
  return (
    isWithin(Given.LOADED_FILES, 0, memberCount) &&
    isWithin(Given.REPEATED_FILES, 0, memberCount) &&
    isWithin(Given.REDEFINED, 0, names) &&
    isWithin(Given.CLASHING, 0, names) &&
    givenRows(Given.GROUP_OUTCOME) === groupCount
  );
}

function numberRows(rows: i32): void {
  rowOf.fill(names, 0xff);
  isRedefined.fill(rows, 0);
  for (let row = 0; row < rows; row++) rowOf[clashing[row]] = row;
  for (let at = 0, count = givenRows(Given.REDEFINED); at < count; at++) {
    const row = rowOf[redefined[at]];
    if (row !== NONE) isRedefined[row] = 1;
  }
}

function findDefinitions(): void {
  found.clear();
  rowOfFound.clear();
  for (let at = 0, files = givenRows(Given.LOADED_FILES); at < files; at++) addFile(loaded[at]);
  for (let at = 0, files = givenRows(Given.REPEATED_FILES); at < files; at++) addAgain(repeated[at]);
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
  if (!isDefined(flags) || isOut(symbol, flags)) return false;
  return countsTwice(flags) || isRedefined[row] !== 0;
}

/** Whether a definition is discarded with its COMDAT group and so not a duplicate: see `outcomeOf`. */
function isOut(symbol: i32, flags: i32): bool {
  if (isWeak(flags) && !weakDefinitionBinds) return true;
  const group = groupOf[symbol];
  if (group === NONE) return false;
  const isBySelection = comdats === ComdatRule.LLD_LINK;
  if (selectionOf[group] === <u8>Selection.LOST) return isBySelection;
  const outcome: Outcome = outcomeOfGroup[group];
  // The symbol that has the name of the group is a duplicate where the group is.
  return (
    outcome === Outcome.OUT ||
    (isBySelection && outcome === Outcome.CLASH && nameOf[symbol] !== signatureOf[group])
  );
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
  const first = firstReported(start, end);
  if (first > start && end - first < 2) return;
  clashName.push(name);
  for (let at = first; at < end; at++)
    if (at === first || !areBothGrouped(sorted[first], sorted[at])) clashDefinition.push(sorted[at]);
  clashStart.push(clashDefinition.length);
}

/** The row after the definition of an import member that the next one has replaced. */
function firstReported(start: i32, end: i32): i32 {
  return end - start > 1 && replacesImport(sorted[start + 1], sorted[start]) ? start + 1 : start;
}

function areAllAbsolute(start: i32, end: i32): bool {
  for (let at = start; at < end; at++) if (!isAbsolute(flagsOf[sorted[at]])) return false;
  return true;
}
