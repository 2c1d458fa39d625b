import { type LinkGraph, searchedName } from '../../src/link/inputs/link-graph.js';
import type { LinkLine } from '../../src/link/line/link-line.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { starts } from '../../src/link/resolve/graph-columns.js';
import {
  type Clash,
  type ClashRows,
  type Resolution,
  STRONGLY_REFERENCED,
  strengthOf,
  WEAKLY_REFERENCED,
} from '../../src/link/resolve/resolution.js';
import { hasStrongInGroups } from '../../src/link/resolve/strong-in-groups.js';
import { isDefined, isPlain, isWeak } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../src/symbols/table.js';
import { bindAlternates, importsOf } from './alternates.js';
import { bindToLibraries } from './bind-libraries.js';
import { addReferencesOf, bindDefinitions, bindWrapped, raise } from './bind-line-names.js';
import { Comdats } from './comdats.js';
import { hasWeakWinner, isFurtherRight, losesCommon, replaces } from './definition-precedence.js';
import {
  areBothGrouped,
  collectClashes,
  countsTwice,
  type GroupOutcome,
  isDefinedTwice,
  replacesImport,
} from './duplicate-definitions.js';
import type { Loading } from './loading.js';
import { WeakDefaults } from './weak-defaults.js';

/** Winner of each name, clashes and strongest references among the files that are loaded. */
export function bind(graph: LinkGraph, line: LinkLine, profile: LinkerProfile, loading: Loading): Resolution {
  const { symbols } = graph.inputs;
  const winners = new Int32Array(symbols.names.length).fill(NONE);
  const referenceStrength = new Uint8Array(symbols.names.length);
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
    referenceStrength[name] = Math.max(
      referenceStrength[name],
      reason === 'start-up' ? WEAKLY_REFERENCED : STRONGLY_REFERENCED,
    );
  for (const name of loading.includes) referenceStrength[name] = STRONGLY_REFERENCED;
  const { name: nameOf } = graph;
  const { flags: flagsOf } = symbols;
  // Weak externals of COFF that are references count too, each at its position.
  const { first, row } = defaults || weakExternals ? graph.rows.inOrder : graph.rows.definitions;
  // Where these decide nothing, a strong definition of a name that has none yet is taken as it is.
  const takesPlain = !defaults && !weakExternals && profile.comdats !== 'lld-link';
  const { group: groupOf } = symbols;
  const takePlain = (symbol: SymbolId): boolean => {
    const name = nameOf[symbol];
    if (!isPlain(flagsOf[symbol]) || groupOf[symbol] !== NONE || winners[name] !== NONE) return false;
    winners[name] = symbol;
    if (++strongCount[name] === 2) clashing.push(name);
    return true;
  };
  const ask = (symbol: SymbolId) =>
    raise(referenceStrength, searchedName(graph, profile, symbol), strengthOf(flagsOf[symbol]));
  const settle = (symbol: SymbolId, member: MemberId) => {
    const flags = flagsOf[symbol];
    const name = nameOf[symbol];
    const outcome = isDefined(flags) ? outcomeOf(symbol, flags) : 'out';
    const present = winners[name];
    if (weakExternals && isWeak(flags) && !weakExternals.has(name)) weakExternals.set(name, symbol);
    const hasOtherDefault = defaults?.differs(symbol, present) ?? false;
    if (hasOtherDefault && strongCount[name] === 0) {
      strongCount[name] = 2;
      clashing.push(name);
    }
    if (outcome === 'out') {
      if (!isDefined(flags)) return;
      ask(symbol);
      if (losesCommon(graph, profile, loading, symbol, present)) winners[name] = NONE;
      if (profile.discardedGroups !== 'define') return;
      if (present !== NONE && !replaces(symbols, profile, symbol, present)) return;
      winners[name] = symbol;
      wonByLosers.push(symbol);
      return;
    }
    if (replacesImport(symbols, profile, symbol, present)) {
      winners[name] = symbol;
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
      winners[name] = symbol;
  };
  for (const member of loading.loaded) {
    addReferencesOf(graph, member, referenceStrength);
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
    if (winners[graph.name[symbol]] === symbol) {
      winners[graph.name[symbol]] = NONE;
      spared.add(graph.name[symbol]);
    }
  for (const [name, symbol] of weakExternals ?? [])
    if (
      winners[name] === NONE &&
      referenceStrength[name] !== STRONGLY_REFERENCED &&
      isDefined(symbols.flags[symbol])
    )
      winners[name] = symbol;
  bindToLibraries(graph, profile, loading, winners, referenceStrength);
  for (const name of loading.unboundWeak)
    if (referenceStrength[name] === WEAKLY_REFERENCED) winners[name] = NONE;
  bindAlternates([...loading.alternates, ...importsOf(graph, profile)], winners, referenceStrength);
  bindWrapped(line, profile, winners, referenceStrength);
  bindDefinitions(line, profile, winners, referenceStrength);
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
    spared.has(name) || (profile.uniqueIsWeak && hasWeakWinner(graph, winners[name]));
  const isCounted =
    profile.comdats === 'first' || (profile.comdats === 'by-name' && !hasStrongInGroups(graph));
  const doesNumberDecide = isCounted && profile.weakTie !== 'lld-link' && !clashing.some(isSpared);
  const clashes: readonly Clash[] = collectClashes(
    graph,
    profile,
    loading,
    clashing.filter((name) => !isSpared(name)),
    outcomeOf,
  );
  return {
    profile,
    ...pick(loading),
    winners,
    referenceStrength,
    strongCount: doesNumberDecide ? strongCount : null,
    undefinedNames: Int32Array.from(winners.keys()).filter(
      (name) => referenceStrength[name] === STRONGLY_REFERENCED && winners[name] === NONE,
    ),
    clashRows: rowsOfClashes(clashes),
    clashes,
  };
}

const rowsOfClashes = (clashes: readonly Clash[]): ClashRows => ({
  name: Int32Array.from(clashes, ({ name }) => name),
  start: starts(clashes.map(({ definitions }) => definitions.length)),
  definition: Int32Array.from(clashes.flatMap(({ definitions }) => definitions)),
});

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
