import { isReference } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { commonState, type LinkCode } from './reach.js';

/**
 * Finds code and data of a link that reference pieces of state: such code may have stored the address of anything that
 * it reaches. For references by name, only files with the name in their symbol table are searched.
 */
export class StateUsers {
  /** By name: the files of the link that reference it. Computed on first use. */
  #files: Map<NameId, MemberId[]> | null = null;

  constructor(readonly link: LinkCode) {}

  /** @param state numbers of writable parts, and of COMMON symbols @returns numbers of parts */
  of(state: ReadonlySet<number>): number[] {
    const users = new Set<number>();
    for (const number of state) {
      for (const name of this.#namesOf(number)) this.#takeByName(name, users);
      if (number >= 0) this.#takeNeighbours(number, users);
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

  #takeByName(name: NameId, users: Set<number>): void {
    const { parts } = this.link;
    this.#files ??= this.#collectFiles();
    for (const member of this.#files.get(name) ?? []) {
      const object = parts.object(member);
      for (let part = 0; object !== null && part < object.count; part++)
        for (const row of object.referencesOf(part).names)
          if (parts.boundName(member, object.image.symbols[row].name) === name)
            users.add(parts.numberOf(member, part));
    }
  }

  #takeNeighbours(number: number, users: Set<number>): void {
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    for (let other = 0; object !== null && other < object.count; other++)
      if (other !== part && object.referencesOf(other).parts.includes(part))
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
