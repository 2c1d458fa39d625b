import type { ArchiveId } from '../../src/link/inputs/inputs.js';
import { definitionIn } from '../../src/link/inputs/link-graph.js';
import type { Request } from '../../src/link/line/link-line.js';
import { type LineItem, type LinkLine, loadedAt } from '../../src/link/line/link-line.js';
import { isCommon, isDefined, isFunction, isWeak } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE } from '../../src/symbols/table.js';
import { COMMON_DEFINED, DEFINED, type Loading, type LoadState, UNDEFINED } from './loading.js';

/**
 * Extraction of Apple's ld64: all objects and force-loaded archives first, at any position; then rounds over the
 * undefined names in byte order, each of which extracts from the first archive whose index has the name for a member
 * that is not loaded; then each COMMON searches for a data definition. The first occurrence of an archive decides how
 * it is treated. Libraries of linker directives are searched after those of the line, once the file is loaded.
 *
 * Source: ld64 src/ld/Resolver.cpp `resolveAllUndefines`, `doFile`; src/ld/InputFiles.cpp `searchLibraries`,
 * `addLinkerOptionLibraries`; src/ld/Options.cpp `addLibrary`; src/ld/parsers/archive_file.cpp `justInTimeforEachAtom`.
 */
export function extractInRounds(state: LoadState, line: LinkLine): Loading {
  const items: LineItem[] = [];
  for (const item of line.items) addItem(state, items, item);
  const aliases = line.items.filter((item) => item.kind === 'definition');
  const work: Work = { state, line, aliases, items, offers: offersByName(state, items) };
  takeAliases(work);
  takeRequests(work);
  for (const { name } of line.roots) state.addUndefined(name, false, NONE);
  do while (serveUndefined(work));
  while (serveCommons(work));
  for (const item of items)
    if (item.kind === 'shared-library' && !state.libraries.includes(item.member))
      state.libraries.push(item.member);
  return state;
}

/** Adds an item of the line, and loads the files that need no reference. Only an object is read a second time. */
function addItem(state: LoadState, items: LineItem[], item: LineItem): void {
  if (item.kind !== 'object' && items.some((other) => isSameFile(item, other))) return;
  items.push(item);
  for (const member of loadedAt(state.graph.inputs, item))
    if (state.canLoad(member)) state.load(member, NONE);
    else if (item.kind === 'object') state.loadAgain(member);
}

interface Work {
  readonly state: LoadState;
  readonly line: LinkLine;
  readonly aliases: readonly Extract<LineItem, { readonly kind: 'definition' }>[];
  /** Items of the line, then those of linker directives. */
  readonly items: LineItem[];
  offers: Offers;
}

function load(work: Work, member: MemberId, wanted: NameId): void {
  work.state.load(member, wanted);
  takeAliases(work);
  takeRequests(work);
}

/** Defines the aliases (-alias) of names that are defined now: `Resolver::doAtom`. */
function takeAliases({ state, aliases }: Work): void {
  for (const { name, references } of aliases)
    if (references.every((reference) => state.symbolState[reference] >= COMMON_DEFINED))
      state.symbolState[name] = DEFINED;
}

/** Adds inputs of the directives of files loaded since the last call: frameworks, then libraries, each by name. */
function takeRequests(work: Work): void {
  const { state, items } = work;
  const before = items.length;
  for (const { item } of requestedInputs(work)) {
    if (items.some((other) => isSameFile(other, item))) continue;
    items.push(item);
    for (const member of loadedAt(state.graph.inputs, item))
      if (state.canLoad(member)) state.load(member, NONE);
  }
  if (items.length > before) work.offers = offersByName(state, items);
}

function requestedInputs({ state, line }: Work): RequestedInput[] {
  const requested: RequestedInput[] = [];
  for (; state.directivesProcessed < state.loaded.length; state.directivesProcessed++)
    for (const request of line.requests.get(state.loaded[state.directivesProcessed]) ?? [])
      if (request.kind === 'input') requested.push(request);
  return requested.sort((a, b) => Buffer.compare(Buffer.from(a.key, 'latin1'), Buffer.from(b.key, 'latin1')));
}

