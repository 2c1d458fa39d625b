import type { Alternate } from '../../src/link/command/linker-directives.js';
import { definitionIn, type LinkGraph, searchedName } from '../../src/link/inputs/link-graph.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import {
  DEFAULT_VISIBILITY,
  IFUNC,
  isCommon,
  isFunction,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
  kindOf,
  visibilityOf,
} from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import { Comdats } from './comdats.js';

/** State of a symbol while a linker reads its inputs in order. Larger values are better definitions. */
export const UNSEEN = 0;
export const WEAKLY_UNDEFINED = 1;
export const UNDEFINED = 2;
/** Defined by a shared library: any definition in a loaded file replaces it. */
export const SHARED_DEFINED = 3;
export const COMMON_DEFINED = 4;
export const WEAKLY_DEFINED = 5;
export const DEFINED = 6;

const BY_ROOT = 1;
const BY_FILE_WEAKLY = 2;
const BY_FILE = 4;
/** A reference of a shared library that is not weak. */
const BY_LIBRARY = 8;
/** A definition in a discarded COMDAT group, which became a reference. */
const BY_LOST = 16;
const DEFINED_BY_FILE = 32;
const BY_ANY_FILE = BY_FILE | BY_FILE_WEAKLY | BY_LOST;

/** Result of an extraction: which files the linker loads, in which order, and why. */
export interface Loading {
  readonly loaded: readonly MemberId[];
  /** The same files in the order in which their sections are placed: see `LinkerProfile.placement`. */
  readonly placed: readonly MemberId[];
  readonly isLoaded: Uint8Array;
  readonly extractedFor: Int32Array;
  readonly extractedBy: Int32Array;
  /** Files that are loaded a second time: objects named twice, archives that are also under --whole-archive. */
  readonly repeated: readonly MemberId[];
  /** Shared libraries of the link, in the order in which they are read. */
  readonly libraries: readonly MemberId[];
  /** Definitions in the order in which they were read; null if that is the order of the files. See `readsInOrder`. */
  readonly readOrder: readonly SymbolId[] | null;
  /** Names that directives of loaded files require: /include and /export of `.drectve`. */
  readonly includes: readonly NameId[];
  /** Undefined names and their alternates. */
  readonly alternates: readonly Alternate<NameId>[];
  /** Names whose weak references stay undefined although a loaded file defines them (wild). */
  readonly unboundWeak: readonly NameId[];
  /**
   * Names that a file, then the line, then another file defines: GNU ld reports a duplicate, even for a weak
   * definition.
   */
  readonly redefined: ReadonlySet<NameId>;
}

/**
 * State of a linker that reads its inputs in order: the loaded files and the state of each symbol. Dropped members are
 * never loaded.
 */
export class LoadState implements Loading {
  readonly loaded: MemberId[] = [];
  readonly placed: MemberId[];
  readonly isLoaded: Uint8Array;
  readonly extractedFor: Int32Array;
  readonly extractedBy: Int32Array;
  readonly repeated: MemberId[] = [];
  readonly libraries: MemberId[] = [];
  readonly readOrder: SymbolId[] | null;
  /** How many of the loaded files have had their directives processed. */
  directivesProcessed = 0;
  readonly includes: NameId[] = [];
  readonly alternates: Alternate<NameId>[] = [];
  readonly unboundWeak: NameId[] = [];
  readonly redefined = new Set<NameId>();
  /** Names defined by `--defsym`. GNU ld ignores such a definition if an object has a COMMON of the same name. */
  readonly #definedByLine = new Set<NameId>();
  /** Names that a file defined before the line did. */
  readonly #replacedByLine = new Set<NameId>();
  /** By NameId: UNSEEN to DEFINED. */
  readonly symbolState: Uint8Array;
  /** By NameId: the file whose strong reference came first; NONE for roots. */
  readonly referencedBy: Int32Array;
  /** Counts events that require another round over a group: see `LinkerProfile.newRound`. */
  roundEvents = 0;
  /** Names for which no archive is searched any more: see `DiscardedGroups`. */
  readonly #neverExtracted = new Set<NameId>();
  /** Names that are hidden or protected in a loaded file: they do not bind to shared libraries. */
  readonly #within = new Set<NameId>();
  /** Names of `defineOnceSeen`. */
  readonly #definedOnceSeen = new Set<NameId>();
  /** Names that a shared library defines such that a COMMON becomes a reference to it. */
  readonly #beyondCommon = new Set<NameId>();
  /** By NameId: which kinds of inputs reference or define the name, as bits (BY_ROOT to DEFINED_BY_FILE). */
  readonly #references: Uint8Array;
  readonly #comdats: Comdats;
  readonly #flags: Uint16Array;
  readonly #name: Int32Array;

