import type { Cause } from '../../explain/causes.js';
import type { SplitGroup } from '../../explain/state-users.js';
import type { LinkerProfile } from '../../link/linkers/linker-profile.js';
import { loadChain } from '../../link/resolve/why.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { unequalSizes } from '../plan/shared-names.js';
import { type FileReports, symbolText } from './explain-files.js';
import type { Advice, CauseReport } from './explain-report.js';

/** Names given of each cause. */
export const NAMES_GIVEN = 5;

/** Two sides that define the same names: how they are related, who wins, and what to do. */
export function describeCause(
  plan: TrimPlan,
  files: FileReports,
  cause: Cause,
  inLog: number | null,
  split: readonly SplitGroup[],
  hasRemedies: boolean,
): CauseReport {
  const { inputs } = plan.graph;
  const { before } = plan.scenarios[0];
  const pathOf = (archive: number) => (archive === NONE ? null : inputs.archives[archive].path);
  const names = cause.pairs.flatMap((pair) => pair.names);
  const texts = [...new Set(names)].map((name) => inputs.symbols.names.text(name));
  const such = texts.sort((a, b) => obscurity(a) - obscurity(b)).slice(0, NAMES_GIVEN);
  return {
    relation: cause.relation,
    winner: pathOf(cause.winnerArchive),
    loser: pathOf(cause.loserArchive),
    duplicates: cause.duplicates,
    inLog,
    goneAfterTrim: cause.goneAfterTrim,
    ...whoWins(plan, cause),
    crates: cratesOf(plan, cause),
    pairs: cause.pairs.map(({ winner, loser, names: own }) => ({
      winner: files.file(winner),
      loser: files.file(loser),
      duplicates: own.length,
    })),
    such: such.map(symbolText),
    winnerChain: files.chain(loadChain(before, cause.winnerEntry)),
    loserChain: files.chain(loadChain(before, cause.loserEntry)),
    ...unequalOf(plan, cause),
    splitGlobals: splitGlobalsOf(cause, split),
    stays: cause.stays.map(({ code, members }) => {
      const verdict = plan.verdicts[members[0]];
      const name = verdict.kind === 'blocked' ? verdict.blocker.name : NONE;
      return {
        code,
        members: members.length,
        such: files.file(members[0]),
        symbol: name === NONE ? null : files.name(name),
      };
    }),
    advice: adviceFor(cause, hasRemedies),
  };
}

/** 0 for a name that C can write, 2 for one that LLVM made up: LTO gives `anon.b75c….0.llvm.6048…` to constants. */
const obscurity = (name: string): number =>
  /^_?anon\.[0-9a-f]{32}\./.test(name) ? 2 : /^_{0,3}[RZ]|^\?/.test(name) ? 1 : 0;

/** The linkers on which the winner's side is used, judged by the first clashing name of the largest pair. */
function whoWins(
  { graph, scenarios }: TrimPlan,
  { pairs }: Cause,
): Pick<CauseReport, 'wins' | 'loses' | 'winnerUnknown'> {
  const [{ winner, loser, names }] = pairs;
  const wins = new Set<string>();
  const loses = new Set<string>();
  for (const { profile, variant, before } of scenarios) {
    const symbol = before.winners[names[0]];
    if (variant !== 'as-given' || symbol === NONE) continue;
    const member = graph.inputs.symbols.member[symbol];
    if (member === winner) wins.add(profile.id);
    else if (member === loser) loses.add(profile.id);
  }
  const isUnknown = ({ id, outcomeOf }: LinkerProfile) =>
    outcomeOf !== null && wins.has(id) !== wins.has(outcomeOf) && loses.has(id) !== loses.has(outcomeOf);
  const unknown = scenarios.flatMap(({ profile }) => (isUnknown(profile) ? (profile.outcomeOf ?? []) : []));
  return { wins: [...wins], loses: [...loses], winnerUnknown: [...new Set(unknown)] };
}

function cratesOf({ twins }: TrimPlan, { pairs }: Cause): CauseReport['crates'] {
  const crates = new Map<string, { builds: Set<string>; duplicates: number }>();
  for (const { winner, loser, names } of pairs) {
    for (const [at, member] of [winner, loser].entries()) {
      const origin = twins.origins[member];
      if (!origin) continue;
      const known = crates.get(origin.crate) ?? { builds: new Set(), duplicates: 0 };
      crates.set(origin.crate, known);
      known.builds.add(origin.build);
      // A pair of one crate counts once.
      if (at === 0 || twins.origins[winner]?.crate !== origin.crate) known.duplicates += names.length;
    }
  }
  return [...crates]
    .map(([crate, { builds, duplicates }]) => ({ crate, builds: [...builds], duplicates }))
    .sort((a, b) => b.duplicates - a.duplicates);
}

function unequalOf(
  { graph: { inputs }, scenarios: [{ before }] }: TrimPlan,
  { pairs }: Cause,
): Pick<CauseReport, 'unequal'> {
  const names = new Set(pairs.flatMap((pair) => pair.names));
  const clashes = before.clashes.filter(({ name }) => names.has(name));
  const unequal = unequalSizes(
    inputs,
    clashes.map(({ definitions }) => definitions),
  );
  return unequal === null ? {} : { unequal };
}

function splitGlobalsOf({ pairs }: Cause, split: readonly SplitGroup[]): number {
  const winners = new Set(pairs.map(({ winner }) => winner));
  const losers = new Set(pairs.map(({ loser }) => loser));
  const isOf = (side: ReadonlySet<MemberId>, { holders }: SplitGroup) =>
    holders.some((member) => side.has(member));
  return split
    .filter((group) => isOf(winners, group) && isOf(losers, group))
    .reduce((sum, { globals }) => sum + globals.length, 0);
}

function adviceFor({ relation, duplicates, goneAfterTrim, stays }: Cause, hasRemedies: boolean): Advice[] {
  if (relation === 'same-file') return ['name-once'];
  const advice: Advice[] = goneAfterTrim > 0 ? ['trim'] : [];
  if (goneAfterTrim === duplicates) return advice;
  if (hasRemedies && stays.some(({ code }) => code !== 'no-twin')) advice.push('change-line');
  if (relation === 'other-build') advice.push('one-build', 'one-library');
  else if (relation === 'other-content') advice.push('same-sources');
  else if (relation === 'same-name' || relation === 'other-library') advice.push('keep-one');
  else if (relation === 'identical-bytes' || relation === 'same-image') advice.push('one-library');
  else advice.push('without-lto', 'one-library');
  return advice;
}
