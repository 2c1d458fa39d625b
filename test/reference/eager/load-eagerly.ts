import type { Rows } from '../../../src/link/inputs/member-rows.js';
import { isDefined, isFunction, isReference } from '../../../src/symbols/flags.js';
import type { NameId } from '../../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../../src/symbols/table.js';
import { COMMON_DEFINED, DEFINED, type LoadState, UNDEFINED, WEAKLY_UNDEFINED } from '../loading.js';
import { forget, type LazyNames } from './lazy-names.js';

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
 * Loads a file and all members that its references extract, depth first. Uses its own stack: chains are thousands of
 * members deep.
 */
export function load(state: LoadState, lazy: LazyNames, first: MemberId, extractedFor: NameId): void {
  const stack: Reading[] = [];
  enter(state, lazy, stack, first, extractedFor);
  while (stack.length > 0) {
    const reading = stack[stack.length - 1];
    if (reading.at >= reading.end) {
      stack.pop();
      if (reading.isLast && state.placed !== state.loaded) state.placed.push(reading.member);
      continue;
    }
    const symbol = reading.rows[reading.at++];
    const extracted = memberToExtract(state, lazy, symbol, reading.member);
    if (extracted !== NONE) enter(state, lazy, stack, extracted, state.graph.name[symbol]);
  }
}

/** Adds a symbol of a file. @returns the member that it extracts, or NONE */
function memberToExtract(state: LoadState, lazy: LazyNames, symbol: SymbolId, member: MemberId): MemberId {
  const flags = state.graph.inputs.symbols.flags[symbol];
  if (!isToRefer(state, symbol, flags)) return NONE;
  const name = state.graph.name[symbol];
  // A COMMON replaces a lazy symbol of an archive left of it (`Symbol::resolveCommon`); only an archive right of it
  // is searched.
  if (state.symbolState[name] === DEFINED) return NONE;
  if (isDefined(flags) && isReplaced(state, lazy, member, name)) forget(state, lazy, name);
  if (staysWeak(state, lazy, name, flags)) return NONE;
  if (!state.addUndefinedFrom(symbol, member)) return NONE;
  const candidate = lazy.member[name];
  return candidate !== NONE && isFresh(state, lazy, candidate, lazy.occurrence[name]) ? candidate : NONE;
}

/** Extracts a member unless this occurrence of its archive has extracted it. */
export function fetch(
  state: LoadState,
  lazy: LazyNames,
  member: MemberId,
  occurrence: number,
  name: NameId,
): void {
  if (isFresh(state, lazy, member, occurrence)) load(state, lazy, member, name);
}

/** Makes a name undefined, and extracts the member that defines it. */
export function find(state: LoadState, lazy: LazyNames, name: NameId, isWeak: boolean): void {
  if (state.addUndefined(name, isWeak, NONE) && lazy.member[name] !== NONE)
    fetch(state, lazy, lazy.member[name], lazy.occurrence[name], name);
}

/** Whether a member is loaded now. One that another occurrence of its archive loaded is loaded again: a duplicate. */
function isFresh(state: LoadState, lazy: LazyNames, member: MemberId, occurrence: number): boolean {
  if (!state.profile.extractsPerOccurrence) return state.canLoad(member);
  const key = occurrence * state.isLoaded.length + member;
  if (lazy.fetched.has(key)) return false;
  lazy.fetched.add(key);
  if (member !== NONE && state.isLoaded[member] === 1) state.loadAgain(member);
  return state.canLoad(member);
}

/**
 * Loads a file that is loaded already. Its references extract now what stayed weak when they were read first, and what
 * an archive in between could define: see `LinkerProfile.weakDataStaysWeak`.
 */
export function loadAgain(state: LoadState, lazy: LazyNames, member: MemberId): void {
  state.loadAgain(member);
  if (!state.profile.weakDataStaysWeak || !state.isLoaded[member]) return;
  const { flags } = state.graph.inputs.symbols;
  const { first, row } = state.graph.rows.references;
  for (let at = first[member]; at < first[member + 1]; at++) {
    const name = state.graph.name[row[at]];
    if (staysWeak(state, lazy, name, flags[row[at]])) continue;
    if (!state.addUndefinedFrom(row[at], member)) continue;
    const candidate = lazy.member[name];
    if (candidate !== NONE) fetch(state, lazy, candidate, lazy.occurrence[name], name);
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
function enter(
  state: LoadState,
  lazy: LazyNames,
  stack: Reading[],
  member: MemberId,
  extractedFor: NameId,
): void {
  lazy.addDirectives(member);
  state.markLoaded(member, extractedFor);
  state.claimGroups(member);
  const { definitions, references, inOrder } = state.graph.rows;
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
