import { isDefined, isFunction, isReference, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { LineError } from '../command/line-error.js';
import type { ArchiveId } from '../inputs/inputs.js';
import { type Offers, offersOf } from '../inputs/link-graph.js';
import type { Rows } from '../inputs/member-rows.js';
import type { WrappedName } from '../inputs/wrapped-names.js';
import { type LineItem, type LinkLine, loadedAt, type Root } from '../line/link-line.js';
import {
  COMMON_DEFINED,
  DEFINED,
  type Loading,
  type LoadState,
  SHARED_DEFINED,
  UNDEFINED,
  UNSEEN,
  WEAKLY_DEFINED,
  WEAKLY_UNDEFINED,
} from './loading.js';

/**
 * Extraction of LLD: reading an archive only adds lazy symbols. A reference to a lazy symbol, before or after it,
 * extracts the member at once, and that member's references extract theirs: depth first.
 *
 * Source: lld/ELF/InputFiles.cpp `ObjFile::parseLazy`, `initializeSymbols`; lld/ELF/Symbols.cpp `Symbol::resolve`;
 * lld/MachO/SymbolTable.cpp.
 */
export function extractEagerly(state: LoadState, line: LinkLine): Loading {
  const lazy: LazyNames = {
    line,
    member: new Int32Array(state.symbolState.length).fill(NONE),
    occurrence: new Int32Array(state.symbolState.length).fill(NONE),
    fetched: new Set(),
    parsing: NONE,
    occurrences: 0,
    depth: 0,
    objects: new Set(),
    named: new Set(),
    asked: new Set(),
  };
  const { lateRoots } = state.profile;
  const isLate = ({ reason }: Root) =>
    lateRoots !== 'none' &&
    (reason === 'entry' || reason === 'definition' || (reason === 'option' && lateRoots === 'all'));
  for (const root of line.roots) if (!isLate(root)) state.addUndefined(root.name, false, NONE);
  for (const item of line.items) takeItem(state, lazy, item);
  if (state.profile.linkerOptions === 'at-the-end') takeRequests(state, lazy);
  for (const root of line.roots) if (isLate(root)) findEntry(state, lazy, root.name);
  for (const one of line.wrapped) findWrapped(state, lazy, one);
  return state;
}

/**
 * Searches the names of --wrap if the wrapped name is known: see `LinkerProfile.wraps`.
 *
 * Source: lld/ELF/Driver.cpp and lld/wasm/Driver.cpp `addWrappedSymbols`.
 */
function findWrapped(state: LoadState, lazy: LazyNames, { name, wrap, real }: WrappedName): void {
  const { wraps } = state.profile;
  if (!isKnown(state, lazy, name)) return;
  // A member that was extracted for one name may reference the other.
  const isWeak = () =>
    state.symbolState[name] === WEAKLY_UNDEFINED || state.symbolState[name] === WEAKLY_DEFINED;
  if (wraps !== 'lld') find(state, lazy, real, false);
  find(state, lazy, wrap, isWeak() && wraps !== 'lld-strong');
  if (wraps !== 'lld') return;
  if (isKnown(state, lazy, real)) find(state, lazy, name, isWeak());
  find(state, lazy, real, false);
}

/** Lazy symbols: names that archives could define. */
interface LazyNames {
  readonly line: LinkLine;
  /** By NameId: the member to extract. */
  readonly member: Int32Array;
  /** By NameId: which item of the line says so. */
  readonly occurrence: Int32Array;
  /**
   * Members that were extracted, by occurrence, as one number: see `LinkerProfile.extractsPerOccurrence`.
   */
  readonly fetched: Set<number>;
  /** The occurrence whose archive is being read. */
  parsing: number;
  /** How many items were taken so far. */
  occurrences: number;
  /** Depth of the recursion of linker directives. */
  depth: number;
  /** The occurrences that are objects, which are an archive each. */
  readonly objects: Set<number>;
  /**
   * Archives of the line, and those that only linker directives name: LLD for Mach-O treats an archive as its first
   * occurrence does, and the line comes before directives.
   */
  readonly named: Set<ArchiveId>;
  readonly asked: Set<ArchiveId>;
}

function takeItem(state: LoadState, lazy: LazyNames, item: LineItem, isAsked = false): void {
  const occurrence = lazy.occurrences++;
  if (item.kind === 'archive' && state.profile.readsArchivesOnce) {
    if (lazy.named.has(item.archive) || (isAsked && lazy.asked.has(item.archive))) return;
    (isAsked ? lazy.asked : lazy.named).add(item.archive);
  }
  for (const member of loadedAt(state.graph.inputs, item))
    if (state.canLoad(member)) load(state, lazy, member, NONE);
    else if (item.kind === 'object' || !state.profile.readsArchivesOnce) loadAgain(state, lazy, member);
  if (item.kind === 'shared-library') takeLibrary(state, lazy, item.member);
  else if (item.kind === 'archive' && !item.whole) offerArchive(state, lazy, item.archive, occurrence);
  else if (item.kind === 'lazy-object') {
    lazy.objects.add(occurrence);
    offer(state, lazy, offersOf(state.graph, item.member), occurrence);
  }
}

/**
 * Adds the libraries and frameworks of the linker directives of loaded files, transitively. LLD for Mach-O up to 16
 * reads them before the symbols of the file with the directive; later versions, and LLD for ELF (.deplibs), after all
 * other inputs.
 *
 * Source: lld/MachO/InputFiles.cpp `ObjFile::parse`, Driver.cpp `resolveLCLinkerOptions`.
 */
function takeRequests(state: LoadState, lazy: LazyNames): void {
  if (lazy.line.requests.size === 0 || state.profile.format === 'wasm') return;
  while (state.directivesProcessed < state.loaded.length) {
    const files = state.loaded.slice(state.directivesProcessed);
    state.directivesProcessed = state.loaded.length;
    for (const item of files.flatMap((member) => askedBy(lazy.line, member)))
      takeItem(state, lazy, item, true);
  }
}

/** Limit of nested directives, far more than real files have. The linker itself recurses here. */
const DEEPEST_REQUESTS = 500;

/** Adds the inputs of one file's directives before the file's own symbols. */
function takeOwnRequests(state: LoadState, lazy: LazyNames, member: MemberId): void {
  const asked = askedBy(lazy.line, member);
  if (asked.length === 0) return;
  if (lazy.depth++ > DEEPEST_REQUESTS)
    throw new LineError(
      `${state.graph.inputs.members[member].name}: library requests of files nest more than ${DEEPEST_REQUESTS} deep`,
    );
  state.isLoaded[member] = 1;
  for (const item of asked) takeItem(state, lazy, item, true);
  lazy.depth--;
}

const askedBy = ({ requests }: LinkLine, member: MemberId): LineItem[] =>
  (requests.get(member) ?? []).flatMap((request) => (request.kind === 'input' ? [request.item] : []));

/**
 * lld/ELF/Driver.cpp `handleUndefined`: extracts the lazy symbol of the name, whatever its other references are.
 */
function findEntry(state: LoadState, lazy: LazyNames, name: NameId): void {
  if (isKnown(state, lazy, name)) find(state, lazy, name, false);
}

const isKnown = ({ symbolState }: LoadState, lazy: LazyNames, name: NameId): boolean =>
  symbolState[name] !== UNSEEN || lazy.member[name] !== NONE;

function find(state: LoadState, lazy: LazyNames, name: NameId, isWeak: boolean): void {
  if (state.addUndefined(name, isWeak, NONE) && lazy.member[name] !== NONE)
    fetch(state, lazy, lazy.member[name], lazy.occurrence[name], name);
}

/** A shared library's definition replaces what archives could define; its references extract. */
function takeLibrary(state: LoadState, lazy: LazyNames, library: MemberId): void {
  const { inputs, name } = state.graph;
  const { firstSymbol, flags } = inputs.symbols;
  // One that is named twice is read once.
  if (state.libraries.includes(library)) return;
  state.libraries.push(library);
  const { sharedReplacesLazy } = state.profile;
  for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++) {
    const wanted = name[symbol];
    if (isDefined(flags[symbol])) {
      // For Mach-O an archive that could define the name keeps it, at any position, if the library's definition is
      // weak.
      if (!sharedReplacesLazy && (isWeak(flags[symbol]) || isOffered(state, lazy, wanted))) continue;
      state.addShared(symbol);
      if (state.symbolState[wanted] === SHARED_DEFINED) lazy.member[wanted] = NONE;
      continue;
    }
    if (!sharedReplacesLazy) continue;
    // A reference of a shared library does not strengthen a weak reference of the link's files.
    if (state.symbolState[wanted] === WEAKLY_UNDEFINED && lazy.member[wanted] === NONE) continue;
    if (state.addUndefinedFrom(symbol, library) && lazy.member[wanted] !== NONE)
      fetch(state, lazy, lazy.member[wanted], lazy.occurrence[wanted], wanted);
  }
}

