import { Column } from '../../column';
import { List } from '../../list';
import { archiveCount } from '../graph';

/*
 * Occurrences of archives on the line, and of objects between --start-lib and --end-lib, each of which counts as an
 * archive.
 */

const NONE: i32 = -1;

/** By occurrence: 1 for an object. */
const isObject = List.empty();
/** By archive, where one is read once: its occurrence, or NONE while it was not read. */
const occurrenceOf = Column.of<i32>();
/** By archive: 1 if the line named it, 0 if only linker directives did. */
const isOnLine = Column.of<u8>();

export function clearOccurrences(): void {
  isObject.clear();
  occurrenceOf.fill(archiveCount, 0xff);
  isOnLine.fill(archiveCount, 0);
}

/** The next occurrence. */
export function addOccurrence(): i32 {
  isObject.push(0);
  return isObject.length - 1;
}

export function markAsObject(occurrence: i32): void {
  isObject[occurrence] = 1;
}

export function isOccurrenceOfObject(occurrence: i32): bool {
  return occurrence !== NONE && isObject[occurrence] === 1;
}

/** The occurrence at which an archive was read; NONE if it was not. */
export function occurrenceRead(archive: i32): i32 {
  return occurrenceOf[archive];
}

/**
 * Whether an archive that was read is not read again. An archive on the line is read again after a directive read it.
 */
export function isReadEnough(archive: i32, isByDirective: bool): bool {
  return occurrenceOf[archive] !== NONE && (isOnLine[archive] === 1 || isByDirective);
}

export function recordRead(archive: i32, occurrence: i32, isByDirective: bool): void {
  occurrenceOf[archive] = occurrence;
  isOnLine[archive] = isByDirective ? 0 : 1;
}
