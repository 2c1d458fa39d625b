import {
  isAbsolute,
  isAutoHide,
  isCommon,
  isDefined,
  isHidden,
  isMergeable,
  isPlain,
  isUnique,
  isWeak,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import { finalTargets } from '../command/line-definition.js';
import { type LinkGraph, searchedName } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { bindAlternates, importsOf } from './alternates.js';
import { bindToLibraries } from './bind-libraries.js';
import { Comdats, type GroupOutcome } from './comdats.js';
import type { Loading } from './loading.js';
import { type Clash, NO_DEMAND, type Resolution, STRONG_DEMAND, WEAK_DEMAND } from './resolution.js';
import { contestedDefinitions, hasStrongInGroups } from './searched-rows.js';
import { WeakDefaults } from './weak-defaults.js';

/** Winner of each name, clashes and demand among the files that are loaded. */
export function bind(graph: LinkGraph, line: LinkLine, profile: LinkerProfile, loading: Loading): Resolution {
  const { symbols } = graph.inputs;
  const provider = new Int32Array(symbols.names.length).fill(NONE);
  const demand = new Uint8Array(symbols.names.length);
  const strongCount = new Uint16Array(symbols.names.length);
  const clashing: NameId[] = [];
  const wonByLosers: SymbolId[] = [];
  const comdats = new Comdats(graph, profile);
  const weakExternals = profile.weakDefinitionBinds ? null : new Map<NameId, SymbolId>();
  const defaults = profile.weakTie === 'lld-link' ? new WeakDefaults(graph) : null;
  const takesLast = profile.deadStripTakesLast && line.stripsDead;
  const outcomeOf = (symbol: SymbolId, flags: number): GroupOutcome =>
    isWeak(flags) && !profile.weakDefinitionBinds ? 'out' : comdats.outcome(symbol);
  for (const { name, reason } of line.roots)
    demand[name] = Math.max(demand[name], reason === 'start-up' ? WEAK_DEMAND : STRONG_DEMAND);
  for (const name of loading.includes) demand[name] = STRONG_DEMAND;
  const { name: nameOf } = graph;
  const { flags: flagsOf } = symbols;
  // Weak externals of COFF that are references count too, each at its position.
  const { first, row } = defaults || weakExternals ? graph.rows.inOrder : graph.rows.definitions;
  // Where these decide nothing, a strong definition of a name that has none yet is taken as it is.
  const takesPlain = !defaults && !weakExternals && profile.comdats !== 'lld-link';
  const { group: groupOf } = symbols;
  const takePlain = (symbol: SymbolId): boolean => {
    const name = nameOf[symbol];
    if (!isPlain(flagsOf[symbol]) || groupOf[symbol] !== NONE || provider[name] !== NONE) return false;
    provider[name] = symbol;
    if (++strongCount[name] === 2) clashing.push(name);
    return true;
  };
  const ask = (symbol: SymbolId) =>
    raise(demand, searchedName(graph, profile, symbol), demandOf(flagsOf[symbol]));
  const settle = (symbol: SymbolId, member: MemberId) => {
    const flags = flagsOf[symbol];
    const name = nameOf[symbol];
    const outcome = isDefined(flags) ? outcomeOf(symbol, flags) : 'out';
    const present = provider[name];
    if (weakExternals && isWeak(flags) && !weakExternals.has(name)) weakExternals.set(name, symbol);
    const hasOtherDefault = defaults?.differs(symbol, present) ?? false;
    if (hasOtherDefault && strongCount[name] === 0) {
      strongCount[name] = 2;
      clashing.push(name);
    }
    if (outcome === 'out') {
      if (!isDefined(flags)) return;
      ask(symbol);
      if (losesCommon(graph, profile, loading, symbol, present)) provider[name] = NONE;
      if (profile.discardedGroups !== 'define') return;
      if (present !== NONE && !replaces(symbols, profile, symbol, present)) return;
      provider[name] = symbol;
      wonByLosers.push(symbol);
      return;
    }
    const isOther =
      outcome !== 'replaces' &&
      countsTwice(profile, flags) &&
      !areBothGrouped(graph, profile, present, symbol);
    if (isOther && ++strongCount[name] === 2) clashing.push(name);
    if (outcome === 'clash') return;
    const isLast =
      takesLast && loading.extractedFor[member] !== NONE && isFurtherRight(symbols, symbol, present);
    if (
      present === NONE ||
      outcome === 'replaces' ||
      isLast ||
      hasOtherDefault ||
      replaces(symbols, profile, symbol, present)
    )
      provider[name] = symbol;
  };
  for (const member of loading.loaded) {
    askForReferences(graph, member, demand);
    for (let at = first[member]; at < first[member + 1]; at++)
      if (loading.readOrder === null) {
        if (!(takesPlain && takePlain(row[at]))) settle(row[at], member);
      }
      // A file takes its groups when it is met.
      else outcomeOf(row[at], flagsOf[row[at]]);
  }
  for (const symbol of loading.readOrder ?? []) settle(symbol, symbols.member[symbol]);
  const spared = new Set<NameId>();
  for (const symbol of wonByLosers)
    if (provider[graph.name[symbol]] === symbol) {
      provider[graph.name[symbol]] = NONE;
      spared.add(graph.name[symbol]);
    }
  for (const [name, symbol] of weakExternals ?? [])
    if (provider[name] === NONE && demand[name] !== STRONG_DEMAND && isDefined(symbols.flags[symbol]))
      provider[name] = symbol;
  bindToLibraries(graph, profile, loading, provider, demand);
  for (const name of loading.unboundWeak) if (demand[name] === WEAK_DEMAND) provider[name] = NONE;
  bindAlternates([...loading.alternates, ...importsOf(graph, profile)], provider, demand);
  bindWrapped(line, profile, provider, demand);
  bindDefinitions(line, profile, provider, demand);
  if (profile.defsymHidesDuplicates)
    for (const item of line.items) if (item.kind === 'definition') spared.add(item.name);
  for (const member of loading.repeated) {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++) {
      const isSecond = isDefinedTwice(symbols, profile, symbol);
      if (isSecond && ++strongCount[graph.name[symbol]] === 2) clashing.push(graph.name[symbol]);
    }
  }
  for (const name of loading.redefined)
    if (strongCount[name] < 2) {
      strongCount[name] = 2;
      clashing.push(name);
    }
  // LLD from 15 on compares only with the winner: nothing clashes after a weak winner or one in a discarded group.
  const isSpared = (name: NameId) =>
    spared.has(name) || (profile.uniqueIsWeak && hasWeakWinner(graph, provider[name]));
  const isCounted =
    profile.comdats === 'first' || (profile.comdats === 'by-name' && !hasStrongInGroups(graph));
  const doesNumberDecide = isCounted && profile.weakTie !== 'lld-link' && !clashing.some(isSpared);
  let clashes: readonly Clash[] | undefined;
  return {
    profile,
    ...pick(loading),
    provider,
    demand,
    strongCount: doesNumberDecide ? strongCount : null,
    get clashes() {
      clashes ??= collectClashes(
        graph,
        profile,
        loading,
        clashing.filter((name) => !isSpared(name)),
        outcomeOf,
      );
      return clashes;
    },
  };
}

