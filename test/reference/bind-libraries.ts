import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { strengthOf } from '../../src/link/resolve/resolution.js';
import { isCommon, isDefined } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { NONE, type SymbolId } from '../../src/symbols/table.js';
import { raise } from './bind-line-names.js';
import { type Loading, replacesCommon, staysWithin } from './loading.js';

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
  const bindDefinition = (symbol: SymbolId, name: NameId): void => {
    if (!replaces(graph, profile, symbol, winners[name])) return;
    if (!within.has(name)) winners[name] = symbol;
    // mold has chosen the library by then.
    else if (profile.extraction === 'reachability') winners[name] = NONE;
  };
  for (const library of libraries)
    for (let symbol = firstSymbol[library]; symbol < firstSymbol[library + 1]; symbol++) {
      const name = graph.name[symbol];
      if (isDefined(flags[symbol])) bindDefinition(symbol, name);
      else if (graph.isDefinedHere(name)) raise(referenceStrength, name, strengthOf(flags[symbol]));
    }
}

/** Whether a shared library's definition replaces the present one: a COMMON may yield to it. */
function replaces(graph: LinkGraph, profile: LinkerProfile, symbol: SymbolId, present: SymbolId): boolean {
  const { flags } = graph.inputs.symbols;
  return present === NONE || (isCommon(flags[present]) && replacesCommon(profile, flags[symbol]));
}

function namesWithin(graph: LinkGraph, profile: LinkerProfile, loaded: readonly number[]): Set<NameId> {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const names = new Set<NameId>();
  for (const member of loaded)
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (staysWithin(profile, flags[symbol])) names.add(graph.name[symbol]);
  return names;
}
