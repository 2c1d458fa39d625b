import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type ConstructorArray, constructorArray } from '../../link/linkers/constructor-arrays.js';
import { placements } from '../../link/resolve/placement.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { actingFiles } from '../conditions/side-effects.js';
import type { Twins } from '../twins/twins.js';
import { type PartsOf, unitParts } from './unit-parts.js';

/** A unit whose constructors run, or a part of it: the copies in one link that have these constructors, of one rank. */
export interface Unit {
  /** The copy whose constructors run first, as far as `ConstructorArray.isReversed` tells. */
  readonly first: MemberId;
  /** All copies in the link, in the order in which they are placed. */
  readonly copies: readonly MemberId[];
  readonly kind: ConstructorArray['kind'];
  readonly isReversed: boolean;
  /** Positions of the first and the last copy among all files. */
  readonly from: number;
  readonly to: number;
}

/** Two units of one rank whose constructors would run in another order. */
export interface Reordering {
  readonly rank: string;
  readonly kind: ConstructorArray['kind'];
  readonly before: readonly [Unit, Unit];
  readonly after: readonly [Unit, Unit];
}

/** By rank, then by part of a unit. */
type Order = ReadonlyMap<string, ReadonlyMap<string, Unit>>;

/** A link before and after a drop. */
export interface TwoLinks {
  readonly graph: LinkGraph;
  readonly line: LinkLine;
  /** Where it is not `line`. */
  readonly lineBefore?: LinkLine;
  readonly twins: Twins;
  readonly before: Resolution;
  readonly after: Resolution;
}

/** Members of the link with constructors or destructors, in the order in which they are placed. */
function actingIn({ inputs }: LinkGraph, { layout }: LinkLine, placed: readonly MemberId[]): MemberId[] {
  const acts = actingFiles(inputs);
  return placed.filter((member) => {
    const content = inputs.contents[member];
    return (
      acts[member] === 1 &&
      content.kind === 'object' &&
      content.info.sideEffects.some((effect) => constructorArray(inputs.format, layout, effect) !== null)
    );
  });
}

/** Changes in the order of constructors: reordered pairs of units, and units that did not run before. */
export interface OrderChanges {
  readonly reorderings: Iterable<Reordering>;
  readonly newcomers: readonly Unit[];
}

/** If no order changes, only the lists of files are read. */
export function* orderChanges(links: TwoLinks): Generator<OrderChanges> {
  const { graph, line, lineBefore = line, before, after } = links;
  const old = placements(graph, lineBefore, before);
  const now = placements(graph, line, after);
  for (const [at, placed] of old.entries()) {
    const [one, two] = [actingIn(graph, line, placed), actingIn(graph, line, now[at])];
    if (one.length === two.length && one.every((member, position) => member === two[position])) continue;
    const acting = [...one, ...two];
    const partsOf = unitParts(links, acting, unitsOf(links.twins, acting));
    const [first, second] = [orderOf(graph, line, one, partsOf), orderOf(graph, line, two, partsOf)];
    yield { reorderings: compareOrders(first, second), newcomers: newIn(first, second) };
  }
}

/** By member: the first of those that are copies of one unit. */
export const unitsOf = (twins: Twins, members: readonly MemberId[]): ((member: MemberId) => MemberId) =>
  unitsAmong(twins.unedited ?? twins, members);

