import { LineError } from '../../../src/link/command/line-error.js';
import type { ArchiveId } from '../../../src/link/inputs/inputs.js';
import type { Offers } from '../../../src/link/inputs/link-graph.js';
import { type LineItem, type LinkLine, loadedAt } from '../../../src/link/line/link-line.js';
import { isDefined, isWeak } from '../../../src/symbols/flags.js';
import { type MemberId, NONE, type SymbolId } from '../../../src/symbols/table.js';
import { type Loading, type LoadState, SHARED_DEFINED, WEAKLY_UNDEFINED } from '../loading.js';
import { offersOf, offersWithLocals } from '../offers.js';
import { earlyRoots, findLateNames } from './late-names.js';
import { addLazyNames, isOffered, type LazyNames, lazyNames } from './lazy-names.js';
import { fetch, load, loadAgain } from './load-eagerly.js';

/**
 * Extraction of LLD: reading an archive only adds lazy symbols. A reference to a lazy symbol, before or after it,
 * extracts the member at once, and that member's references extract theirs: depth first.
 *
 * Source: lld/ELF/InputFiles.cpp `ObjFile::parseLazy`, `initializeSymbols`; lld/ELF/Symbols.cpp `Symbol::resolve`;
 * lld/MachO/SymbolTable.cpp.
 */
export function extractEagerly(state: LoadState, line: LinkLine): Loading {
  const extraction = new EagerExtraction(state, line);
  for (const { name } of earlyRoots(state, line)) state.addUndefined(name, false, NONE);
  for (const item of line.items) extraction.addItem(item, 'line');
  if (state.profile.linkerOptions === 'at-the-end') extraction.addDirectives();
  findLateNames(state, extraction.lazy, line);
  return state;
}

/** Limit of nested directives, far more than real files have. The linker itself recurses here. */
const MAX_NESTED_DIRECTIVES = 500;

/** The side that names an input: the link line, or a linker directive of a file. */
type NamedBy = 'line' | 'directive';

/** An archive that was read, where one is read once: see `LinkerProfile.readsArchivesOnce`. */
interface ReadArchive {
  readonly occurrence: number;
  readonly namedBy: NamedBy;
}

class EagerExtraction {
  readonly lazy: LazyNames;
  readonly #archives = new Map<ArchiveId, ReadArchive>();
  #occurrences = 0;
  #nestedDirectives = 0;

  constructor(
    readonly state: LoadState,
    readonly line: LinkLine,
  ) {
    const isAtOnce = state.profile.linkerOptions === 'at-once';
    this.lazy = lazyNames(state, (member) => {
      if (isAtOnce) this.#addDirectivesOf(member);
    });
  }

  addItem(item: LineItem, namedBy: NamedBy): void {
    if (item.kind === 'archive' && this.state.profile.readsArchivesOnce) this.#readOnce(item, namedBy);
    else this.#read(item, this.#occurrences++);
  }

