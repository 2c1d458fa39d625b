import { Column } from '../column';
import { isCommon, isLocalState, isWeak } from '../symbol-flags';
import { bindColumn, givenRows, isRising, isWithin } from './given';
import { flagsOf, groupOf, memberCount, nameOf, names, openBoundGraph, symbolCount } from './graph';
import { Given } from './parts';

const NONE: i32 = -1;

const loadedFile = Column.of<i32>();
const winnerOf = Column.of<i32>();
const firstState = Column.of<i32>();
const symbolOf = Column.of<i32>();
const keyOf = Column.of<i32>();
/** By key. */
const copies = Column.of<u16>();
const lastFile = Column.of<i32>();

/**
 * Counts the loaded files with a copy of each mutable global that remains after the selection of common and weak
 * symbols. @returns false if the columns do not fit
 */
export function countStateCopies(keys: i32): bool {
  openBoundGraph();
  bindColumn<i32>(loadedFile, Given.LOADED_FILES);
  bindColumn<i32>(winnerOf, Given.WINNERS_AFTER);
  bindColumn<i32>(firstState, Given.FIRST_STATE);
  bindColumn<i32>(symbolOf, Given.STATE_SYMBOL);
  bindColumn<i32>(keyOf, Given.STATE_KEY);
  if (
    givenRows(Given.WINNERS_AFTER) !== names ||
    givenRows(Given.FIRST_STATE) !== memberCount + 1 ||
    givenRows(Given.STATE_KEY) !== givenRows(Given.STATE_SYMBOL) ||
    !isRising(Given.FIRST_STATE, givenRows(Given.STATE_SYMBOL)) ||
    !isWithin(Given.LOADED_FILES, 0, memberCount) ||
    !isWithin(Given.STATE_SYMBOL, 0, symbolCount) ||
    !isWithin(Given.STATE_KEY, 0, keys)
  )
    return false;
  copies.fill(keys, 0);
  lastFile.fill(keys, 0xff);
  for (let at = 0, files = givenRows(Given.LOADED_FILES); at < files; at++) countIn(loadedFile[at]);
  return true;
}

/** Where the column by key is that `countStateCopies` filled. */
export function stateCopies(): usize {
  return copies.start;
}

function countIn(file: i32): void {
  for (let row = firstState[file], end = firstState[file + 1]; row < end; row++) {
    const key = keyOf[row];
    if (lastFile[key] === file || !isKept(symbolOf[row])) continue;
    lastFile[key] = file;
    copies[key]++;
  }
}

/** Whether the linker keeps this copy of a global: a losing weak or common one is merged. */
function isKept(symbol: i32): bool {
  const flags = flagsOf[symbol];
  if (isLocalState(flags)) return true;
  if (!isWeak(flags) && !isCommon(flags) && groupOf[symbol] === NONE) return true;
  return winnerOf[nameOf[symbol]] === symbol;
}
