import type { Offers } from '../../../src/link/inputs/link-graph.js';
import type { NameId } from '../../../src/symbols/names.js';
import { type MemberId, NONE } from '../../../src/symbols/table.js';
import { type LoadState, UNDEFINED, UNSEEN } from '../loading.js';

/** Lazy symbols: names that an archive or an object of --start-lib could define, each with the member to extract. */
export interface LazyNames {
  /** By NameId: the member to extract. */
  readonly member: Int32Array;
  /** By NameId: the occurrence of the archive on the line. */
  readonly occurrence: Int32Array;
  /** Members that were extracted, by occurrence, as one number: see `LinkerProfile.extractsPerOccurrence`. */
  readonly fetched: Set<number>;
  /** The occurrence whose archive is being read. */
  parsing: number;
  /** The occurrences that are objects, each of which counts as an archive. */
  readonly objects: Set<number>;
  /** Adds the inputs of a file's directives before its symbols, for linkers that do. */
  readonly addDirectives: (member: MemberId) => void;
}

export const lazyNames = (state: LoadState, addDirectives: LazyNames['addDirectives']): LazyNames => ({
  member: new Int32Array(state.symbolState.length).fill(NONE),
  occurrence: new Int32Array(state.symbolState.length).fill(NONE),
  fetched: new Set(),
  parsing: NONE,
  objects: new Set(),
  addDirectives,
});

export const isOffered = (state: LoadState, lazy: LazyNames, name: NameId): boolean =>
  lazy.member[name] !== NONE && state.symbolState[name] < UNDEFINED;

/** Whether the linker's table of symbols has the name. */
export const isKnown = ({ symbolState }: LoadState, lazy: LazyNames, name: NameId): boolean =>
  symbolState[name] !== UNSEEN || lazy.member[name] !== NONE;

export function forget(state: LoadState, lazy: LazyNames, name: NameId): void {
  lazy.member[name] = NONE;
  lazy.occurrence[name] = NONE;
  state.symbolState[name] = UNSEEN;
}

/**
 * Adds the names of an archive as lazy symbols.
 * @param extract called for a name that is undefined already
 */
export function addLazyNames(
  state: LoadState,
  lazy: LazyNames,
  { name, member }: Offers,
  occurrence: number,
  extract: (member: MemberId, name: NameId) => void,
): void {
  const outer = lazy.parsing;
  lazy.parsing = occurrence;
  const { symbolState } = state;
  for (let entry = 0; entry < name.length; entry++) {
    const offered = name[entry];
    const by = member[entry];
    if (!isOffer(state, by)) continue;
    // Only the first archive with the name is searched, even if that fails: a wrong index, a discarded group.
    if (lazy.member[offered] !== NONE && symbolState[offered] <= UNDEFINED) continue;
    if (state.extracts(offered, by)) extract(by, offered);
    else if (symbolState[offered] <= UNDEFINED) {
      lazy.member[offered] = by;
      lazy.occurrence[offered] = occurrence;
    }
  }
  lazy.parsing = outer;
}

/** Loaded members count too: the archive index may list symbols that the member does not define, or lost. */
const isOffer = (state: LoadState, member: MemberId): boolean =>
  state.canLoad(member) || state.isLoaded[member] === 1;
