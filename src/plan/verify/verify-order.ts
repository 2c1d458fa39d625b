import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type ConstructorArray, constructorArray } from '../../link/linkers/constructor-arrays.js';
import { placements } from '../../link/resolve/placement.js';
import type { MemberId } from '../../symbols/table.js';
import type { CopyCheck } from './verify-copy.js';
import { effectsByImage } from './verify-effects.js';
import type { VerifiedLink } from './verify-exports.js';
import { type Entry, independence } from './verify-interactions.js';
import { type PartsOf, partFinder } from './verify-parts.js';
import type { UnitsAmong } from './verify-units.js';

/** Constructors of one rank in the order in which they run, each by its part of a unit and its member. */
interface Run {
  readonly unit: number;
  readonly member: MemberId;
  /** Position of the file. */
  readonly at: number;
}

/**
 * Checks that constructors and destructors keep their order, except for those that are proved to be independent. @param
 * original by member after: the same member before
 */
export function compareOrder(
  before: VerifiedLink,
  after: VerifiedLink,
  original: Int32Array,
  copies: CopyCheck,
  unitsAmong: UnitsAmong,
  report: (problem: string) => void,
): void {
  const olds = placements(before.graph, before.line, before.resolution);
  const news = placements(after.graph, after.line, after.resolution);
  const isIndependent = independence(after);
  const effectsOf = effectsByImage(before.graph.inputs, copies);
  const told = new Set<string>();
  const tell = (problem: string) => {
    if (!told.has(problem)) report(problem);
    told.add(problem);
  };
  for (const [at, old] of olds.entries()) {
    const { inputs } = before.graph;
    const files = [...old, ...news[at].map((member) => original[member])];
    const acting = files.filter((member) => acts(before, member));
    const unitOf = unitsAmong(acting);
    const partsOf = partFinder(inputs.format, before.line, acting, unitOf, effectsOf);
    const ran = runsOf(before, old, partsOf);
    const runs = runsOf(after, news[at], (member, rank) => partsOf(original[member], rank));
    for (const problem of changesOfUnits(before, after, ran, runs)) tell(problem);
    for (const [rank, now] of runs) {
      const known = ran.get(rank)?.runs ?? [];
      for (const pair of inversions(known, now.runs, now.array.isReversed)) {
        const [one, other] = pair.map((unit) => entryOf(now.array, now.runs, unit));
        const labels = [one, other].map(({ members }) => labelOf(after, members[0]));
        const problem = `${now.array.kind} of ${labels.join(' and ')} may depend on each other, and their order changes`;
        if (!told.has(problem) && !isIndependent(one, other)) tell(problem);
      }
    }
  }
}

const acts = ({ graph, line }: VerifiedLink, member: MemberId): boolean =>
  arraysOf(graph.inputs, line, member).length > 0;

function arraysOf({ contents, format }: Inputs, { layout }: LinkLine, member: MemberId): ConstructorArray[] {
  const content = contents[member];
  const effects = content?.kind === 'object' ? content.info.sideEffects : [];
  return effects.flatMap((effect) => constructorArray(format, layout, effect) ?? []);
}

type Runs = ReadonlyMap<string, { readonly array: ConstructorArray; readonly runs: readonly Run[] }>;

/** The same units run as before. */
function* changesOfUnits(before: VerifiedLink, after: VerifiedLink, ran: Runs, now: Runs): Generator<string> {
  for (const [lost, one, other, link] of [
    [true, ran, now, before],
    [false, now, ran, after],
  ] as const)
    for (const [rank, { array, runs }] of one) {
      const known = new Set(other.get(rank)?.runs.map(({ unit }) => unit));
      for (const { unit, member } of runs)
        if (!known.has(unit))
          yield `${array.kind} of ${labelOf(link, member)} ${lost ? 'no longer run' : 'did not run before'}`;
    }
}

const labelOf = ({ graph }: VerifiedLink, member: MemberId): string =>
  graph.inputs.members[member].source.label;

const entryOf = ({ rank, kind }: ConstructorArray, runs: readonly Run[], unit: number): Entry => ({
  rank,
  kind,
  members: runs.filter((run) => run.unit === unit).map(({ member }) => member),
});

/** By rank, the constructors of files in the order in which these are placed. */
function runsOf(
  { graph: { inputs }, line }: VerifiedLink,
  placed: readonly MemberId[],
  partsOf: PartsOf,
): Map<string, { array: ConstructorArray; runs: Run[] }> {
  const ranks = new Map<string, { array: ConstructorArray; runs: Run[] }>();
  for (const [at, member] of placed.entries()) {
    for (const array of arraysOf(inputs, line, member)) {
      const known = ranks.get(array.rank);
      const runs = known?.runs ?? [];
      const isReversed = array.isReversed || (known?.array.isReversed ?? false);
      ranks.set(array.rank, { array: { ...array, isReversed }, runs });
      if (runs.at(-1)?.at === at) continue;
      for (const unit of partsOf(member, array.rank)) runs.push({ unit, member, at });
    }
  }
  return ranks;
}

/**
 * Pairs of units that run in another order. Where the last file runs first, neither first nor last copies may cross,
 * nor the first copy of one and the last of the other: the copy that others bind to runs last, after all that it may
 * see. Nor may they where a unit runs twice after the drop: its second run may undo what the other unit did.
 */
function* inversions(
  before: readonly Run[],
  after: readonly Run[],
  isReversed: boolean,
): Generator<[number, number]> {
  yield* crossings(firstsOf(before), firstsOf(after));
  const isStrict = (unit: number) => isReversed || after.filter((run) => run.unit === unit).length > 1;
  const strict = new Set(firstsOf(after).filter(isStrict));
  if (strict.size === 0) return;
  const others = [
    ...crossings(firstsOf(before.toReversed()), firstsOf(after.toReversed())),
    ...separations(before, after),
  ];
  for (const pair of others) if (pair.some((unit) => strict.has(unit))) yield pair;
}

/** Pairs of units whose copies were separate and are now interleaved, or the reverse. */
function* separations(before: readonly Run[], after: readonly Run[]): Generator<[number, number]> {
  const [old, now] = [before, after].map(spansOf);
  const common = [...now.keys()].filter((unit) => old.has(unit));
  const isBefore = (spans: typeof now, one: number, other: number) =>
    (spans.get(one)?.last ?? 0) < (spans.get(other)?.first ?? 0);
  for (const one of common)
    for (const other of common)
      if (one !== other && isBefore(old, one, other) !== isBefore(now, one, other)) yield [one, other];
}

function spansOf(runs: readonly Run[]): Map<number, { first: number; last: number }> {
  const spans = new Map<number, { first: number; last: number }>();
  for (const { unit, at } of runs) {
    const known = spans.get(unit);
    if (known === undefined) spans.set(unit, { first: at, last: at });
    else known.last = at;
  }
  return spans;
}

const firstsOf = (runs: readonly Run[]): number[] => [...new Set(runs.map(({ unit }) => unit))];

function* crossings(before: readonly MemberId[], after: readonly MemberId[]): Generator<[number, number]> {
  const place = new Map(before.map((unit, at) => [unit, at]));
  const common = after.filter((unit) => place.has(unit));
  for (const [at, one] of common.entries())
    for (let next = at + 1; next < common.length; next++)
      if ((place.get(one) ?? 0) > (place.get(common[next]) ?? 0)) yield [one, common[next]];
}
