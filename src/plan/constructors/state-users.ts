import { cName } from '../../link/inputs/c-names.js';
import { isReference } from '../../symbols/flags.js';
import type { SectionUse } from '../../symbols/image/object-image.js';
import type { NameId } from '../../symbols/names.js';
import type { MemberId } from '../../symbols/table.js';
import { commonState, type LinkCode } from './reach.js';

/** Uses of sections whose references store no address. */
const PASSIVE: ReadonlySet<string> = new Set([
  'constructors',
  'destructors',
  'unwind',
  'ignored',
  'directive',
]);

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

  /**
   * Whether the address of one of these functions is taken: then it may be called through a pointer, with any argument.
   * The lists that the loader calls do not count, and neither does `main`: no function is an argument of it.
   */
  mayBeCalledThroughPointers(parts: Iterable<number>): boolean {
    for (const part of parts) {
      if (this.#useOf(part) !== 'code' || this.#isMain(part)) continue;
      const takers = new Set(this.#of([part], false));
      for (const caller of this.#of([part], true)) takers.delete(caller);
      for (const taker of takers) if (!PASSIVE.has(this.#useOf(taker) ?? '')) return true;
    }
    return false;
  }

  #isMain(number: number): boolean {
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    const names = object === null ? [] : (parts.usersIn(member, object).names.get(part) ?? []);
    return names.some((name) => cName(parts.graph.inputs, name) === 'main');
  }

  #useOf(number: number): SectionUse | null {
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    return object === null ? null : object.image.sections[object.sectionOf(part)].use;
  }

  /** @param onlyCalls leaves out parts that only take an address @returns numbers of parts */
  #of(targets: Iterable<number>, onlyCalls: boolean): number[] {
    const users = new Set<number>();
    for (const number of targets) {
      if (number < 0) this.#takeByName(commonState(number), onlyCalls, users);
      else this.#takeOfPart(number, onlyCalls, users);
    }
    return [...users];
  }

  /** Users of a part in its own object, and of the names by which other files refer to it. */
  #takeOfPart(number: number, onlyCalls: boolean, users: Set<number>): void {
    const { parts } = this.link;
    const { member, part } = parts.placeOf(number);
    const object = parts.object(member);
    if (object === null) return;
    const own = parts.usersIn(member, object);
    for (const name of own.names.get(part) ?? []) this.#takeByName(name, onlyCalls, users);
    for (const user of (onlyCalls ? own.callers : own.all).ofPart.get(part) ?? [])
      users.add(parts.numberOf(member, user));
  }

  #takeByName(name: NameId, onlyCalls: boolean, users: Set<number>): void {
    const { parts } = this.link;
    this.#files ??= this.#collectFiles();
    for (const member of this.#files.get(name) ?? []) {
      const object = parts.object(member);
      if (object === null) continue;
      const own = parts.usersIn(member, object);
      for (const user of (onlyCalls ? own.callers : own.all).ofName.get(name) ?? [])
        users.add(parts.numberOf(member, user));
    }
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
