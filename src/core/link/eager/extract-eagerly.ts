import { isDefined, isWeak } from '../../symbol-flags';
import { endMemberOf, endSymbol, firstMemberOf, firstSymbol, flagsOf, hasIndex, nameOf } from '../graph';
import {
  endRequest,
  firstRequest,
  idOf,
  idOfRequest,
  isArchive,
  isInput,
  isLazyObject,
  isLibrary,
  isSearched,
  itemCount,
  loadedAt,
  loadedCount,
} from '../line';
import { readsArchivesOnce, rule, sharedReplacesLazy, trustsIndex } from '../linker';
import { canLoad, isLoaded, libraries, loaded } from '../load-state';
import { Format, LinkerOptions, Rule } from '../rules';
import { SHARED_DEFINED, WEAKLY_UNDEFINED } from '../symbol-state';
import { addShared, addUndefinedFrom, stateOf } from '../symbol-states';
import { addLazyEntries, addLazyMembers } from './add-lazy-names';
import { addEarlyRoots, findLateNames } from './late-names';
import { clearLazyNames, isOffered, lazyMember, lazyOccurrence } from './lazy-names';
import { clearReading, fetch, loadEagerly, loadEagerlyAgain } from './load-eagerly';
import {
  addOccurrence,
  clearOccurrences,
  isReadEnough,
  markAsObject,
  occurrenceRead,
  recordRead,
} from './occurrences';

/*
 * Extraction of LLD: reading an archive only adds lazy symbols. A reference to a lazy symbol, before or after it,
 * extracts the member at once, and that member's references extract theirs: depth first.
 *
 * Source: lld/ELF/InputFiles.cpp `ObjFile::parseLazy`, `initializeSymbols`; lld/ELF/Symbols.cpp `Symbol::resolve`;
 * lld/MachO/SymbolTable.cpp.
 */

const NONE: i32 = -1;

/** Limit of nested directives, far more than real files have. The linker itself recurses here. */
const MAX_NESTED_DIRECTIVES: i32 = 500;
let nestedDirectives: i32 = 0;
/** The file whose directives nest too deep, or NONE. */
export let tooDeep: i32 = NONE;

/** How many of the loaded files have had their directives processed. */
let directivesProcessed: i32 = 0;
let addsDirectivesAtOnce: bool = false;

export function extractEagerly(): void {
  clearLazyNames();
  clearOccurrences();
  clearReading(addDirectivesOf);
  nestedDirectives = 0;
  tooDeep = NONE;
  directivesProcessed = 0;
  addsDirectivesAtOnce = rule(Rule.LINKER_OPTIONS) === LinkerOptions.AT_ONCE;
  addEarlyRoots();
  for (let item = 0; item < itemCount; item++) addItem(item, false);
  if (!addsDirectivesAtOnce) addDirectives();
  findLateNames();
}

/** @param isByDirective whether a linker directive of a file names it, and not the line */
function addItem(item: i32, isByDirective: bool): void {
  if (isArchive(item) && readsArchivesOnce) readOnce(item, isByDirective);
  else readItem(item, addOccurrence());
}

/**
 * Reads an archive unless an earlier occurrence was read.
 *
 * It is recorded once it has been read, so an archive that is named by a directive of its own member is read as a
 * second archive if that member is loaded while the first is read (lld/MachO/Driver.cpp `addFile`, `loadedArchives`).
 */
function readOnce(item: i32, isByDirective: bool): void {
  const archive = idOf[item];
  if (isReadEnough(archive, isByDirective)) return;
  const earlier = occurrenceRead(archive);
  const occurrence = earlier === NONE ? addOccurrence() : earlier;
  readItem(item, occurrence);
  recordRead(archive, occurrence, isByDirective);
}

function readItem(item: i32, occurrence: i32): void {
  for (let at = 0, count = loadedCount(item); at < count; at++) loadAt(item, loadedAt(item, at), occurrence);
  if (isLibrary(item)) addLibrary(idOf[item]);
  else if (isSearched(item)) addLazyArchive(idOf[item], occurrence);
  else if (isLazyObject(item)) {
    markAsObject(occurrence);
    addLazyMembers(idOf[item], idOf[item] + 1, occurrence);
  }
}

/** Loads a file that needs no reference: an object, or a member of a whole archive. */
function loadAt(item: i32, member: i32, occurrence: i32): void {
  if (isArchive(item) && readsArchivesOnce) fetch(member, occurrence, NONE);
  else if (canLoad(member)) loadEagerly(member, NONE);
  else loadEagerlyAgain(member);
}

/** Without an index LLD for Mach-O 22 and LLD for ELF in all versions read the members. */
function addLazyArchive(archive: i32, occurrence: i32): void {
  if (trustsIndex && hasIndex[archive] === 1) addLazyEntries(archive, occurrence);
  else addLazyMembers(firstMemberOf[archive], endMemberOf[archive], occurrence);
}

/** A shared library's definition replaces what archives could define; its references extract. */
function addLibrary(library: i32): void {
  // One that is named twice is read once.
  if (libraries.includes(library)) return;
  libraries.push(library);
  for (let symbol = firstSymbol(library), end = endSymbol(library); symbol < end; symbol++)
    if (isDefined(flagsOf[symbol])) addSharedUnlessOffered(symbol);
    else if (sharedReplacesLazy) addReferenceOf(library, symbol);
}

function addSharedUnlessOffered(symbol: i32): void {
  const name = nameOf[symbol];
  // For Mach-O an archive that could define the name keeps it, at any position, if the library's definition is weak.
  if (!sharedReplacesLazy && (isWeak(flagsOf[symbol]) || isOffered(name))) return;
  addShared(symbol);
  if (stateOf[name] === SHARED_DEFINED) lazyMember[name] = NONE;
}

function addReferenceOf(library: i32, symbol: i32): void {
  const name = nameOf[symbol];
  // A reference of a shared library does not strengthen a weak reference of the link's files.
  if (stateOf[name] === WEAKLY_UNDEFINED && lazyMember[name] === NONE) return;
  if (addUndefinedFrom(symbol, library) && lazyMember[name] !== NONE)
    fetch(lazyMember[name], lazyOccurrence[name], name);
}

/**
 * Adds the libraries and frameworks of the linker directives of loaded files, transitively. LLD for Mach-O up to 16
 * reads them before the symbols of the file with the directive; later versions, and LLD for ELF (.deplibs), after all
 * other inputs.
 *
 * Source: lld/MachO/InputFiles.cpp `ObjFile::parse`, Driver.cpp `resolveLCLinkerOptions`.
 */
function addDirectives(): void {
  if (rule(Rule.FORMAT) === Format.WASM) return;
  while (directivesProcessed < loaded.length) {
    const end = loaded.length;
    for (let at = directivesProcessed; at < end; at++) addInputsOf(loaded[at]);
    directivesProcessed = end;
  }
}

/** Adds the inputs of one file's directives before the file's own symbols, for linkers that do. */
function addDirectivesOf(member: i32): void {
  if (!addsDirectivesAtOnce || tooDeep !== NONE || !hasInputs(member)) return;
  if (nestedDirectives++ > MAX_NESTED_DIRECTIVES) tooDeep = member;
  isLoaded[member] = 1;
  addInputsOf(member);
  nestedDirectives--;
}

function hasInputs(member: i32): bool {
  for (let request = firstRequest(member), end = endRequest(member); request < end; request++)
    if (isInput(request)) return true;
  return false;
}

function addInputsOf(member: i32): void {
  for (let request = firstRequest(member), end = endRequest(member); request < end; request++)
    if (isInput(request)) addItem(idOfRequest[request], true);
}
