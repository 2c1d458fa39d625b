import { type MemberId, NONE } from '../../symbols/table.js';
import { causeOfAbsence, causeOfLoading } from '../conditions/blame.js';
import type { Comparison, Violation } from '../conditions/comparison.js';
import { type Interaction, interactionsOf } from './interactions.js';
import { type OrderChanges, orderChanges, type Reordering, type TwoLinks, type Unit } from './unit-order.js';

/**
 * C13: of two units whose constructors or destructors have equal priority, the one that ran first still does, unless it
 * is proved that they do not interact. A unit that was in the link twice counts by its first copy. No unit runs that
 * did not run before.
 */
export function* constructorOrderStays(comparison: Comparison): Generator<Violation> {
  for (const { reordered, newcomers } of orderEffects(comparison)) {
    for (const { first } of newcomers) {
      const name = comparison.after.extractedFor[first];
      yield { code: 'loads-more', name, by: first, blame: causeOfLoading(comparison, first) };
    }
    for (const { reordering, interaction } of reordered) {
      const blame = causeOfReordering(comparison, reordering);
      yield { code: 'constructor-order', name: interaction.name, by: reordering.after[0].first, blame };
    }
  }
}

/** Two units that change places, and how one may depend on the other. */
interface ReorderedUnits {
  readonly reordering: Reordering;
  readonly interaction: Interaction;
}

/** Changes of the order of constructors that a program can observe. */
export interface OrderEffects extends Pick<OrderChanges, 'newcomers'> {
  readonly reordered: Generator<ReorderedUnits>;
}

/**
 * Finds units that run in a different order in the second link: `reordered` has those that may depend on each other.
 */
export function* orderEffects(links: TwoLinks): Generator<OrderEffects> {
  for (const { reorderings, newcomers } of orderChanges(links))
    yield { newcomers, reordered: interacting(links, reorderings) };
}

function* interacting(
  comparison: Pick<Comparison, 'graph' | 'line' | 'after'>,
  reorderings: Iterable<Reordering>,
): Generator<ReorderedUnits> {
  for (const reordering of reorderings) {
    const interaction = interactionIn(comparison, reordering);
    if (interaction !== null) yield { reordering, interaction };
  }
}

function interactionIn(
  { graph, line, after }: Pick<Comparison, 'graph' | 'line' | 'after'>,
  { rank, kind, after: pair }: Reordering,
): Interaction | null {
  const [one, other] = pair.map(({ copies }) => ({ rank, kind, members: copies }));
  return interactionsOf(graph).between(line, after, one, other);
}

/**
 * Dropped members to put back to restore the order: the copies whose constructors ran, otherwise the members that
 * caused the old load order.
 */
function causeOfReordering(comparison: Comparison, { before, after }: Reordering): MemberId[] {
  const moved = before.filter((unit, at) => unit.first !== after[at].first);
  const gone = moved.flatMap((unit) => causeOfAbsence(comparison, unit.first));
  if (gone.length > 0) return gone;
  const kept = [...before, ...after];
  const cause = kept.flatMap((unit) => droppedAncestors(comparison, unit));
  return cause.length > 0 ? cause : after.flatMap((unit) => causeOfLoading(comparison, unit.first));
}

/** Dropped members among those that led to the loading of a unit's first copy in the old link. */
function droppedAncestors({ before, dropped }: Comparison, { first }: Unit): MemberId[] {
  const seen = new Set<MemberId>();
  for (let member = first; member !== NONE && !seen.has(member); member = before.extractedBy[member]) {
    seen.add(member);
    if (dropped[member]) return [member];
  }
  return [];
}