const isOffered = (state: LoadState, lazy: LazyNames, name: NameId): boolean =>
  lazy.member[name] !== NONE && state.symbolState[name] < UNDEFINED;

function offerArchive(state: LoadState, lazy: LazyNames, archive: ArchiveId, occurrence: number): void {
  // Without an index LLD for Mach-O 22 and LLD for ELF in all versions read the members.
  const { graph, profile } = state;
  const asksIndex = profile.trustsIndex && graph.inputs.archives[archive].index !== null;
  const offers = (asksIndex ? state.rows.indexed : state.rows.scanned)[archive];
  offer(state, lazy, offers, occurrence);
}

function offer(state: LoadState, lazy: LazyNames, { name, member }: Offers, occurrence: number): void {
  lazy.parsing = occurrence;
  const { symbolState } = state;
  for (let entry = 0; entry < name.length; entry++) {
    const offered = name[entry];
    const by = member[entry];
    if (!isOffer(state, by)) continue;
    // Only the first archive with the name is searched, even if that fails: a wrong index, a discarded group.
    if (lazy.member[offered] !== NONE && symbolState[offered] <= UNDEFINED) continue;
    if (state.extracts(offered, by)) fetch(state, lazy, by, occurrence, offered);
    else if (symbolState[offered] <= UNDEFINED) {
      lazy.member[offered] = by;
      lazy.occurrence[offered] = occurrence;
    }
  }
  lazy.parsing = NONE;
}

