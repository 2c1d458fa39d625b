import { isReference } from '../../symbols/flags.js';
import type { ObjectParts } from '../../symbols/image/object-parts.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { commonState, type LinkCode } from './reach.js';

/** All references of a part, or those that it does not only take the address of. */
function referencesOf(
  object: ObjectParts,
  part: number,
  onlyCalls: boolean,
): Pick<ReturnType<ObjectParts['referencesOf']>, 'names' | 'parts'> {
  const { names, parts, taken } = object.referencesOf(part);
  if (!onlyCalls || !object.tellsUses) return { names, parts };
  return {
    names: names.filter((name) => !taken.names.includes(name)),
    parts: parts.filter((other) => !taken.parts.includes(other)),
  };
}

/**
 * Finds code and data of a link that reference pieces of state: such code may have stored an address there. For
 * references by name, only files with the name in their symbol table are searched.
 */
export class StateUsers {
  /** By name: the files of the link that reference it. Computed on first use. */
  #files: Map<NameId, MemberId[]> | null = null;

  constructor(readonly link: LinkCode) {}

  /**
   * Parts that refer to a piece of state, and those that call such parts, at any distance: an address that a function
   * stores may have been an argument. @param state numbers of writable parts, and of COMMON symbols
   */
  sourcesOf(state: ReadonlySet<number>): number[] {
    const found = new Set<number>();
    for (let open = this.#of(state, false); open.length > 0; open = this.#of(open, true)) {
      open = open.filter((part) => !found.has(part));
      for (const part of open) found.add(part);
    }
    return [...found];
  }

  /** @param onlyCalls leaves out what takes an address only @returns numbers of parts */
  #of(targets: Iterable<number>, onlyCalls: boolean): number[] {
    const users = new Set<number>();
    for (const number of targets) {
      for (const name of this.#namesOf(number)) this.#takeByName(name, onlyCalls, users);
      if (number >= 0) this.#takeNeighbours(number, onlyCalls, users);
    }
    return [...users];
  }

  /** Names by which other files refer to a piece of state. */
  #namesOf(number: number): NameId[] {
    if (number < 0) return [commonState(number)];
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    return (object?.image.symbols ?? []).flatMap(({ name, binding }, row) => {
      if (binding === 'local' || !object?.partsOfSymbol(row).includes(part)) return [];
      const bound = parts.boundName(member, name);
      return bound === NONE ? [] : [bound];
    });
  }

  #takeByName(name: NameId, onlyCalls: boolean, users: Set<number>): void {
    const { parts } = this.link;
    this.#files ??= this.#collectFiles();
    for (const member of this.#files.get(name) ?? []) {
      const object = parts.object(member);
      for (let part = 0; object !== null && part < object.count; part++)
        for (const row of referencesOf(object, part, onlyCalls).names)
          if (parts.boundName(member, object.image.symbols[row].name) === name)
            users.add(parts.numberOf(member, part));
    }
  }

  #takeNeighbours(number: number, onlyCalls: boolean, users: Set<number>): void {
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    for (let other = 0; object !== null && other < object.count; other++)
      if (other !== part && referencesOf(object, other, onlyCalls).parts.includes(part))
        users.add(parts.numberOf(member, other));
  }

  #collectFiles(): Map<NameId, MemberId[]> {
    const { parts, resolution } = this.link;
    const { firstSymbol, flags } = parts.graph.inputs.symbols;
    const files = new Map<NameId, MemberId[]>();
    for (const member of resolution.loaded)
      for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
        if (!isReference(flags[symbol])) continue;
        const name = parts.graph.name[symbol];
        const known = files.get(name);
        if (known === undefined) files.set(name, [member]);
        else known.push(member);
      }
    return files;
  }
}
