import { type Use, usersOf } from '../link/resolve/why.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import type { SplitState } from '../plan/state/split-state.js';
import { isTls } from '../symbols/flags.js';
import { type MemberId, NONE } from '../symbols/table.js';

/** Mutable globals of which the same files of a link each hold a copy. */
export interface SplitGroup {
  /** The files, in load order. */
  readonly holders: readonly MemberId[];
  /** The largest first. */
  readonly globals: readonly SplitState[];
  /** Bytes of all of them, by holder. */
  readonly bytes: readonly number[];
  readonly threadLocals: number;
  /** By holder: who uses what it defines, and so its copy; those that say most first. */
  readonly users: readonly (readonly Use[])[];
  /** Whether one copy is left after the plan. */
  readonly isMended: boolean;
}

/** The split state of the link before the plan, by the files that hold the copies; groups with most globals first. */
export function groupSplitState(plan: TrimPlan): SplitGroup[] {
  const { symbols } = plan.graph.inputs;
  const groups = new Map<string, SplitState[]>();
  for (const split of plan.splitBefore) {
    const key = split.copies.map((symbol) => symbols.member[symbol]).join(':');
    const known = groups.get(key);
    if (known) known.push(split);
    else groups.set(key, [split]);
  }
  const holders = [...groups.values()].map(([{ copies }]) => copies.map((symbol) => symbols.member[symbol]));
  const uses = usersOf(plan.graph, plan.scenarios[0].before, new Set(holders.flat()));
  const after = new Set(
    plan.splitAfter.flatMap(({ copies }) => copies.map((symbol) => plan.state.key[symbol])),
  );
  return [...groups.values()]
    .map((globals, at) => ({
      holders: holders[at],
      globals: [...globals].sort((a, b) => symbols.size[b.copies[0]] - symbols.size[a.copies[0]]),
      bytes: holders[at].map((_, side) =>
        globals.reduce((sum, { copies }) => sum + symbols.size[copies[side]], 0),
      ),
      threadLocals: globals.filter(({ copies }) => isTls(symbols.flags[copies[0]])).length,
      users: holders[at].map((holder) => tellingFirst(plan, holder, uses.get(holder) ?? [])),
      isMended: globals.every(({ copies }) => !after.has(plan.state.key[copies[0]])),
    }))
    .sort((a, b) => b.globals.length - a.globals.length);
}

/** The program's own objects say most, then files of other archives, then other crates of the same. */
function tellingFirst({ graph: { inputs }, twins }: TrimPlan, holder: MemberId, uses: readonly Use[]): Use[] {
  const distance = ({ user }: Use): number => {
    const { archive } = inputs.members[user];
    if (archive === NONE) return 0;
    if (archive !== inputs.members[holder].archive) return 1;
    return twins.origins[user]?.crate === twins.origins[holder]?.crate ? 3 : 2;
  };
  return [...uses].sort((a, b) => distance(a) - distance(b));
}
