import { type MemberId, NONE } from '../../symbols/table.js';
import { causeOfAbsence, causeOfLoading } from '../conditions/blame.js';
import type { Comparison, Violation } from '../conditions/comparison.js';
import { interactionsOf } from './interactions.js';
import { type Reordering, reorderings, type Unit } from './unit-order.js';

/**
 * C13: of two units whose constructors or destructors have equal priority, the one that ran first still does, unless it is
 * proved that they do not interact. A unit that was in the link twice counts by its first copy.
 */
export function* constructorOrderStays(comparison: Comparison): Generator<Violation> {
  const { graph, line, after } = comparison;
  for (const reordering of reorderings(comparison)) {
    const { rank, kind } = reordering;
    const [one, other] = reordering.after.map(({ copies }) => ({ rank, kind, members: copies }));
    const interaction = interactionsOf(graph).between(line, after, one, other);
    if (interaction === null) continue;
    yield {
      code: 'constructor-order',
      name: interaction.name,
      by: reordering.after[0].first,
      blame: causeOfReordering(comparison, reordering),
    };
  }
}

/** Dropped members whose return restores the order: the copies that ran, else what had the files loaded as they were. */
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