function unitsAmong(twins: Twins, members: readonly MemberId[]): (member: MemberId) => MemberId {
  const unit = new Map<MemberId, MemberId>();
  const known = new Map<string, MemberId[]>();
  for (const member of [...new Set(members)].sort((a, b) => a - b)) {
    const { content, unit: unitClass } = twins;
    const classes = [
      ...(content[member] === NONE ? [] : [`bytes ${content[member]}`]),
      ...(unitClass[member] === NONE ? [] : [`unit ${unitClass[member]}`]),
    ];
    const others = [...classes.flatMap((key) => known.get(key) ?? []), ...(twins.declared.get(member) ?? [])];
    const copy = others.find((other) => unit.has(other) && isCopy(twins, member, other));
    const own = copy === undefined ? member : (unit.get(copy) ?? copy);
    unit.set(member, own);
    // One member of each unit is enough for a class, and a copy by bytes may be the first with the unit's name.
    for (const key of classes) {
      const same = known.get(key) ?? [];
      if (!same.some((other) => unit.get(other) === own)) known.set(key, [...same, member]);
    }
  }
  return (member) => unit.get(member) ?? member;
}

function isCopy(twins: Twins, one: MemberId, other: MemberId): boolean {
  const relation = twins.relation(one, other);
  return relation !== null && relation.kind !== 'other-content';
}

function orderOf(
  { inputs }: LinkGraph,
  line: LinkLine,
  acting: readonly MemberId[],
  partsOf: PartsOf,
): Order {
  const order = new Map<string, Map<string, Unit>>();
  for (const [position, member] of acting.entries()) {
    for (const [rank, { kind, isReversed }] of ranksOf(inputs, line, member)) {
      const units = order.get(rank) ?? new Map<string, Unit>();
      order.set(rank, units);
      for (const part of partsOf(member, rank)) {
        const known = units.get(part);
        const copies = [...(known?.copies ?? []), member];
        units.set(part, {
          first: isReversed ? member : copies[0],
          copies,
          kind,
          isReversed: isReversed || (known?.isReversed ?? false),
          from: known?.from ?? position,
          to: position,
        });
      }
    }
  }
  return order;
}

/** The ranks in which a member has constructors. */
export function ranksOf(
  inputs: LinkGraph['inputs'],
  { layout }: LinkLine,
  member: MemberId,
): ReadonlyMap<string, ConstructorArray> {
  const ranks = new Map<string, ConstructorArray>();
  const content = inputs.contents[member];
  for (const effect of content.kind === 'object' ? content.info.sideEffects : []) {
    const array = constructorArray(inputs.format, layout, effect);
    if (array !== null && !(ranks.get(array.rank)?.isReversed ?? false)) ranks.set(array.rank, array);
  }
  return ranks;
}

function newIn(before: Order, after: Order): Unit[] {
  return [...after].flatMap(([rank, units]) =>
    [...units].flatMap(([id, unit]) => (before.get(rank)?.has(id) ? [] : [unit])),
  );
}

function* compareOrders(before: Order, after: Order): Generator<Reordering> {
  for (const [rank, units] of after) {
    const old = before.get(rank);
    if (old === undefined) continue;
    const known = [...units.keys()].filter((unit) => old.has(unit));
    for (const [at, unit] of known.entries())
      for (let next = at + 1; next < known.length; next++) {
        const pair = (order: ReadonlyMap<string, Unit>) =>
          [order.get(unit), order.get(known[next])] as [Unit, Unit];
        const [one, two] = [pair(old), pair(units)];
        const isRepeated = two.some(({ copies }) => copies.length > 1);
        if (relation(one, isRepeated) !== relation(two, isRepeated))
          yield { rank, kind: two[0].kind, before: one, after: two };
      }
  }
}

/**
 * Which of two units comes first. Where the last file runs first, the copy that others bind to runs last: the effects
 * that it sees depend on every copy of the other unit that ran earlier. A constructor that runs a second time may undo
 * effects of the other. So in both cases, each end of one is compared with each of the other.
 * @param isRepeated one of them is still in the link twice after the drop
 */
function relation([one, other]: readonly [Unit, Unit], isRepeated: boolean): string {
  const first = Math.sign(one.from - other.from);
  if (!one.isReversed && !other.isReversed && !isRepeated) return `${first}`;
  const ends = [one.to - other.to, one.from - other.to, one.to - other.from];
  return [first, ...ends.map(Math.sign)].join(' ');
}
