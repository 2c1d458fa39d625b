import type { ArchiveId } from '../link/inputs/inputs.js';
import type { Clash, Resolution } from '../link/resolve/resolution.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { reportedClashes } from '../plan/reported-clashes.js';
import type { Twins } from '../plan/twins/twins.js';
import type { BlockCode } from '../plan/verdict.js';
import type { NameId } from '../symbols/names.js';
import type { MemberId, SymbolId } from '../symbols/table.js';

/**
 * How two files that define the same names relate. `same-build`: one compilation of one crate, cut into other units;
 * `other-content`: one unit by name, and its content is shown to differ; `same-name`: files of one name that nothing
 * else relates; `same-file`: the line names it twice.
 */
export type CopyRelation =
  | 'identical-bytes'
  | 'same-image'
  | 'same-unit'
  | 'same-build'
  | 'other-content'
  | 'other-build'
  | 'same-name'
  | 'other-library'
  | 'same-file';

/** Two files that define the same names. */
export interface CopyPair {
  /** The one whose definitions the linker uses. */
  readonly winner: MemberId;
  readonly loser: MemberId;
  readonly names: NameId[];
}

/** Duplicate definitions of one origin: the same two archives hold copies that relate in the same way. */
export interface Cause {
  readonly relation: CopyRelation;
  /** NONE: objects on the line. */
  readonly winnerArchive: ArchiveId;
  readonly loserArchive: ArchiveId;
  /** Those with most names first. */
  readonly pairs: readonly CopyPair[];
  /** Definitions beyond the first of each name, as a linker counts. */
  readonly duplicates: number;
  /** How many of these the plan resolves. */
  readonly goneAfterTrim: number;
  /** The file of each side that was loaded first, which shows why the copies are in the link. */
  readonly winnerEntry: MemberId;
  readonly loserEntry: MemberId;
  /** Why copies stay that the plan does not drop, by the number of members. */
  readonly stays: readonly Stay[];
}

export interface Stay {
  readonly code: BlockCode | 'no-twin';
  readonly members: readonly MemberId[];
}

export function relate(
  inputs: TrimPlan['graph']['inputs'],
  twins: Twins,
  one: MemberId,
  other: MemberId,
): CopyRelation {
  if (one === other) return 'same-file';
  const relation = twins.relation(one, other);
  // Members that --owner declares to replace each other are not copies.
  if (relation && relation.kind !== 'declared') return relation.kind;
  const [a, b] = [twins.origins[one], twins.origins[other]];
  if (a && b && a.crate === b.crate) return a.build === b.build ? 'same-build' : 'other-build';
  const isNamed = baseName(inputs.members[one].name) === baseName(inputs.members[other].name);
  return isNamed ? 'same-name' : 'other-library';
}

const baseName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

/** Every duplicate definition of the link before the plan, grouped by cause; the largest groups first. */
export function findCauses(plan: TrimPlan): Cause[] {
  const { graph, twins } = plan;
  const { inputs } = graph;
  const [{ line, before, after }] = plan.scenarios;
  const remaining = remainingDefinitions(reportedClashes(graph, line, after));
  const groups = new Map<string, { pairs: Map<string, CopyPair>; relation: CopyRelation; gone: number }>();
  const relations = new Map<string, CopyRelation>();
  for (const clash of reportedClashes(graph, line, before)) {
    const [winner, ...losers] = winnerFirst(before, clash);
    for (const loser of losers) {
      const [one, other] = [winner, loser].map((symbol) => inputs.symbols.member[symbol]);
      const pairKey = `${one}:${other}`;
      let relation = relations.get(pairKey);
      if (relation === undefined) {
        relation = relate(inputs, twins, one, other);
        relations.set(pairKey, relation);
      }
      const archives = [one, other].map((member) => inputs.members[member].archive);
      const key = `${archives.join(':')}:${relation}`;
      const group = groups.get(key) ?? { pairs: new Map<string, CopyPair>(), relation, gone: 0 };
      groups.set(key, group);
      const pair = group.pairs.get(pairKey) ?? { winner: one, loser: other, names: [] };
      group.pairs.set(pairKey, pair);
      pair.names.push(clash.name);
      const there = remaining.get(clash.name);
      if (!there?.has(winner) || !there.has(loser)) group.gone++;
    }
  }
  const order = new Map(before.loaded.map((member, at) => [member, at]));
  return [...groups.values()]
    .map(({ pairs, relation, gone }) => describeGroup(plan, [...pairs.values()], relation, gone, order))
    .sort((a, b) => b.duplicates - a.duplicates);
}

/**
 * Definitions of a clash, with the winner first. A file that is loaded twice has its symbol in the list twice.
 */
function winnerFirst({ winners }: Resolution, { name, definitions }: Clash): SymbolId[] {
  const winner = definitions.includes(winners[name]) ? winners[name] : definitions[0];
  const at = definitions.indexOf(winner);
  return [winner, ...definitions.slice(0, at), ...definitions.slice(at + 1)];
}

function remainingDefinitions(clashes: readonly Clash[]): Map<NameId, Set<SymbolId>> {
  return new Map(clashes.map(({ name, definitions }) => [name, new Set(definitions)]));
}

function describeGroup(
  plan: TrimPlan,
  pairs: readonly CopyPair[],
  relation: CopyRelation,
  gone: number,
  order: ReadonlyMap<MemberId, number>,
): Cause {
  const { members } = plan.graph.inputs;
  const sorted = [...pairs].sort(
    (a, b) => b.names.length - a.names.length || a.winner - b.winner || a.loser - b.loser,
  );
  const first = (side: readonly MemberId[]) =>
    side.reduce((one, other) => ((order.get(other) ?? 0) < (order.get(one) ?? 0) ? other : one));
  return {
    relation,
    winnerArchive: members[sorted[0].winner].archive,
    loserArchive: members[sorted[0].loser].archive,
    pairs: sorted,
    duplicates: sorted.reduce((sum, { names }) => sum + names.length, 0),
    goneAfterTrim: gone,
    winnerEntry: first(sorted.map(({ winner }) => winner)),
    loserEntry: first(sorted.map(({ loser }) => loser)),
    stays: staysOf(plan, sorted),
  };
}

/** For each remaining pair, the member that could have been dropped: blocked, or without a copy. */
function staysOf({ verdicts }: TrimPlan, pairs: readonly CopyPair[]): Stay[] {
  const byCode = new Map<Stay['code'], Set<MemberId>>();
  const add = (code: Stay['code'], member: MemberId) =>
    byCode.set(code, (byCode.get(code) ?? new Set()).add(member));
  for (const { winner, loser } of pairs) {
    const both = [winner, loser].map((member) => verdicts[member]);
    if (both.some(({ kind }) => kind === 'drop')) continue;
    const blocked = both.find(({ kind }) => kind === 'blocked');
    if (blocked?.kind === 'blocked') add(blocked.blocker.code, blocked.member);
    else add('no-twin', loser);
  }
  return [...byCode]
    .map(([code, members]) => ({ code, members: [...members] }))
    .sort((a, b) => b.members.length - a.members.length);
}
