import type { Inputs } from '../link/inputs/inputs.js';
import {
  type LinkLine,
  withArchivesFirst,
  withArchivesRepeated,
  withOneGroup,
  withRequiredNames,
} from '../link/line/link-line.js';
import { orderEffects } from './constructors/constructor-order.js';
import { type PlanOptions, planIfMore, type TrimPlan } from './plan-trim.js';
import { refusalsIn, requiredNames } from './required-names.js';
import { leavesMoreOpen, UselessLines } from './useless-lines.js';

/** A change of the link line with which more members could be dropped. */
export interface Remedy {
  readonly change:
    | 'one-group'
    | 'repeat-provider'
    | 'provider-first'
    | 'provider-first-in-group'
    | 'require-symbol';
  /** Paths of the archives that would move or be repeated, or from which the symbol is loaded; empty for the group. */
  readonly archives: readonly string[];
  /** The symbol that the line would require, as the linker spells it. */
  readonly symbol?: string;
  /** Members that the plan for the changed line drops beyond those of this plan. */
  readonly moreDrops: number;
  /** Whether the changed line, untrimmed, binds names to different copies than the given line. */
  readonly movesBindings: boolean;
}

/** Reasons that may not apply to a different order of the archives: the copy is not searched, or not searched first. */
const OF_THE_LINE = new Set([
  'unresolved-reference',
  'binding-moves',
  'loads-more',
  'new-clash',
  'crate-split',
]);

/**
 * Plans the line again with a member required where it is loaded now, with its archives in one group, the owner
 * repeated at its end, the owner first, and both. A change is given up as soon as it cannot allow more drops. @returns
 * the changes that help, the best first
 */
export function findRemedies(inputs: Inputs, plan: TrimPlan, line: LinkLine, options: PlanOptions): Remedy[] {
  return remediesExcept(new UselessLines(plan, options), inputs, plan, line, options);
}

/** The same. @param useless lines that are not planned */
export function remediesExcept(
  useless: Pick<UselessLines, 'has'>,
  inputs: Inputs,
  plan: TrimPlan,
  line: LinkLine,
  options: PlanOptions,
): Remedy[] {
  const required = requiringSymbols(inputs, plan, line);
  const variants = [...required, ...(isBlockedByLine(plan) ? ordersOf(inputs, plan, line) : [])];
  const drops = countDrops(plan);
  return variants
    .flatMap(({ line: changed, ...variant }): Remedy[] => {
      const other = planIfMore(inputs, changed, options, plan, {
        simulated: plan.links,
        fewest: drops + 1,
        mayHelp: (given) => !useless.has(given),
      });
      if (other === null) return [];
      const moreDrops = countDrops(other) - drops;
      if (moreDrops <= 0 || breaksLink(plan, other) || reordersConstructors(plan, other)) return [];
      return [{ ...variant, moreDrops, movesBindings: bindsElsewhere(plan, other) }];
    })
    .sort((a, b) => b.moreDrops - a.moreDrops);
}

const isBlockedByLine = ({ verdicts }: TrimPlan): boolean =>
  verdicts.some(
    (verdict) =>
      verdict.kind === 'blocked' &&
      (verdict.blocker.code === 'unread-library' ||
        (OF_THE_LINE.has(verdict.blocker.code) && verdict.blocker.linker !== null)),
  );

interface Variant extends Pick<Remedy, 'change' | 'archives' | 'symbol'> {
  readonly line: LinkLine;
}

const requiringSymbols = (inputs: Inputs, plan: TrimPlan, line: LinkLine): Variant[] =>
  requiredNames(refusalsIn(plan), line).map(({ name, member }) => ({
    change: 'require-symbol',
    archives: [inputs.archives[inputs.members[member].archive].path],
    symbol: inputs.symbols.names.text(name),
    line: withRequiredNames(line, [name]),
  }));

/** Lines with the archives in a different order, the preferred ones first. */
function ordersOf(inputs: Inputs, { firstOwners }: TrimPlan, line: LinkLine): Variant[] {
  const paths = firstOwners.map((archive) => inputs.archives[archive].path);
  return [
    { change: 'one-group', archives: [], line: withOneGroup(line) },
    { change: 'repeat-provider', archives: paths, line: withArchivesRepeated(line, firstOwners) },
    { change: 'provider-first', archives: paths, line: withArchivesFirst(line, firstOwners) },
    {
      change: 'provider-first-in-group',
      archives: paths,
      line: withOneGroup(withArchivesFirst(line, firstOwners)),
    },
  ];
}

/** Whether the changed and trimmed line changes the order of constructors that may depend on each other. */
const reordersConstructors = (plan: TrimPlan, other: TrimPlan): boolean =>
  other.scenarios.some(({ line, after }, at) => {
    const { line: lineBefore, before } = plan.scenarios[at];
    const links = { graph: plan.graph, twins: plan.twins, line, lineBefore, before, after };
    for (const { reordered, newcomers } of orderEffects(links))
      if (newcomers.length > 0 || !reordered.next().done) return true;
    return false;
  });

/** Whether the changed and trimmed line fails with an error that the given, untrimmed line does not have. */
function breaksLink(plan: TrimPlan, other: TrimPlan): boolean {
  return other.scenarios.some(({ after }, at) => {
    const { before } = plan.scenarios[at];
    if (leavesMoreOpen(before, after)) return true;
    const isClashing = new Uint8Array(after.winners.length);
    for (const name of before.clashRows.name) isClashing[name] = 1;
    return after.clashRows.name.some((name) => isClashing[name] === 0);
  });
}

const countDrops = (plan: TrimPlan): number => plan.verdicts.filter(({ kind }) => kind === 'drop').length;

function bindsElsewhere(plan: TrimPlan, other: TrimPlan): boolean {
  const [one] = plan.scenarios;
  const [two] = other.scenarios;
  return one.before.winners.some((symbol, name) => symbol !== -1 && two.before.winners[name] !== symbol);
}