/** Even when it is loaded: an index may say of a member what it does not define, or lost. */
const isOffer = (state: LoadState, member: MemberId): boolean =>
  state.canLoad(member) || state.isLoaded[member] === 1;

const canRepeat = ({ profile, isLoaded }: LoadState, member: MemberId): boolean =>
  profile.extractsPerOccurrence && member !== NONE && isLoaded[member] === 1;

function fetch(
  state: LoadState,
  lazy: LazyNames,
  member: MemberId,
  occurrence: number,
  wanted: NameId,
): void {
  if (isFresh(state, lazy, member, occurrence)) load(state, lazy, member, wanted);
}

/** Whether a member is loaded now. One that another occurrence of its archive loaded is loaded again: a duplicate. */
function isFresh(state: LoadState, lazy: LazyNames, member: MemberId, occurrence: number): boolean {
  if (!state.profile.extractsPerOccurrence) return state.canLoad(member);
  const key = occurrence * state.isLoaded.length + member;
  if (lazy.fetched.has(key)) return false;
  lazy.fetched.add(key);
  if (canRepeat(state, member)) state.loadAgain(member);
  return state.canLoad(member);
}

/**
 * Loads a file that is loaded already. Its references extract now what stayed weak when they were read first, and what
 * an archive in between could define: see `LinkerProfile.weakDataStaysWeak`.
 */
function loadAgain(state: LoadState, lazy: LazyNames, member: MemberId): void {
  state.loadAgain(member);
  if (!state.profile.weakDataStaysWeak || !state.isLoaded[member]) return;
  const { flags } = state.graph.inputs.symbols;
  const { first, row } = state.rows.references;
  for (let at = first[member]; at < first[member + 1]; at++) {
    const wanted = state.graph.name[row[at]];
    if (staysWeak(state, lazy, wanted, flags[row[at]])) continue;
    if (!state.addUndefinedFrom(row[at], member)) continue;
    const candidate = lazy.member[wanted];
    if (candidate !== NONE) fetch(state, lazy, candidate, lazy.occurrence[wanted], wanted);
  }
}

