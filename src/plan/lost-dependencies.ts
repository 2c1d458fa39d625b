import type { LinkGraph } from '../link/inputs/link-graph.js';
import { isDefined, isReference, isWeak } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/table.js';
import type { Comparison, Violation } from './conditions/comparison.js';

/** Names that more members define than this are left to the conditions. */
const MOST_DEFINITIONS = 16;

/** By name: the rows that define it. */
export interface Definers {
  readonly first: Int32Array;
  readonly row: Int32Array;
}

export function definersOf({ inputs, name }: LinkGraph): Definers {
  const { flags, length, names } = inputs.symbols;
  const first = new Int32Array(names.length + 1);
  for (let symbol = 0; symbol < length; symbol++) if (isDefined(flags[symbol])) first[name[symbol] + 1]++;
  for (let at = 0; at < names.length; at++) first[at + 1] += first[at];
  const row = new Int32Array(first[names.length]);
  const next = first.slice();
  for (let symbol = 0; symbol < length; symbol++)
    if (isDefined(flags[symbol])) row[next[name[symbol]]++] = symbol;
  return { first, row };
}

/**
 * Dropped members that a restored member needs: it refers to a name that bound to them in the link before, and no
 * remaining copy of them defines the name. Without this search, each simulated link would reveal one more member of a
 * chain.
 */
export function* lostDependencies(
  comparison: Pick<Comparison, 'graph' | 'twins' | 'before' | 'dropped'>,
  definers: Definers,
  member: MemberId,
): Generator<Violation> {
  const { graph, before, dropped } = comparison;
  const { firstSymbol, flags, member: memberOf } = graph.inputs.symbols;
  if (!before.isLoaded[member]) return;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (!isReference(flags[symbol]) || isWeak(flags[symbol])) continue;
    const name = graph.name[symbol];
    const old = before.winners[name];
    if (old === NONE || !dropped[memberOf[old]]) continue;
    const remaining = remainingDefinitions(comparison, definers, name);
    if (remaining === null || remaining.some((other) => isCopy(comparison, old, other))) continue;
    const code = remaining.length === 0 ? 'unresolved-reference' : 'binding-moves';
    yield { code, name, by: member, blame: [memberOf[old]] };
  }
}

/** Null if there are too many to examine. */
function remainingDefinitions(
  { graph, dropped }: Pick<Comparison, 'graph' | 'dropped'>,
  { first, row }: Definers,
  name: NameId,
): SymbolId[] | null {
  if (first[name + 1] - first[name] > MOST_DEFINITIONS) return null;
  const { member } = graph.inputs.symbols;
  return [...row.subarray(first[name], first[name + 1])].filter((symbol) => !dropped[member[symbol]]);
}

function isCopy(
  { twins, graph }: Pick<Comparison, 'twins' | 'graph'>,
  one: SymbolId,
  other: SymbolId,
): boolean {
  const { member } = graph.inputs.symbols;
  const relation = twins.relation(member[one], member[other]);
  if (relation !== null && relation.kind !== 'other-content') return true;
  return twins.isInterchangeable(member[one], member[other]) || twins.areInEqualGroups(one, other);
}
