import type { ArchiveId } from '../../src/link/inputs/inputs.js';
import { type LineItem, type LinkLine, loadedAt } from '../../src/link/line/link-line.js';
import { isDefined, isReference } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import {
  COMMON_DEFINED,
  type Loading,
  type LoadState,
  SHARED_DEFINED,
  UNDEFINED,
  UNSEEN,
  WEAKLY_DEFINED,
  WEAKLY_UNDEFINED,
} from './loading.js';
import { offersOf } from './offers.js';

/**
 * Extraction of GNU ld and gold: inputs from left to right. An archive is searched at its position until a pass over
 * its index makes no new name undefined; a group likewise, as a whole. Later references do not search it again. Only a
 * name that became undefined causes another pass, not a loaded member: a weak reference that becomes a COMMON in the
 * last archive of a group does not make GNU ld search for data again.
 *
 * Source: bfd/elflink.c `elf_link_add_archive_symbols`, ld/ldlang.c; gold/archive.cc `Archive::add_symbols`.
 */
export function extractInSinglePass(state: LoadState, line: LinkLine): Loading {
  const ofTheLine = namesOfTheLine(state, line);
  for (const { name, reason } of line.roots)
    if (reason !== 'definition' || !ofTheLine.has(name)) state.addUndefined(name, false, NONE);
  const isDefinedInOrder = state.profile.lineDefines === 'at-its-position';
  const all = isDefinedInOrder ? line.items : line.items.filter(({ kind }) => kind !== 'definition');
  if (state.profile.lineDefines === 'from-the-start')
    for (const item of line.items) if (item.kind === 'definition') state.defineOnceSeen(item.name);
  const occurrences: Occurrences = new Map();
  for (const items of searchedTogether(all)) {
    let grew = takeInOrder(state, items, occurrences);
    while (grew && items[0].group !== NONE) grew = searchArchives(state, items, occurrences);
  }
  return state;
}