/** Rows of a file that are to be read, one after the other. */
interface Reading {
  readonly member: MemberId;
  readonly rows: Int32Array;
  at: number;
  readonly end: number;
  /** Nothing of the file is left to be read after these rows. */
  readonly isLast: boolean;
}

/**
 * Loads a file and all members that its references extract. Uses its own stack: chains are thousands of members deep.
 */
function load(state: LoadState, lazy: LazyNames, first: MemberId, wantedName: NameId): void {
  const { inputs, name } = state.graph;
  const { flags } = inputs.symbols;
  const { symbolState } = state;
  const stack: Reading[] = [];
  enter(state, lazy, stack, first, wantedName);
  while (stack.length > 0) {
    const reading = stack[stack.length - 1];
    if (reading.at >= reading.end) {
      stack.pop();
      if (reading.isLast && state.placed !== state.loaded) state.placed.push(reading.member);
      continue;
    }
    const symbol = reading.rows[reading.at++];
    if (!isToRefer(state, symbol, flags[symbol])) continue;
    const wanted = name[symbol];
    // A COMMON replaces a lazy symbol of an archive left of it (`Symbol::resolveCommon`); only an archive right of it
    // is searched.
    if (symbolState[wanted] === DEFINED) continue;
    if (isDefined(flags[symbol]) && isReplaced(state, lazy, reading.member, wanted))
      forget(state, lazy, wanted);
    if (staysWeak(state, lazy, wanted, flags[symbol])) continue;
    if (!state.addUndefinedFrom(symbol, reading.member)) continue;
    const candidate = lazy.member[wanted];
    if (candidate !== NONE && isFresh(state, lazy, candidate, lazy.occurrence[wanted]))
      enter(state, lazy, stack, candidate, wanted);
  }
}

/** See `LinkerProfile.weakDataStaysWeak`. */
const staysWeak = (
  { profile, symbolState }: LoadState,
  lazy: LazyNames,
  name: NameId,
  flags: number,
): boolean =>
  profile.weakDataStaysWeak &&
  symbolState[name] === WEAKLY_UNDEFINED &&
  lazy.member[name] === NONE &&
  !isFunction(flags);

/** Begins to read a file: most linkers read its definitions first, then its references. */
function enter(state: LoadState, lazy: LazyNames, stack: Reading[], member: MemberId, wanted: NameId): void {
  if (state.profile.linkerOptions === 'at-once') takeOwnRequests(state, lazy, member);
  state.markLoaded(member, wanted);
  state.claimGroups(member);
  const { definitions, references, inOrder } = state.rows;
  const push = ({ first, row }: Rows, isLast: boolean) =>
    stack.push({ member, rows: row, at: first[member], end: first[member + 1], isLast });
  if (state.profile.readsInOrder) push(inOrder, true);
  else {
    push(references, true);
    push(definitions, false);
  }
}

/** Adds a symbol where it is a definition. @returns whether it is to be treated as a reference */
const isToRefer = (state: LoadState, symbol: SymbolId, flags: number): boolean =>
  isReference(flags) || (!state.addDefined(symbol) && state.profile.discardedGroups !== 'define');

/**
 * Whether a definition in a discarded group also removes the name's present state: the lazy symbol of the archive being
 * read, or of an object that was extracted, or the COMMON that its file was extracted for.
 */
function isReplaced(state: LoadState, lazy: LazyNames, member: MemberId, name: NameId): boolean {
  if (state.profile.discardedGroups !== 'undefine') return false;
  if (state.extractedFor[member] === name && state.symbolState[name] === COMMON_DEFINED) return true;
  const [occurrence, candidate] = [lazy.occurrence[name], lazy.member[name]];
  if (candidate === NONE || state.symbolState[name] > UNDEFINED) return false;
  return lazy.objects.has(occurrence) ? state.isLoaded[candidate] === 1 : occurrence === lazy.parsing;
}

function forget(state: LoadState, lazy: LazyNames, name: NameId): void {
  lazy.member[name] = NONE;
  lazy.occurrence[name] = NONE;
  state.symbolState[name] = UNSEEN;
}