/**
 * Applies --wrap as LLD does: after reading, it replaces references also in the file that defines `f`. It replaces none
 * if `f` is unknown: then references to `__real_f` keep that name.
 */
function bindWrapped(
  { wrapped }: LinkLine,
  { wraps }: LinkerProfile,
  provider: Int32Array,
  demand: Uint8Array,
): void {
  if (!wraps.startsWith('lld')) return;
  for (const { name, wrap, real } of wrapped) {
    if (provider[name] !== NONE) demand[wrap] = STRONG_DEMAND;
    else demand[real] = Math.max(demand[real], demand[name]);
  }
}

/** Definitions of the line override all others: aliases of a name, or numbers, which no file defines. */
function bindDefinitions(
  { items }: LinkLine,
  { lineDefines }: LinkerProfile,
  provider: Int32Array,
  demand: Uint8Array,
): void {
  const definitions = items.filter((item) => item.kind === 'definition');
  const wanted = lineDefines === 'unsought' ? WEAK_DEMAND : STRONG_DEMAND;
  for (const { references } of definitions) for (const name of references) raise(demand, name, wanted);
  const targets = finalTargets(definitions);
  const found = [...targets].map(
    ([name, target]) => [name, target === null ? NONE : provider[target], target] as const,
  );
  for (const [name, definition, target] of found) {
    if (demand[name] === NO_DEMAND && provider[name] === NONE) continue;
    if (target === null) demand[name] = NO_DEMAND;
    provider[name] = definition;
  }
}

const demandOf = (flags: number): number => (isWeak(flags) ? WEAK_DEMAND : STRONG_DEMAND);

/** Takes note of what a file refers to. */
function askForReferences({ inputs, name, rows }: LinkGraph, member: MemberId, demand: Uint8Array): void {
  const { first, row } = rows.references;
  const { flags } = inputs.symbols;
  for (let at = first[member]; at < first[member + 1]; at++)
    raise(demand, name[row[at]], demandOf(flags[row[at]]));
}