type RequestedInput = Extract<Request, { readonly kind: 'input' }>;

const isSameFile = (one: LineItem, other: LineItem): boolean =>
  one.kind === 'archive'
    ? other.kind === 'archive' && one.archive === other.archive
    : 'member' in one && 'member' in other && one.member === other.member;

/** For each name the members whose archives' indexes have it: an archive's first entry counts, archives in order. */
function offersByName(state: LoadState, items: readonly LineItem[]): Offers {
  const members = new Map<NameId, number[]>();
  const shared = new Map<NameId, number>();
  const searched = new Set<ArchiveId>();
  for (const item of items) {
    if (item.kind === 'shared-library')
      for (const name of strongNames(state, item.member))
        if (!shared.has(name)) shared.set(name, members.get(name)?.length ?? 0);
    if (item.kind !== 'archive' || item.whole || searched.has(item.archive)) continue;
    searched.add(item.archive);
    addOffers(state, item.archive, members);
  }
  return { members, shared };
}

/** Names of a library's definitions. A weak definition does not end the search. */
function* strongNames({ graph }: LoadState, library: MemberId): Generator<NameId> {
  const { firstSymbol, flags } = graph.inputs.symbols;
  for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++)
    if (isDefined(flags[symbol]) && !isWeak(flags[symbol])) yield graph.name[symbol];
}

/** Adds for each name the member of an archive that its index has first. */
function addOffers(state: LoadState, archive: ArchiveId, offers: Map<NameId, number[]>): void {
  const { name, member } = state.graph.indexed[archive];
  const seen = new Set<NameId>();
  for (let entry = 0; entry < name.length; entry++) {
    if (member[entry] === NONE || state.dropped[member[entry]] || seen.has(name[entry])) continue;
    seen.add(name[entry]);
    const own = offers.get(name[entry]);
    if (own) own.push(member[entry]);
    else offers.set(name[entry], [member[entry]]);
  }
}

/** By name: the members that could define it, and how many of them precede a shared library that defines it. */
interface Offers {
  readonly members: ReadonlyMap<NameId, readonly number[]>;
  readonly shared: ReadonlyMap<NameId, number>;
}

function serveUndefined(work: Work): boolean {
  const { state } = work;
  let added = false;
  for (const name of namesInState(state, UNDEFINED)) {
    const { members, shared } = work.offers;
    // A loaded member does not end the search, since an index may be wrong.
    const at = members.get(name)?.findIndex((member) => state.canLoad(member)) ?? NONE;
    if (state.symbolState[name] !== UNDEFINED || at === NONE || at >= (shared.get(name) ?? Infinity))
      continue;
    load(work, members.get(name)?.[at] ?? NONE, name);
    added = true;
  }
  return added;
}

function serveCommons(work: Work): boolean {
  const { state } = work;
  const { flags } = state.graph.inputs.symbols;
  let added = false;
  for (const name of namesInState(state, COMMON_DEFINED)) {
    const data = work.offers.members.get(name)?.find((member) => {
      const symbol = definitionIn(state.graph, member, name);
      return (
        state.canLoad(member) && symbol !== NONE && !isCommon(flags[symbol]) && !isFunction(flags[symbol])
      );
    });
    if (data === undefined || state.symbolState[name] !== COMMON_DEFINED) continue;
    load(work, data, name);
    added = true;
  }
  return added;
}

/** In byte order, as ld64 sorts them. */
function namesInState(state: LoadState, wanted: number): NameId[] {
  const { names } = state.graph.inputs.symbols;
  const found: NameId[] = [];
  for (let name = 0; name < state.symbolState.length; name++)
    if (state.symbolState[name] === wanted) found.push(name);
  return found.sort((a, b) => Buffer.compare(names.bytes(a), names.bytes(b)));
}
