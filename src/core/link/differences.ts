import { Column } from '../column';
import { found } from './found';
import { bindColumn, givenRows } from './given';
import { Given } from './parts';

/*
 * Names that two links of one graph treat differently. TypeScript gives columns of both links, so that it does not
 * matter which was simulated last.
 */

const winnerBefore = Column.of<i32>();
const winnerAfter = Column.of<i32>();
const strengthBefore = Column.of<u8>();
const strengthAfter = Column.of<u8>();
const countBefore = Column.of<u16>();
const countAfter = Column.of<u16>();

/**
 * Finds names with another definition, or another strongest reference, in ascending order. Names that only the second
 * link has differ.
 */
export function findChangedNames(): void {
  bindColumn<i32>(winnerBefore, Given.WINNERS_BEFORE);
  bindColumn<i32>(winnerAfter, Given.WINNERS_AFTER);
  bindColumn<u8>(strengthBefore, Given.STRENGTH_BEFORE);
  bindColumn<u8>(strengthAfter, Given.STRENGTH_AFTER);
  found.clear();
  const names = givenRows(Given.WINNERS_AFTER);
  const known = min(names, givenRows(Given.WINNERS_BEFORE));
  for (let name = 0; name < known; name++)
    if (winnerAfter[name] !== winnerBefore[name] || strengthAfter[name] !== strengthBefore[name])
      found.push(name);
  for (let name = known; name < names; name++) found.push(name);
}

/** Whether some name that both links have has two definitions or more in the second one, and fewer in the first. */
export function hasMoreDefinitions(): bool {
  bindColumn<u16>(countBefore, Given.COUNT_BEFORE);
  bindColumn<u16>(countAfter, Given.COUNT_AFTER);
  const names = min(givenRows(Given.COUNT_BEFORE), givenRows(Given.COUNT_AFTER));
  for (let name = 0; name < names; name++)
    if (countAfter[name] >= 2 && countAfter[name] > countBefore[name]) return true;
  return false;
}