function raise(demand: Uint8Array, name: NameId, wanted: number): void {
  if (demand[name] < wanted) demand[name] = wanted;
}

const pick = ({
  loaded,
  repeated,
  placed,
  isLoaded,
  extractedFor,
  extractedBy,
}: Loading): Pick<
  Loading,
  'loaded' | 'repeated' | 'placed' | 'isLoaded' | 'extractedFor' | 'extractedBy'
> => ({
  loaded,
  repeated,
  placed,
  isLoaded,
  extractedFor,
  extractedBy,
});

const isStrong = (flags: number): boolean => !isWeak(flags) && !isCommon(flags);

/** Whether two definitions are no duplicates for being in a COMDAT group each (wild, `select_symbol`). */
const areBothGrouped = (
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

/** Whether a strong definition is after another one on the line. */
const isFurtherRight = ({ flags, member }: SymbolTable, symbol: SymbolId, other: SymbolId): boolean =>
  other !== NONE && isStrong(flags[symbol]) && isStrong(flags[other]) && member[symbol] > member[other];

/** Whether a second definition like this one is a duplicate to the linker. */
const countsTwice = (profile: LinkerProfile, flags: number): boolean =>
  isStrong(flags) &&
  !(profile.ignoresMergeableDuplicates && isMergeable(flags)) &&
  !(profile.uniqueNeverClashes && isUnique(flags)) &&
  !(profile.absolutesYield && isAbsolute(flags));

/**
 * LLD 14 takes a COMMON away before it extracts the definition that is to replace it (lld/ELF/Symbols.cpp
 * `replaceCommon`): when that goes with its group, nothing is left.
 */
const losesCommon = (
  { name, inputs: { symbols } }: LinkGraph,
  profile: LinkerProfile,
  loading: Loading,
  lost: SymbolId,
  present: SymbolId,
): boolean =>
  profile.extractsPerOccurrence &&
  present !== NONE &&
  isCommon(symbols.flags[present]) &&
  loading.extractedFor[symbols.member[lost]] === name[lost];

const hasWeakWinner = ({ inputs: { symbols } }: LinkGraph, winner: SymbolId): boolean =>
  winner !== NONE && isWeak(symbols.flags[winner]);

/** Whether a definition clashes with itself when its file is in twice. */
const isDefinedTwice = (symbols: SymbolTable, profile: LinkerProfile, symbol: SymbolId): boolean =>
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

/** Whether a later definition replaces the one that is there. */
function replaces(symbols: SymbolTable, profile: LinkerProfile, later: SymbolId, present: SymbolId): boolean {
  const laterFlags = symbols.flags[later];
  const presentFlags = symbols.flags[present];
  const uniqueIsWeak = profile.uniqueIsWeak && !isCommon(laterFlags) && !isCommon(presentFlags);
  const gain = strength(profile, laterFlags, uniqueIsWeak) - strength(profile, presentFlags, uniqueIsWeak);
  if (gain !== 0) return gain > 0;
  if (isCommon(laterFlags) && isCommon(presentFlags)) {
    if (profile.commonSize === 'first') return false;
    const growth = symbols.size[later] - symbols.size[present];
    const isLast = profile.weakTie === 'ld64' && symbols.member[later] > symbols.member[present];
    return growth > 0 || (growth === 0 && isLast);
  }
  if (isStrong(laterFlags) || profile.weakTie !== 'ld64') return false;
  // ld64, SymbolTable.cpp `NameCollisionResolution`: not auto-hide, then visible, then more aligned, then present.
  if (mayHide(laterFlags) !== mayHide(presentFlags)) return mayHide(presentFlags);
  if (isHidden(laterFlags) !== isHidden(presentFlags)) return isHidden(presentFlags);
  return symbols.alignment[later] > symbols.alignment[present];
}

/** To ld64 what is hidden already is not auto-hide. */
const mayHide = (flags: number): boolean => isAutoHide(flags) && !isHidden(flags);

function strength(profile: LinkerProfile, flags: number, uniqueIsWeak: boolean): number {
  const commonFirst = profile.ranks === 'strong-common-weak';
  if (isCommon(flags)) return commonFirst ? 2 : 1;
  if (isWeak(flags) || ((uniqueIsWeak || profile.uniqueNeverClashes) && isUnique(flags)))
    return commonFirst ? 1 : 2;
  return profile.absolutesYield && isAbsolute(flags) ? 2.5 : 3;
}

function collectClashes(
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
