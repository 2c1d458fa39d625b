import { Column } from '../column';
import { givenRows } from './given';
import { names } from './graph';
import { importedName, pointerName } from './line';
import { imports } from './linker';
import { Given } from './parts';
import { Imports } from './rules';

const NONE: i32 = -1;

/** By name `__imp_f`: `f`, or NONE. GNU ld's auto-import. */
const nameOfPointer = Column.of<i32>();

export function openImportedNames(): void {
  if (imports !== Imports.POINTER_SERVES_NAME) return;
  nameOfPointer.fill(names, 0xff);
  for (let at = 0, count = givenRows(Given.POINTER_NAME); at < count; at++)
    nameOfPointer[pointerName[at]] = importedName[at];
}

/** Whether `importedThrough` may find a name. */
export function hasImportedNames(): bool {
  return imports === Imports.POINTER_SERVES_NAME;
}

/** The name that is imported through this pointer, by a linker that imports a name so; NONE otherwise. */
export function importedThrough(pointer: i32): i32 {
  return imports === Imports.POINTER_SERVES_NAME ? nameOfPointer[pointer] : NONE;
}
