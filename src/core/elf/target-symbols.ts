import { Column } from '../column';
import { List } from '../list';
import { sectionCount } from './sections';
import { tableSymbols } from './symtab';

/*
 * The symbols that relocations of each section name, collected while the relocations are checked.
 */

/** Symbols that section s names, each once for each relocation table: `named` from `firstNamed[s]` up to the next. */
export const firstNamed = Column.of<i32>();
export const named = Column.of<i32>();

/** A reference each: from which section, and to which symbol. */
const naming = List.empty();
const namedBy = List.empty();
/** By symbol: the relocation table that named it last. */
const lastTable = Column.of<i32>();
const nextNamed = Column.of<i32>();

export function beginTargets(): void {
  naming.clear();
  namedBy.clear();
  lastTable.fill(tableSymbols, 0);
}

/** @param table number of a relocation table, which is not 0 */
export function addTarget(table: i32, section: i32, symbol: u32): void {
  if (symbol === 0 || lastTable[symbol] === table) return;
  lastTable[symbol] = table;
  naming.push(section);
  namedBy.push(symbol);
}

/** Sorts what was collected by section, in the order in which it was found. */
export function sortTargets(): void {
  firstNamed.fill(sectionCount + 1, 0);
  nextNamed.reserve(sectionCount + 1);
  named.reserve(naming.length);
  for (let at = 0; at < naming.length; at++) firstNamed[naming[at] + 1]++;
  for (let section = 0; section < sectionCount; section++) {
    nextNamed[section] = firstNamed[section];
    firstNamed[section + 1] += firstNamed[section];
  }
  for (let at = 0; at < naming.length; at++) named[nextNamed[naming[at]]++] = namedBy[at];
}
