import { Column } from '../column';
import { isDefined, isReference, isWeak } from '../symbol-flags';
import { found } from './found';
import { bindColumn, givenRows, isWithin } from './given';
import { flagsOf, nameOf, names, openBoundGraph, symbolCount } from './graph';
import { Given } from './parts';

const sought = Column.of<i32>();
/** By name: 1 for those that are searched for. */
const isSought = Column.of<u8>();

/**
 * Finds the definitions of names, or their strong references, in ascending order.
 * @returns false if a name is not in its table
 */
export function findRowsOfNames(ofReferences: bool): bool {
  openBoundGraph();
  bindColumn<i32>(sought, Given.SOUGHT_NAME);
  if (!isWithin(Given.SOUGHT_NAME, 0, names)) return false;
  found.clear();
  isSought.fill(names, 0);
  for (let at = 0, count = givenRows(Given.SOUGHT_NAME); at < count; at++) isSought[sought[at]] = 1;
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    if (isSought[nameOf[symbol]] === 0) continue;
    const flags = flagsOf[symbol];
    if (ofReferences ? isReference(flags) && !isWeak(flags) : isDefined(flags)) found.push(symbol);
  }
  return true;
}