  constructor(
    readonly graph: LinkGraph,
    readonly profile: LinkerProfile,
    readonly dropped: Uint8Array,
  ) {
    const members = graph.inputs.members.length;
    const names = graph.inputs.symbols.names.length;
    this.readOrder = profile.readsInOrder ? [] : null;
    this.placed = profile.placement === 'as-parsed' ? [] : this.loaded;
    this.isLoaded = new Uint8Array(members);
    this.extractedFor = new Int32Array(members).fill(NONE);
    this.extractedBy = new Int32Array(members).fill(NONE);
    this.symbolState = new Uint8Array(names);
    this.referencedBy = new Int32Array(names).fill(NONE);
    this.#references = new Uint8Array(names);
    this.#comdats = new Comdats(graph, profile);
    this.#flags = graph.inputs.symbols.flags;
    this.#name = graph.name;
  }

  canLoad(member: MemberId): boolean {
    return (
      member !== NONE &&
      !this.isLoaded[member] &&
      !this.dropped[member] &&
      this.graph.rows.isObject[member] === 1
    );
  }

  /**
   * Records a file that the line loads without a reference and that is already loaded: linkers that read in order load
   * it again, with a second copy of all its definitions.
   */
  loadAgain(member: MemberId): void {
    if (this.isLoaded[member]) this.repeated.push(member);
  }

  /** Marks a file as loaded; its symbols are added by `addDefined` and `addUndefined`. */
  markLoaded(member: MemberId, wantedName: NameId): void {
    this.isLoaded[member] = 1;
    this.loaded.push(member);
    this.extractedFor[member] = wantedName;
    this.extractedBy[member] = wantedName === NONE ? NONE : this.referencedBy[wantedName];
  }

  /** Decides which groups of a file are kept, before its symbols are added, since those may extract other files. */
  claimGroups(member: MemberId): void {
    const { firstSymbol, group } = this.graph.inputs.symbols;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (group[symbol] !== NONE) this.#comdats.outcome(symbol);
  }

  /** Adds a definition. @returns false if the symbol is a reference or must be treated as one */
  addDefined(symbol: SymbolId): boolean {
    const flags = this.#flags[symbol];
    if (isLocalState(flags)) return true;
    if (isReference(flags)) return false;
    this.readOrder?.push(symbol);
    const name = this.#name[symbol];
    if (!this.#isKept(symbol, flags)) {
      if (this.profile.discardedGroups === 'never-extract')
        this.#neverExtracted.add(searchedName(this.graph, this.profile, symbol));
      return false;
    }
    if (staysWithin(this.profile, flags)) this.#within.add(name);
    if (!isCommon(flags)) {
      this.#references[name] |= DEFINED_BY_FILE;
      if (this.#replacedByLine.has(name)) this.redefined.add(name);
    }
    if (isCommon(flags)) this.#addCommon(symbol, name);
    else if (isWeak(flags)) this.#addWeak(name);
    else if (this.symbolState[name] !== WEAKLY_DEFINED || !(this.profile.uniqueIsWeak && isUnique(flags)))
      this.symbolState[name] = DEFINED;
    return true;
  }

  #addCommon(symbol: SymbolId, name: NameId): void {
    const before = this.symbolState[name];
    const isBeyond = this.#beyondCommon.has(name) && !this.#within.has(name);
    if (before === SHARED_DEFINED && isBeyond) return;
    const commonBeatsWeak = this.profile.ranks === 'strong-common-weak';
    if (before === UNSEEN) this.roundEvents++;
    if (this.referencedBy[name] === NONE && before !== UNDEFINED)
      this.referencedBy[name] = this.graph.inputs.symbols.member[symbol];
    const isOfLineAlone = this.#definedByLine.has(name) && (this.#references[name] & DEFINED_BY_FILE) === 0;
    if (before < COMMON_DEFINED || (before === WEAKLY_DEFINED && commonBeatsWeak) || isOfLineAlone)
      this.symbolState[name] = COMMON_DEFINED;
  }