  /**
   * Reads an archive unless an earlier occurrence was read; what the line names is read again after a directive.
   *
   * It is recorded once it has been read, so an archive that is named by a directive of its own member is read as a
   * second archive if that member is loaded while the first is read (lld/MachO/Driver.cpp `addFile`, `loadedArchives`).
   */
  #readOnce(item: LineItem & { readonly kind: 'archive' }, namedBy: NamedBy): void {
    const earlier = this.#archives.get(item.archive);
    if (earlier !== undefined && (earlier.namedBy === 'line' || namedBy === 'directive')) return;
    const occurrence = earlier?.occurrence ?? this.#occurrences++;
    this.#read(item, occurrence);
    this.#archives.set(item.archive, { occurrence, namedBy });
  }

  #read(item: LineItem, occurrence: number): void {
    const { state, lazy } = this;
    for (const member of loadedAt(state.graph.inputs, item)) this.#loadAt(item, member, occurrence);
    if (item.kind === 'shared-library') this.#addLibrary(item.member);
    else if (item.kind === 'archive' && !item.whole) this.#addLazy(this.#offersOf(item.archive), occurrence);
    else if (item.kind === 'lazy-object') {
      lazy.objects.add(occurrence);
      this.#addLazy(offersOf(state.graph, item.member, state.profile.offersLocals), occurrence);
    }
  }

  /** Loads a file that needs no reference: an object, or a member of a whole archive. */
  #loadAt(item: LineItem, member: MemberId, occurrence: number): void {
    const { state, lazy } = this;
    if (item.kind === 'archive' && state.profile.readsArchivesOnce)
      fetch(state, lazy, member, occurrence, NONE);
    else if (state.canLoad(member)) load(state, lazy, member, NONE);
    else loadAgain(state, lazy, member);
  }

  #offersOf(archive: ArchiveId): Offers {
    // Without an index LLD for Mach-O 22 and LLD for ELF in all versions read the members.
    const { graph, profile } = this.state;
    const asksIndex = profile.trustsIndex && graph.inputs.archives[archive].index !== null;
    if (asksIndex) return graph.indexed[archive];
    return profile.offersLocals ? offersWithLocals(graph, archive) : graph.scanned[archive];
  }

  #addLazy(offers: Offers, occurrence: number): void {
    const { state, lazy } = this;
    addLazyNames(state, lazy, offers, occurrence, (member, name) =>
      fetch(state, lazy, member, occurrence, name),
    );
  }

  /** A shared library's definition replaces what archives could define; its references extract. */
  #addLibrary(library: MemberId): void {
    const { state } = this;
    const { firstSymbol, flags } = state.graph.inputs.symbols;
    // One that is named twice is read once.
    if (state.libraries.includes(library)) return;
    state.libraries.push(library);
    for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++)
      if (isDefined(flags[symbol])) this.#addShared(symbol);
      else if (state.profile.sharedReplacesLazy) this.#addReferenceOf(library, symbol);
  }

  #addShared(symbol: SymbolId): void {
    const { state, lazy } = this;
    const name = state.graph.name[symbol];
    const isWeakDefinition = isWeak(state.graph.inputs.symbols.flags[symbol]);
    // For Mach-O an archive that could define the name keeps it, at any position, if the library's definition is weak.
    if (!state.profile.sharedReplacesLazy && (isWeakDefinition || isOffered(state, lazy, name))) return;
    state.addShared(symbol);
    if (state.symbolState[name] === SHARED_DEFINED) lazy.member[name] = NONE;
  }

  #addReferenceOf(library: MemberId, symbol: SymbolId): void {
    const { state, lazy } = this;
    const name = state.graph.name[symbol];
    // A reference of a shared library does not strengthen a weak reference of the link's files.
    if (state.symbolState[name] === WEAKLY_UNDEFINED && lazy.member[name] === NONE) return;
    if (state.addUndefinedFrom(symbol, library) && lazy.member[name] !== NONE)
      fetch(state, lazy, lazy.member[name], lazy.occurrence[name], name);
  }

  /**
   * Adds the libraries and frameworks of the linker directives of loaded files, transitively. LLD for Mach-O up to 16
   * reads them before the symbols of the file with the directive; later versions, and LLD for ELF (.deplibs), after all
   * other inputs.
   *
   * Source: lld/MachO/InputFiles.cpp `ObjFile::parse`, Driver.cpp `resolveLCLinkerOptions`.
   */
  addDirectives(): void {
    const { state } = this;
    if (this.line.requests.size === 0 || state.profile.format === 'wasm') return;
    while (state.directivesProcessed < state.loaded.length) {
      const files = state.loaded.slice(state.directivesProcessed);
      state.directivesProcessed = state.loaded.length;
      for (const item of files.flatMap((member) => this.#itemsOf(member))) this.addItem(item, 'directive');
    }
  }

  /** Adds the inputs of one file's directives before the file's own symbols. */
  #addDirectivesOf(member: MemberId): void {
    const items = this.#itemsOf(member);
    if (items.length === 0) return;
    const { state } = this;
    if (this.#nestedDirectives++ > MAX_NESTED_DIRECTIVES)
      throw new LineError(
        `${state.graph.inputs.members[member].name}: library requests of files nest more than ${MAX_NESTED_DIRECTIVES} deep`,
      );
    state.isLoaded[member] = 1;
    for (const item of items) this.addItem(item, 'directive');
    this.#nestedDirectives--;
  }

  #itemsOf(member: MemberId): LineItem[] {
    return (this.line.requests.get(member) ?? []).flatMap((request) =>
      request.kind === 'input' ? [request.item] : [],
    );
  }
}
