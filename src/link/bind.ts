import type { NameId } from '../symbols/name-table.js';
import {
  isAbsolute,
  isAutoHide,
  isCommon,
  isDefined,
  isHidden,
  isLocalState,
  isMergeable,
  isUnique,
  isWeak,
} from '../symbols/symbol-flags.js';
import { NONE, type SymbolId, type SymbolTable } from '../symbols/symbol-table.js';
import type { LinkGraph } from './link-graph.js';
import type { LinkLine } from './link-line.js';
import type { LinkerProfile } from './linker-profile.js';
import type { Loading } from './loading.js';
import { type Clash, type Resolution, STRONG_DEMAND, WEAK_DEMAND } from './resolution.js';

/** Winner of each name, clashes and demand among the files that are loaded. */
export function bind(graph: LinkGraph, line: LinkLine, profile: LinkerProfile, loading: Loading): Resolution {
  const { symbols } = graph.inputs;
  const provider = new Int32Array(symbols.names.length).fill(NONE);
  const demand = new Uint8Array(symbols.names.length);
  const strongCount = new Uint16Array(symbols.names.length);
  const prevailing = new Int32Array(symbols.names.length).fill(NONE);
  const clashing: NameId[] = [];
  const isKept = (symbol: SymbolId) => {
    const group = symbols.group[symbol];
    if (group === NONE) return true;
    const { signature } = symbols.groups[group];
    if (prevailing[signature] === NONE) prevailing[signature] = group;
    return prevailing[signature] === group;
  };
  for (const { name, reason } of line.roots)
    demand[name] = Math.max(demand[name], reason === 'start-up' ? WEAK_DEMAND : STRONG_DEMAND);
  for (const member of loading.loaded) {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
      const flags = symbols.flags[symbol];
      if (isLocalState(flags)) continue;
      const name = graph.name[symbol];
      if (!isDefined(flags) || !isKept(symbol)) {
        const wanted = isWeak(flags) ? WEAK_DEMAND : STRONG_DEMAND;
        if (demand[name] < wanted) demand[name] = wanted;
        continue;
      }
      if (countsTwice(profile, flags) && ++strongCount[name] === 2) clashing.push(name);
      if (provider[name] === NONE || replaces(symbols, profile, symbol, provider[name]))
        provider[name] = symbol;
    }
  }
  const clashes = collectClashes(graph, profile, loading, clashing, isKept);
  return { profile, ...pick(loading), provider, demand, clashes };
}

const pick = ({ loaded, isLoaded, extractedFor, extractedBy }: Loading): Loading => ({
  loaded,
  isLoaded,
  extractedFor,
  extractedBy,
});

const isStrong = (flags: number): boolean => !isWeak(flags) && !isCommon(flags);

/** Whether a second definition like this one is a duplicate to the linker. */
const countsTwice = (profile: LinkerProfile, flags: number): boolean =>
  isStrong(flags) && !(profile.passesMergeableDuplicates && isMergeable(flags));

/** Whether a definition that comes later takes the place of the one that is there. */
function replaces(symbols: SymbolTable, profile: LinkerProfile, later: SymbolId, present: SymbolId): boolean {
  const laterFlags = symbols.flags[later];
  const presentFlags = symbols.flags[present];
  const gain = strength(profile, laterFlags) - strength(profile, presentFlags);
  if (gain !== 0) return gain > 0;
  if (isCommon(laterFlags) && isCommon(presentFlags)) {
    if (profile.commonSize === 'first') return false;
    const growth = symbols.size[later] - symbols.size[present];
    return growth > 0 || (growth === 0 && profile.weakTie === 'ld64');
  }
  if (isStrong(laterFlags) || profile.weakTie === 'first') return false;
  // ld64, SymbolTable.cpp `NameCollisionResolution`: not auto-hide, then visible, then more aligned, then present.
  if (isAutoHide(laterFlags) !== isAutoHide(presentFlags)) return isAutoHide(presentFlags);
  if (isHidden(laterFlags) !== isHidden(presentFlags)) return isHidden(presentFlags);
  return symbols.alignment[later] > symbols.alignment[present];
}

function strength(profile: LinkerProfile, flags: number): number {
  const commonFirst = profile.ranks === 'strong-common-weak';
  if (isCommon(flags)) return commonFirst ? 2 : 1;
  if (isWeak(flags) || (profile.uniqueIsWeak && isUnique(flags))) return commonFirst ? 1 : 2;
  return 3;
}

function collectClashes(
  graph: LinkGraph,
  profile: LinkerProfile,
  loading: Loading,
  clashing: readonly NameId[],
  isKept: (symbol: SymbolId) => boolean,
): Clash[] {
  if (clashing.length === 0) return [];
  const { symbols } = graph.inputs;
  const rowOf = new Int32Array(symbols.names.length).fill(NONE);
  clashing.forEach((name, row) => {
    rowOf[name] = row;
  });
  const definitions: SymbolId[][] = clashing.map(() => []);
  for (const member of loading.loaded) {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
      const row = rowOf[graph.name[symbol]];
      const flags = symbols.flags[symbol];
      if (row === NONE || !isDefined(flags) || !countsTwice(profile, flags) || !isKept(symbol)) continue;
      definitions[row].push(symbol);
    }
  }
  const clashes: Clash[] = [];
  for (const [row, symbolsOfName] of definitions.entries()) {
    // Absolute definitions clash only when their values differ, which is not recorded: linkers will say it.
    if (symbolsOfName.every((symbol) => isAbsolute(symbols.flags[symbol]))) continue;
    clashes.push({ name: clashing[row], definitions: symbolsOfName });
  }
  return clashes;
}