/** Runs of items that are searched as one: those of a group, those of a library, otherwise each on its own. */
function searchedTogether(items: readonly LineItem[]): LineItem[][] {
  const runs: LineItem[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && isTogether(run[0], item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

/** gold does not search for a name in what the line defines if the line defines that name, too. */
const namesOfTheLine = ({ profile }: LoadState, { items }: LinkLine): ReadonlySet<NameId> =>
  new Set(
    profile.lineDefines === 'from-the-start'
      ? items.flatMap((item) => (item.kind === 'definition' ? [item.name] : []))
      : [],
  );

/** Members that each occurrence of an archive brought. */
type Occurrences = Map<LineItem, Set<MemberId>>;

function takenBy(occurrences: Occurrences, item: LineItem): Set<MemberId> {
  const taken = occurrences.get(item) ?? new Set();
  occurrences.set(item, taken);
  return taken;
}

/** Of one group, or of one library. */
const isTogether = (one: LineItem, other: LineItem): boolean =>
  one.group !== NONE
    ? other.group === one.group
    : one.kind === 'lazy-object' && isInLibrary(other, one.library);

/** Processes each item once, in order. @returns whether names became undefined */
function takeInOrder(state: LoadState, items: readonly LineItem[], occurrences: Occurrences): boolean {
  const before = state.roundEvents;
  const take = (member: MemberId) => {
    if (state.canLoad(member)) state.load(member, NONE);
    else state.loadAgain(member);
  };
  for (const [at, item] of items.entries()) {
    loadedAt(state.graph.inputs, item).forEach(take);
    if (item.kind === 'lazy-object' && !isInLibrary(items[at - 1], item.library))
      searchLibrary(state, membersOfLibrary(items, item.library));
    if (item.kind === 'shared-library') takeLibrary(state, item.member, item.asNeeded);
    else if (item.kind === 'archive' && !item.whole)
      searchArchive(state, item.archive, takenBy(occurrences, item));
    else if (item.kind === 'definition') takeDefinition(state, item);
  }
  return state.roundEvents > before;
}

/** Adds a definition of the line. If it names an undefined symbol, archives are still searched for its own name. */
function takeDefinition(
  state: LoadState,
  { name: defined, references }: LineItem & { kind: 'definition' },
): void {
  const isKnown = references.every(
    (name) => state.symbolState[name] >= SHARED_DEFINED && state.symbolState[name] !== COMMON_DEFINED,
  );
  for (const name of references) state.addUndefined(name, false, NONE);
  if (isKnown || state.symbolState[defined] === UNSEEN) state.defineByLine(defined);
}

const isInLibrary = (item: LineItem | undefined, library: number): boolean =>
  item?.kind === 'lazy-object' && item.library === library;

const membersOfLibrary = (items: readonly LineItem[], library: number): MemberId[] =>
  items.flatMap((item) => (item.kind === 'lazy-object' && item.library === library ? [item.member] : []));

/**
 * gold loops over the objects of a --start-lib and loads those that define an undefined name; the last object of the
 * list replaces the loaded one. Source: gold/archive.cc `Lib_group::add_symbols`.
 */
function searchLibrary(state: LoadState, members: MemberId[]): void {
  let before: number;
  do {
    before = members.length;
    for (let at = 0; at < members.length; ) if (!loadIfUndefined(state, members, at)) at++;
  } while (members.length < before);
}

/** Loads an object of a library that defines an undefined name. @returns whether it was loaded */
function loadIfUndefined(state: LoadState, members: MemberId[], at: number): boolean {
  const member = members[at];
  const name = offersOf(state.graph, member).name.find((own) => state.extracts(own, member));
  if (name === undefined) return false;
  if (state.canLoad(member)) state.load(member, name);
  else state.loadAgain(member);
  const last = members.pop();
  if (last !== undefined && at < members.length) members[at] = last;
  return true;
}

/** GNU ld leaves out a library that nothing needs at its position (--as-needed); gold reads it anyway. */
function takeLibrary(state: LoadState, library: MemberId, asNeeded: boolean): void {
  const { firstSymbol, flags } = state.graph.inputs.symbols;
  const rows = Array.from(
    { length: firstSymbol[library + 1] - firstSymbol[library] },
    (_, row) => firstSymbol[library] + row,
  );
  const nameOf = (symbol: SymbolId) => state.graph.name[symbol];
  const definitions = rows.filter((symbol) => isDefined(flags[symbol]));
  const isNeeded = definitions.some(
    (symbol) => state.isUndefinedInFile(nameOf(symbol)) || state.takesCommon(symbol),
  );
  if (asNeeded && state.profile.forgetsUnneeded && !isNeeded) return;
  state.libraries.push(library);
  for (const symbol of definitions) state.addShared(symbol);
  const before = state.roundEvents;
  // gold does not change a name that is only weakly undefined (gold/resolve.cc, `Symbol_table::should_override`).
  const isLeft = (symbol: SymbolId) =>
    state.profile.newRound === 'seen' && state.symbolState[nameOf(symbol)] === WEAKLY_UNDEFINED;
  for (const symbol of rows)
    if (isReference(flags[symbol]) && !isLeft(symbol)) state.addUndefinedFrom(symbol, library);
  // It goes another round for objects only.
  if (state.profile.newRound === 'seen') state.roundEvents = before;
}

/**
 * Another round over a group: its archives are searched once more, objects and whole archives are in. What the line
 * defines in it is defined once more, over what a file has by now (ld/ldlang.c, `open_input_bfds`).
 */
function searchArchives(state: LoadState, items: readonly LineItem[], occurrences: Occurrences): boolean {
  const before = state.roundEvents;
  for (const item of items) {
    if (item.kind === 'archive' && !item.whole)
      searchArchive(state, item.archive, takenBy(occurrences, item));
    // GNU ld looks again at one that was not needed before.
    if (item.kind === 'shared-library' && !state.libraries.includes(item.member))
      takeLibrary(state, item.member, item.asNeeded);
    if (item.kind === 'definition') takeDefinition(state, item);
  }
  return state.roundEvents > before;
}

/**
 * The name for which a member is taken that its index lists under `name`; NONE for none. Where nothing refers to
 * `__imp_f`, GNU ld for Windows takes the member that defines it for `f`.
 *
 * Source: bfd/linker.c `_bfd_generic_link_add_archive_symbols`.
 */
function wantedOf(state: LoadState, name: NameId, member: MemberId): NameId {
  if (state.extracts(name, member)) return name;
  if (state.profile.imports !== 'pointer-serves-name' || state.symbolState[name] !== UNSEEN) return NONE;
  const imported = state.graph.importedBy.get(name);
  return imported !== undefined && state.symbolState[imported] === UNDEFINED ? imported : NONE;
}

/**
 * Searches an index until a pass extracts nothing.
 * @param taken members that this occurrence of the archive brought: see `LinkerProfile.weakDefinitionBinds`
 */
export function searchArchive(state: LoadState, archive: ArchiveId, taken: Set<MemberId> = new Set()): void {
  const { name, member } = state.graph.indexed[archive];
  const progress = () => (state.profile.newRound === 'wanted' ? state.roundEvents : state.loaded.length);
  // A name that was defined in one pass is not examined again, even if a COMMON replaces a weak definition.
  const settled = new Set<number>();
  let before = NONE;
  while (progress() !== before) {
    before = progress();
    for (let entry = 0; entry < name.length; entry++) {
      const symbolState = state.symbolState[name[entry]];
      if (symbolState === WEAKLY_DEFINED) settled.add(entry);
      if (!isSearched(symbolState) || settled.has(entry)) continue;
      takeEntry(state, name[entry], member[entry], taken);
    }
  }
}

const isSearched = (symbolState: number): boolean =>
  symbolState === UNDEFINED || symbolState === COMMON_DEFINED || symbolState === UNSEEN;

/** Loads the member of an entry of an index if it is extracted for the entry's name. */
function takeEntry(state: LoadState, name: NameId, member: MemberId, taken: Set<MemberId>): void {
  const isAgain = !state.profile.weakDefinitionBinds && state.isLoaded[member] === 1 && !taken.has(member);
  if (!isAgain && !state.canLoad(member)) return;
  const extractedFor = wantedOf(state, name, member);
  if (extractedFor === NONE) return;
  taken.add(member);
  if (isAgain) state.loadAgain(member);
  else state.load(member, extractedFor);
}
