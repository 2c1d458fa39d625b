import type { Inputs } from '../link/inputs/inputs.js';
import {
  type LinkLine,
  withArchivesFirst,
  withArchivesRepeated,
  withOneGroup,
} from '../link/line/link-line.js';
import { type Resolution, STRONG_DEMAND } from '../link/resolve/resolution.js';
import { NONE } from '../symbols/table.js';
import { type PlanOptions, planTrim, type TrimPlan } from './plan-trim.js';

/** A change of the link line that would let more members go. */
export interface Remedy {
  readonly change: 'one-group' | 'repeat-provider' | 'provider-first' | 'provider-first-in-group';
  /** Paths of the archives that would move or be repeated; empty for the group. */
  readonly archives: readonly string[];
  /** Members that the plan for the changed line drops beyond those of this plan. */
  readonly moreDrops: number;
  /** Whether the changed line itself, untrimmed, binds names to other copies than the line as given does. */
  readonly movesBindings: boolean;
}

/** Blocked for the want of a copy that this line reaches, or reaches first: another line may. */
const OF_THE_LINE = new Set([
  'unresolved-reference',
  'binding-moves',
  'loads-more',
  'new-clash',
  'crate-split',
]);

/** Plans the line anew with its archives in one group, the owner repeated at its end, the owner first, and both. */
export function findRemedies(inputs: Inputs, plan: TrimPlan, line: LinkLine, options: PlanOptions): Remedy[] {
  const isBlockedByLine = plan.verdicts.some(
    (verdict) =>
      verdict.kind === 'blocked' &&
      (verdict.blocker.code === 'unread-library' ||
        (OF_THE_LINE.has(verdict.blocker.code) && verdict.blocker.linker !== null)),
  );
  if (!isBlockedByLine) return [];
  const owners = plan.firstOwners;
  const paths = owners.map((archive) => inputs.archives[archive].path);
  const variants = [
    { change: 'one-group', archives: [], line: withOneGroup(line) },
    { change: 'repeat-provider', archives: paths, line: withArchivesRepeated(line, owners) },
    { change: 'provider-first', archives: paths, line: withArchivesFirst(line, owners) },
    {
      change: 'provider-first-in-group',
      archives: paths,
      line: withOneGroup(withArchivesFirst(line, owners)),
    },
  ] as const;
  const drops = countDrops(plan);
  return variants
    .flatMap(({ change, archives, line: changed }): Remedy[] => {
      const other = planTrim(inputs, changed, options, plan);
      const moreDrops = countDrops(other) - drops;
      if (moreDrops <= 0 || breaksLink(plan, other)) return [];
      return [{ change, archives, moreDrops, movesBindings: bindsElsewhere(plan, other) }];
    })
    .sort((a, b) => b.moreDrops - a.moreDrops);
}

/** Whether the changed line, trimmed, ends in an error that the line as given, untrimmed, does not. */
function breaksLink(plan: TrimPlan, other: TrimPlan): boolean {
  return other.scenarios.some(({ after }, at) => {
    const { before } = plan.scenarios[at];
    const clashing = new Set(before.clashes.map(({ name }) => name));
    return (
      after.clashes.some(({ name }) => !clashing.has(name)) ||
      after.demand.some((_, name) => isUnresolved(after, name) && !isUnresolved(before, name))
    );
  });
}

const isUnresolved = ({ demand, provider }: Resolution, name: number): boolean =>
  demand[name] === STRONG_DEMAND && provider[name] === NONE;

const countDrops = (plan: TrimPlan): number => plan.verdicts.filter(({ kind }) => kind === 'drop').length;

function bindsElsewhere(plan: TrimPlan, other: TrimPlan): boolean {
  const [one] = plan.scenarios;
  const [two] = other.scenarios;
  return one.before.provider.some((symbol, name) => symbol !== -1 && two.before.provider[name] !== symbol);
}
