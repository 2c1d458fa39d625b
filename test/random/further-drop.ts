import { resolve } from '../../src/link/resolve/resolve.js';
import { instanceKey } from '../../src/origin/origin.js';
import { isSafe } from '../../src/plan/conditions/safety.js';
import type { TrimPlan } from '../../src/plan/plan-trim.js';
import type { MemberId } from '../../src/symbols/table.js';

/** Kept members that leave together, all of which conditions of a link alone hold back. */
function heldBack({ graph, twins, verdicts }: TrimPlan): MemberId[][] {
  const crates = new Map<string, MemberId[]>();
  for (const { id, archive } of graph.inputs.members) {
    const origin = twins.origins[id];
    const key = origin ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    crates.set(key, [...(crates.get(key) ?? []), id]);
  }
  const isHeld = (member: MemberId) => {
    const verdict = verdicts[member];
    return (
      verdict.kind === 'blocked' &&
      (verdict.blocker.linker !== null || verdict.blocker.code === 'crate-split')
    );
  };
  return [...crates.values()].filter((members) => members.every(isHeld));
}

/**
 * Finds members that a plan could also have dropped without violating a condition: those of a crate, or a single one.
 */
export function findFurtherDrop(plan: TrimPlan): readonly MemberId[] | null {
  const { graph, twins, state, scenarios, verdicts } = plan;
  const canGo = (members: readonly MemberId[]) => {
    const dropped = Uint8Array.from(verdicts, ({ kind, member }) =>
      kind === 'drop' || members.includes(member) ? 1 : 0,
    );
    return scenarios.every(({ profile, line, before }) => {
      const after = resolve(graph, line, profile, dropped);
      return isSafe({ graph, twins, state, before, after, dropped, line });
    });
  };
  return heldBack(plan).find(canGo) ?? null;
}
