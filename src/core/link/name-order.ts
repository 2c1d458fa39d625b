import { Column } from '../column';
import { List } from '../list';
import { nameAddress, nameLength } from '../names';

/*
 * Names in byte order, as some linkers sort them.
 */

const merged = Column.of<i32>();

/** Whether a name is before another one. */
function isBefore(one: i32, other: i32): bool {
  const length = nameLength(one);
  const otherLength = nameLength(other);
  let at = nameAddress(one);
  let otherAt = nameAddress(other);
  for (const end = at + min(length, otherLength); at < end; at++, otherAt++) {
    const byte = load<u8>(at);
    const otherByte = load<u8>(otherAt);
    if (byte !== otherByte) return byte < otherByte;
  }
  return length < otherLength;
}

/**
 * Sorts rows by their names. Rows of one name keep their order.
 * @param nameOfRow by row: its name; null if rows are names
 */
export function sortByName(rows: List, nameOfRow: List | null = null): void {
  merged.reserve(rows.length);
  for (let width = 1; width < rows.length; width *= 2)
    for (let first = 0; first + width < rows.length; first += 2 * width)
      merge(rows, nameOfRow, first, first + width, min(first + 2 * width, rows.length));
}

function merge(rows: List, nameOfRow: List | null, first: i32, middle: i32, end: i32): void {
  let left = first;
  let right = middle;
  for (let at = first; at < end; at++) {
    const isRight =
      left === middle ||
      (right < end && isBefore(nameAt(rows[right], nameOfRow), nameAt(rows[left], nameOfRow)));
    merged[at] = isRight ? rows[right++] : rows[left++];
  }
  for (let at = first; at < end; at++) rows[at] = merged[at];
}

function nameAt(row: i32, nameOfRow: List | null): i32 {
  return nameOfRow === null ? row : nameOfRow[row];
}
