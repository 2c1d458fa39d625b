import { isCommon, isDefined, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { type Loading, replacesCommon, staysWithin } from './loading.js';
import { STRONGLY_REFERENCED, WEAKLY_REFERENCED } from './resolution.js';

/**
 * Binds names to shared libraries: a name that no loaded file defines is bound to the first library that defines it,
 * unless a hidden or protected reference must be resolved within the output. References of a library count as
 * references of the link only if some file on the line could define the name; others are resolved by the library's own
 * dependencies.
 */
export function bindToLibraries(
  graph: LinkGraph,
  profile: LinkerProfile,
  { loaded, libraries }: Pick<Loading, 'loaded' | 'libraries'>,
  winners: Int32Array,
  referenceStrength: Uint8Array,
): void {
  if (libraries.length === 0) return;
  const { firstSymbol, flags } = graph.inputs.symbols;
  const within = namesWithin(graph, profile, loaded);
  const isBetter = (symbol: SymbolId, present: SymbolId) =>
    present === NONE || (isCommon(flags[present]) && replacesCommon(profile, flags[symbol]));
  for (const library of libraries)
    for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++) {
      const name = graph.name[symbol];
      if (isDefined(flags[symbol])) {
        if (!isBetter(symbol, winners[name])) continue;
        if (!within.has(name)) winners[name] = symbol;
        // mold has chosen the library by then.
        else if (profile.extraction === 'reachability') winners[name] = NONE;
      } else if (graph.isDefinedHere(name)) {
        const wanted = isWeak(flags[symbol]) ? WEAKLY_REFERENCED : STRONGLY_REFERENCED;
        referenceStrength[name] = Math.max(referenceStrength[name], wanted);
      }
    }
}

function namesWithin(graph: LinkGraph, profile: LinkerProfile, loaded: readonly number[]): Set<NameId> {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const names = new Set<NameId>();
  for (const member of loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (staysWithin(profile, flags[symbol])) names.add(graph.name[symbol]);
  return names;
}
