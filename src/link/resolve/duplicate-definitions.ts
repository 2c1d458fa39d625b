import { isAbsolute, isCommon, isDefined, isMergeable, isUnique, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { GroupOutcome } from './comdats.js';
import type { Loading } from './loading.js';
import type { Clash } from './resolution.js';
import { contestedDefinitions } from './searched-rows.js';

export const isStrong = (flags: number): boolean => !isWeak(flags) && !isCommon(flags);

/** Whether two definitions are no duplicates for being in a COMDAT group each (wild, `select_symbol`). */
export const areBothGrouped = (
  { inputs: { symbols } }: LinkGraph,
  { comdats }: LinkerProfile,
  first: SymbolId,
  later: SymbolId,
): boolean =>
  comdats === 'by-name' &&
  first !== NONE &&
  isStrong(symbols.flags[first]) &&
  symbols.group[first] !== NONE &&
  symbols.group[later] !== NONE;

/** Whether a second definition like this one is a duplicate to the linker. */
export const countsTwice = (profile: LinkerProfile, flags: number): boolean =>
  isStrong(flags) &&
  !(profile.ignoresMergeableDuplicates && isMergeable(flags)) &&
  !(profile.uniqueNeverClashes && isUnique(flags)) &&
  !(profile.absolutesYield && isAbsolute(flags));

/** Whether a definition clashes with itself when its file is in twice. */
export const isDefinedTwice = (symbols: SymbolTable, profile: LinkerProfile, symbol: SymbolId): boolean =>
  isDefined(symbols.flags[symbol]) &&
  countsTwice(profile, symbols.flags[symbol]) &&
  !goesTwice(symbols, profile, symbol);

/**
 * Whether the second copy of a definition goes with its group. MinGW's ld takes what allows none, or has lost its rule,
 * for no group.
 */
const goesTwice = ({ group, groups }: SymbolTable, { comdats }: LinkerProfile, symbol: SymbolId): boolean =>
  group[symbol] !== NONE &&
  !(comdats === 'mingw' && ['no-duplicates', 'lost'].includes(groups[group[symbol]].selection));

export function collectClashes(
  graph: LinkGraph,
  profile: LinkerProfile,
  loading: Loading,
  clashing: readonly NameId[],
  outcomeOf: (symbol: SymbolId, flags: number) => GroupOutcome,
): Clash[] {
  if (clashing.length === 0) return [];
  const { symbols } = graph.inputs;
  const rowOf = new Int32Array(symbols.names.length).fill(NONE);
  clashing.forEach((name, row) => {
    rowOf[name] = row;
  });
  const definitions: SymbolId[][] = clashing.map(() => []);
  const { flags: flagsOf } = symbols;
  const { name: nameOf } = graph;
  // To lld-link weak externals clash that are references.
  const aliasesClash = profile.weakTie === 'lld-link';
  const isTwice = loading.repeated.length > 0 || loading.redefined.size > 0;
  const { first, row: candidates } = aliasesClash
    ? graph.rows.inOrder
    : isTwice
      ? graph.rows.definitions
      : contestedDefinitions(graph);
  for (const member of loading.loaded) {
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = candidates[at];
      const row = rowOf[nameOf[symbol]];
      if (row === NONE) continue;
      const flags = flagsOf[symbol];
      const isAlias = aliasesClash && isWeak(flags);
      if (!(isAlias || isDefined(flags))) continue;
      const counts = countsTwice(profile, flags) || loading.redefined.has(graph.name[symbol]);
      if (!isAlias && (outcomeOf(symbol, flags) === 'out' || !counts)) continue;
      definitions[row].push(symbol);
    }
  }
  for (const member of loading.repeated) {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
      const row = rowOf[graph.name[symbol]];
      if (row !== NONE && isDefinedTwice(symbols, profile, symbol)) definitions[row].push(symbol);
    }
  }
  const clashes: Clash[] = [];
  for (const [row, symbolsOfName] of definitions.entries()) {
    // Other linkers report them only if values differ, which is not recorded: the real link will report that.
    if (!profile.absolutesClash && symbolsOfName.every((symbol) => isAbsolute(symbols.flags[symbol])))
      continue;
    const [first] = symbolsOfName;
    const told = symbolsOfName.filter((symbol) => !areBothGrouped(graph, profile, first, symbol));
    clashes.push({ name: clashing[row], definitions: told[0] === first ? told : [first, ...told] });
  }
  return clashes;
}
