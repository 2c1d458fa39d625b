import type { NameId } from '../symbols/name-table.js';
import { isCommon, isDefined, isFunction, isWeak } from '../symbols/symbol-flags.js';
import { NONE } from '../symbols/symbol-table.js';
import { definitionIn } from './link-graph.js';
import { type LineItem, type LinkLine, loadedAt } from './link-line.js';
import { COMMON_DEFINED, type Loading, type LoadState, UNDEFINED } from './loading.js';

/**
 * Apple's ld64: all objects and force-loaded archives first, wherever they stand; then rounds over the undefined
 * names in byte order, each served by the first archive whose index has it; then what is only COMMON looks for data.
 *
 * Source: ld64 src/ld/Resolver.cpp `resolveUndefines`, src/ld/InputFiles.cpp `searchLibraries`.
 */
export function extractInRounds(state: LoadState, line: LinkLine): Loading {
  for (const item of line.items) {
    for (const member of loadedAt(state.graph.inputs, item))
      if (state.canLoad(member)) state.load(member, NONE);
  }
  for (const { name } of line.roots) state.refer(name, false, NONE);
  const items = [...line.items];
  do {
    const offers = offersByName(state, items);
    do while (serveUndefined(state, offers));
    while (serveCommons(state, offers));
  } while (takeRequests(state, line, items));
  for (const item of items)
    if (item.kind === 'shared-library' && !state.libraries.includes(item.member))
      state.libraries.push(item.member);
  return state;
}

/** Libraries that files ask for are searched behind those of the line. @returns whether there is one more */
function takeRequests(state: LoadState, line: LinkLine, items: LineItem[]): boolean {
  const before = items.length;
  for (; state.requestsTaken < state.loaded.length; state.requestsTaken++)
    for (const request of line.requests.get(state.loaded[state.requestsTaken]) ?? []) {
      if (request.kind !== 'input' || items.some((item) => isSameFile(item, request.item))) continue;
      items.push(request.item);
      for (const member of loadedAt(state.graph.inputs, request.item))
        if (state.canLoad(member)) state.load(member, NONE);
    }
  return items.length > before;
}

const isSameFile = (one: LineItem, other: LineItem): boolean =>
  one.kind === 'archive'
    ? other.kind === 'archive' && one.archive === other.archive
    : 'member' in one && 'member' in other && one.member === other.member;

/** For each name the members whose archives' indexes have it: an archive's first entry counts, archives in order. */
function offersByName(state: LoadState, items: readonly LineItem[]): Offers {
  const offers = new Map<NameId, number[]>();
  const shared = new Map<NameId, number>();
  const searched = new Set<number>();
  const { firstSymbol, flags } = state.graph.inputs.symbols;
  for (const item of items) {
    if (item.kind === 'shared-library') {
      // A weak definition in a library does not end the search.
      for (let symbol = firstSymbol[item.member]; symbol < firstSymbol[item.member + 1]; symbol++) {
        const name = state.graph.name[symbol];
        if (isDefined(flags[symbol]) && !isWeak(flags[symbol]) && !shared.has(name))
          shared.set(name, offers.get(name)?.length ?? 0);
      }
      continue;
    }
    if (item.kind !== 'archive' || item.whole || searched.has(item.archive)) continue;
    searched.add(item.archive);
    const { name, member } = state.graph.indexed[item.archive];
    const seen = new Set<NameId>();
    for (let entry = 0; entry < name.length; entry++) {
      if (member[entry] === NONE || state.dropped[member[entry]] || seen.has(name[entry])) continue;
      seen.add(name[entry]);
      const known = offers.get(name[entry]);
      if (known) known.push(member[entry]);
      else offers.set(name[entry], [member[entry]]);
    }
  }
  return { members: offers, shared };
}

/** For each name the members that archives offer, and how many of them stand left of a shared library that has it. */
interface Offers {
  readonly members: ReadonlyMap<NameId, readonly number[]>;
  readonly shared: ReadonlyMap<NameId, number>;
}

function serveUndefined(state: LoadState, { members, shared }: Offers): boolean {
  let added = false;
  for (const name of namesInState(state, UNDEFINED)) {
    const first = shared.get(name) === 0 ? undefined : members.get(name)?.[0];
    if (state.known[name] !== UNDEFINED || first === undefined || !state.canLoad(first)) continue;
    state.load(first, name);
    added = true;
  }
  return added;
}

function serveCommons(state: LoadState, { members }: Offers): boolean {
  const { flags } = state.graph.inputs.symbols;
  let added = false;
  for (const name of namesInState(state, COMMON_DEFINED)) {
    const data = members.get(name)?.find((member) => {
      const symbol = definitionIn(state.graph, member, name);
      return symbol !== NONE && !isCommon(flags[symbol]) && !isFunction(flags[symbol]);
    });
    if (data === undefined || !state.canLoad(data)) continue;
    state.load(data, name);
    added = true;
  }
  return added;
}

/** In byte order, as ld64 sorts them. */
function namesInState(state: LoadState, wanted: number): NameId[] {
  const { names } = state.graph.inputs.symbols;
  const found: NameId[] = [];
  for (let name = 0; name < state.known.length; name++) if (state.known[name] === wanted) found.push(name);
  return found.sort((a, b) => Buffer.compare(names.bytes(a), names.bytes(b)));
}
