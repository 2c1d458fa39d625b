import type { ObjectParts } from '../../symbols/image/object-parts.js';
import type { NameId } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';

/** By target: the parts of one object that refer to it. */
export interface Users {
  /** By name, for references that bind by name. */
  readonly ofName: ReadonlyMap<NameId, readonly number[]>;
  /** By part of the same object; a part is not counted as its own user. */
  readonly ofPart: ReadonlyMap<number, readonly number[]>;
}

/** The references between the parts of one object, and the names by which other objects refer to them. */
export interface PartUsers {
  readonly all: Users;
  /**
   * Without users that only take the address; all users if calls and addresses cannot be distinguished for the machine.
   */
  readonly callers: Users;
  /** By part: its names for other objects. */
  readonly names: ReadonlyMap<number, readonly NameId[]>;
}

/** @param nameOfRow id of a symbol's name, by its row; NONE if no object of the link has it */
export function partUsers(object: ObjectParts, nameOfRow: (row: number) => NameId): PartUsers {
  const [all, callers] = [collector(), collector()];
  const { symbols } = object.image;
  for (let part = 0; part < object.count; part++) {
    const { names, parts, taken } = object.referencesOf(part);
    if (names.length === 0 && parts.length === 0) continue;
    all.add(part, names.map(nameOfRow), parts);
    if (object.tellsUses)
      callers.add(part, without(names, taken.names).map(nameOfRow), without(parts, taken.parts));
  }
  const names = new Map<number, NameId[]>();
  for (let row = 0; row < symbols.length; row++)
    // The old definition behind a twin has a name that no symbol table of the link lists.
    if (symbols[row].binding !== 'local')
      for (const part of object.partsOfSymbol(row)) append(names, part, nameOfRow(row));
  return { all, callers: object.tellsUses ? callers : all, names };
}

function without(rows: readonly number[], taken: readonly number[]): readonly number[] {
  if (taken.length === 0) return rows;
  const left = new Set(taken);
  return rows.filter((row) => !left.has(row));
}

function collector(): Users & {
  add(part: number, names: readonly NameId[], parts: readonly number[]): void;
} {
  const ofName = new Map<NameId, number[]>();
  const ofPart = new Map<number, number[]>();
  return {
    ofName,
    ofPart,
    add: (part, names, parts) => {
      for (const name of names) append(ofName, name, part);
      for (const target of parts) if (target !== part) append(ofPart, target, part);
    },
  };
}

function append(lists: Map<number, number[]>, key: number, value: number): void {
  if (key === NONE || value === NONE) return;
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
