import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { Rows } from '../../src/link/inputs/member-rows.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import type { Clash } from '../../src/link/resolve/resolution.js';
import {
  isAbsolute,
  isCommon,
  isDefined,
  isImported,
  isMergeable,
  isUnique,
  isWeak,
} from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../src/symbols/table.js';

/**
 * How a definition's COMDAT group affects it. `out`: it is discarded with its group and becomes a reference; `clash`:
 * it is discarded, and the linker reports a duplicate; `replaces`: its group replaces the one that was kept before.
 */
export type GroupOutcome = 'kept' | 'replaces' | 'out' | 'clash';

/** The files of a link, of which duplicates are collected. */
interface LoadedFiles {
  readonly loaded: readonly MemberId[];
  /** Files that are loaded once more. */
  readonly repeated: readonly MemberId[];
  /** Names that a file, then the line, then another file defines: a duplicate, even for a weak definition. */
  readonly redefined: ReadonlySet<NameId>;
}

/** Whether a second definition like this is a duplicate by default: neither weak nor COMMON. */
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

/** Whether a definition silently replaces that of an import member (lld/COFF/SymbolTable.cpp, `addRegular`). */
export function replacesImport(
  { flags }: SymbolTable,
  { importsYield }: LinkerProfile,
  later: SymbolId,
  present: SymbolId,
): boolean {
  if (!importsYield || present === NONE || !isImported(flags[present])) return false;
  return !isImported(flags[later]) && !isAbsolute(flags[later]) && !isWeak(flags[later]);
}

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
  loading: LoadedFiles,
  clashing: readonly NameId[],
  outcomeOf: (symbol: SymbolId, flags: number) => GroupOutcome,
): Clash[] {
  if (clashing.length === 0) return [];
  const definitions = reportedDefinitions(graph, profile, loading, clashing, outcomeOf);
  const clashes: Clash[] = [];
  for (let row = 0; row < clashing.length; row++) {
    const clash = clashOf(graph, profile, clashing[row], definitions[row]);
    if (clash !== null) clashes.push(clash);
  }
  return clashes;
}

/** The definitions of each of the names, in the order in which the linker reads them. */
function reportedDefinitions(
  graph: LinkGraph,
  profile: LinkerProfile,
  loading: LoadedFiles,
  clashing: readonly NameId[],
  outcomeOf: (symbol: SymbolId, flags: number) => GroupOutcome,
): SymbolId[][] {
  const { symbols } = graph.inputs;
  const rowOf = new Int32Array(symbols.names.length).fill(NONE);
  clashing.forEach((name, row) => {
    rowOf[name] = row;
  });
  const definitions: SymbolId[][] = clashing.map(() => []);
  const add = (symbol: SymbolId) => definitions[rowOf[graph.name[symbol]]].push(symbol);
  const isOfRow = (symbol: SymbolId) => rowOf[graph.name[symbol]] !== NONE;
  const { first, row: candidates } = candidateRows(graph, profile);
  for (const member of loading.loaded)
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = candidates[at];
      if (isOfRow(symbol) && isReported(graph, profile, loading, symbol, outcomeOf)) add(symbol);
    }
  for (const member of loading.repeated)
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
      if (isOfRow(symbol) && isDefinedTwice(symbols, profile, symbol)) add(symbol);
  return definitions;
}

/** Rows among which the definitions of duplicate names are. */
const candidateRows = ({ rows }: LinkGraph, profile: LinkerProfile): Rows =>
  aliasesClash(profile) ? rows.inOrder : rows.definitions;

/** To lld-link weak externals clash that are references. */
const aliasesClash = ({ weakTie }: LinkerProfile): boolean => weakTie === 'lld-link';

/** Whether a definition is one of those that a duplicate name has. */
function isReported(
  graph: LinkGraph,
  profile: LinkerProfile,
  loading: LoadedFiles,
  symbol: SymbolId,
  outcomeOf: (symbol: SymbolId, flags: number) => GroupOutcome,
): boolean {
  const flags = graph.inputs.symbols.flags[symbol];
  if (aliasesClash(profile) && isWeak(flags)) return true;
  if (!isDefined(flags) || outcomeOf(symbol, flags) === 'out') return false;
  return countsTwice(profile, flags) || loading.redefined.has(graph.name[symbol]);
}

function clashOf(
  graph: LinkGraph,
  profile: LinkerProfile,
  name: NameId,
  definitions: readonly SymbolId[],
): Clash | null {
  const { flags } = graph.inputs.symbols;
  // Other linkers report them only if values differ, which is not recorded: the real link will report that.
  if (!profile.absolutesClash && definitions.every((symbol) => isAbsolute(flags[symbol]))) return null;
  const isReplaced =
    definitions.length > 1 && replacesImport(graph.inputs.symbols, profile, definitions[1], definitions[0]);
  const rest = isReplaced ? definitions.slice(1) : definitions;
  if (isReplaced && rest.length < 2) return null;
  const first = rest[0];
  const isUntold = (symbol: SymbolId) => areBothGrouped(graph, profile, first, symbol);
  if (!rest.some(isUntold)) return { name, definitions: rest };
  const told = rest.filter((symbol) => !isUntold(symbol));
  return { name, definitions: told[0] === first ? told : [first, ...told] };
}
