import type { NameId } from '../symbols/name-table.js';
import { isCommon, isFunction } from '../symbols/symbol-flags.js';
import { NONE } from '../symbols/symbol-table.js';
import { definitionIn } from './link-graph.js';
import { type LinkLine, loadedAt } from './link-line.js';
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
  const offers = offersByName(state, line);
  do while (serveUndefined(state, offers));
  while (serveCommons(state, offers));
  return state;
}

/** For each name the members whose archives' indexes have it: an archive's first entry counts, archives in order. */
function offersByName(state: LoadState, line: LinkLine): Map<NameId, number[]> {
  const offers = new Map<NameId, number[]>();
  const searched = new Set<number>();
  for (const item of line.items) {
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
  return offers;
}

function serveUndefined(state: LoadState, offers: Map<NameId, number[]>): boolean {
  let added = false;
  for (const name of namesInState(state, UNDEFINED)) {
    const first = offers.get(name)?.[0];
    if (state.known[name] !== UNDEFINED || first === undefined || !state.canLoad(first)) continue;
    state.load(first, name);
    added = true;
  }
  return added;
}

function serveCommons(state: LoadState, offers: Map<NameId, number[]>): boolean {
  const { flags } = state.graph.inputs.symbols;
  let added = false;
  for (const name of namesInState(state, COMMON_DEFINED)) {
    const data = offers.get(name)?.find((member) => {
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
