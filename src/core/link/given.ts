import { Column } from '../column';
import { allocate, release, roomFor } from '../memory';
import { Given } from './parts';

/*
 * Columns that TypeScript fills: of the graph, which many links share, and of one link. Each keeps its block of memory
 * for the next link.
 */

const startOf = Column.of<usize>();
const roomOf = Column.of<usize>();
const rowsOf = Column.of<i32>();

/** Makes room for a column; returns where its rows belong. What was in it is lost. @param width bytes of a row */
export function giveColumn(column: i32, rows: i32, width: i32): usize {
  if (startOf.capacity === 0) clearGiven();
  const needed = <usize>rows * <usize>width;
  if (roomOf[column] < needed || startOf[column] === 0) {
    if (startOf[column] !== 0) release(startOf[column], roomOf[column]);
    roomOf[column] = roomFor(needed);
    startOf[column] = allocate(roomOf[column]);
  }
  rowsOf[column] = rows;
  return startOf[column];
}

export function givenRows(column: Given): i32 {
  return rowsOf[column];
}

/** Lets a column be read. */
export function bindColumn<T>(column: Column<T>, given: Given): void {
  column.start = startOf[given];
}

/** Whether all rows are numbers from `least` up to, and without, `limit`. */
export function isWithin(given: Given, least: i32, limit: i32): bool {
  const start = startOf[given];
  for (let row = 0, rows = rowsOf[given]; row < rows; row++) {
    const value = load<i32>(start + ((<usize>row) << 2));
    if (value < least || value >= limit) return false;
  }
  return true;
}

/** Whether rows begin with 0, never decrease, and end with `last`. */
export function isRising(given: Given, last: i32): bool {
  const start = startOf[given];
  const rows = rowsOf[given];
  if (rows === 0 || load<i32>(start) !== 0) return false;
  let before = 0;
  for (let row = 0; row < rows; row++) {
    const value = load<i32>(start + ((<usize>row) << 2));
    if (value < before) return false;
    before = value;
  }
  return before === last;
}

function clearGiven(): void {
  startOf.fill(Given.COUNT, 0);
  roomOf.fill(Given.COUNT, 0);
  rowsOf.fill(Given.COUNT, 0);
}