  #addWeak(name: NameId): void {
    const before = this.symbolState[name];
    const weakBeatsCommon = this.profile.ranks === 'strong-weak-common';
    if (before < COMMON_DEFINED || (before === COMMON_DEFINED && weakBeatsCommon))
      this.symbolState[name] = WEAKLY_DEFINED;
  }

  /**
   * Adds a reference.
   * @param by the referencing file; NONE for a root
   * @returns whether the name is undefined now, so that the reference extracts a member
   */
  addUndefined(name: NameId, weak: boolean, by: MemberId): boolean {
    if (by === NONE) this.#references[name] |= BY_ROOT;
    else if (this.#definedOnceSeen.delete(name)) this.symbolState[name] = DEFINED;
    if (weak && !this.profile.weakReferenceExtracts) {
      if (this.symbolState[name] !== UNSEEN) return false;
      this.symbolState[name] = WEAKLY_UNDEFINED;
      return false;
    }
    if (this.symbolState[name] > UNDEFINED) return false;
    if (this.symbolState[name] !== UNDEFINED) {
      if (this.profile.newRound === 'wanted') this.roundEvents++;
      this.symbolState[name] = UNDEFINED;
      this.referencedBy[name] = by;
    }
    return true;
  }

  /** Adds a definition of the line at its position. */
  defineByLine(name: NameId): void {
    if (this.#references[name] & DEFINED_BY_FILE) this.#replacedByLine.add(name);
    if (this.profile.format === 'elf') this.#definedByLine.add(name);
    this.symbolState[name] = DEFINED;
  }

  /**
   * Adds a definition of the line that takes effect only once a file references the name: until then gold searches
   * archives for it (gold/archive.cc, `Library_base::should_include_member`).
   */
  defineOnceSeen(name: NameId): void {
    if (this.symbolState[name] === UNSEEN) this.symbolState[name] = DEFINED;
    else this.#definedOnceSeen.add(name);
  }

  /** Adds a reference of a file. @returns as `addUndefined` */
  addUndefinedFrom(symbol: SymbolId, by: MemberId): boolean {
    const flags = this.#flags[symbol];
    const name = searchedName(this.graph, this.profile, symbol);
    if (staysWithin(this.profile, flags)) this.#within.add(name);
    if (this.#within.has(name) && this.symbolState[name] === SHARED_DEFINED) this.symbolState[name] = UNSEEN;
    const before = this.#references[name];
    if (this.graph.inputs.contents[by].kind !== 'shared-library') this.#recordReference(name, flags);
    else if (!isWeak(flags)) this.#references[name] |= BY_LIBRARY;
    const extracts = this.addUndefined(name, isWeak(flags), by);
    const isNew = (before & BY_ANY_FILE) === 0 && (this.#references[name] & BY_ANY_FILE) !== 0;
    if (this.profile.newRound === 'seen' && isNew && this.symbolState[name] <= UNDEFINED) this.roundEvents++;
    return extracts;
  }

  /** Records a reference of a file of the link, or of a definition that it lost. */
  #recordReference(name: NameId, flags: number): void {
    if (this.profile.firstReferenceBinds && isWeak(flags)) this.#rebind(name);
    if (!isReference(flags)) this.#references[name] |= BY_LOST;
    else this.#references[name] |= isWeak(flags) ? BY_FILE_WEAKLY : BY_FILE;
  }

  /** Undoes a pending undefined if this weak reference is the first one of a file (LLD). */
  #rebind(name: NameId): void {
    const isSaid = (this.#references[name] & (BY_ROOT | BY_FILE | BY_FILE_WEAKLY)) !== 0;
    if (!isSaid && this.symbolState[name] === UNDEFINED) this.symbolState[name] = UNSEEN;
  }

  /** Whether the name is undefined and a file or library references it, not only the line. */
  isUndefinedInFile(name: NameId): boolean {
    return this.symbolState[name] === UNDEFINED && (this.#references[name] & (BY_FILE | BY_LIBRARY)) !== 0;
  }

  /** Whether a shared library's definition turns the present COMMON into a reference. */
  takesCommon(symbol: SymbolId): boolean {
    const name = this.graph.name[symbol];
    if (this.symbolState[name] !== COMMON_DEFINED || this.#within.has(name)) return false;
    return replacesCommon(this.profile, this.graph.inputs.symbols.flags[symbol]);
  }

  /** Adds a definition of a shared library. */
  addShared(symbol: SymbolId): void {
    const name = this.graph.name[symbol];
    if (this.#within.has(name)) return;
    if (this.takesCommon(symbol)) this.symbolState[name] = UNSEEN;
    if (this.symbolState[name] >= SHARED_DEFINED) return;
    this.symbolState[name] = SHARED_DEFINED;
    if (replacesCommon(this.profile, this.graph.inputs.symbols.flags[symbol])) this.#beyondCommon.add(name);
  }

  /** Loads a file without extracting members for its references at once: adds its symbols in order. */
  load(member: MemberId, wantedName: NameId): void {
    this.markLoaded(member, wantedName);
    const { first, row } = this.graph.rows.inOrder;
    for (let at = first[member]; at < first[member + 1]; at++)
      if (!this.addDefined(row[at])) this.addUndefinedFrom(row[at], member);
  }

  /** Whether the linker extracts `member`, whose archive index lists the name, in the name's present state. */
  extracts(name: NameId, member: MemberId): boolean {
    const state = this.symbolState[name];
    if (state === UNDEFINED) return this.#neverExtracted.size === 0 || !this.#neverExtracted.has(name);
    return state === COMMON_DEFINED && replacesPresentCommon(this.graph, this.profile, member, name);
  }

  #isKept(symbol: SymbolId, flags: number): boolean {
    if (isWeak(flags) && !this.profile.weakDefinitionBinds) return false;
    const outcome = this.#comdats.outcome(symbol);
    if (outcome === 'out' && this.profile.discardedGroups === 'define') return true;
    return outcome === 'kept' || outcome === 'replaces';
  }
}

/** Whether a symbol's visibility requires that its name is resolved within the output. */
export const staysWithin = ({ hiddenBindsToShared }: LinkerProfile, flags: number): boolean =>
  !hiddenBindsToShared && visibilityOf(flags) !== DEFAULT_VISIBILITY;

/** Whether a shared library's definition replaces a COMMON. */
export function replacesCommon({ sharedReplacesCommon }: LinkerProfile, flags: number): boolean {
  if (sharedReplacesCommon !== 'strong-data') return sharedReplacesCommon === 'any';
  return !isWeak(flags) && !isFunction(flags);
}

/** Whether this linker extracts `member` because it has a better definition of a COMMON. */
function replacesPresentCommon(
  graph: LinkGraph,
  profile: LinkerProfile,
  member: MemberId,
  name: NameId,
): boolean {
  if (profile.commonExtracts === 'none') return false;
  const symbol = definitionIn(graph, member, name);
  if (symbol === NONE) return false;
  const flags = graph.inputs.symbols.flags[symbol];
  if (isCommon(flags)) return false;
  if (profile.commonExtracts === 'any') return true;
  if (isWeak(flags)) return false;
  // GNU ld takes data only, but STB_GNU_UNIQUE too; LLD up to 14 takes functions, but STB_GLOBAL only.
  if (profile.commonExtracts === 'strong') return !isUnique(flags);
  return !isFunction(flags) && kindOf(flags) !== IFUNC;
}
