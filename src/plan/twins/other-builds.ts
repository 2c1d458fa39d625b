import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { type Use, usersOf } from '../../link/resolve/why.js';
import { instanceKey } from '../../origin/origin.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Twins } from './twins.js';

/**
 * A crate with mutable globals of which a link has more than one build: the program then has two contexts or
 * registries, and no duplicate symbols, because the names of the builds differ.
 */
export interface OtherBuilds {
  /** Name of the crate. */
  readonly crate: string;
  /** Two or more, in the order the linker loads their first files. */
  readonly builds: readonly CrateBuild[];
}

export interface CrateBuild {
  /** The build's hash of 16 digits in member names. Two builds with different content may have the same hash. */
  readonly build: string;
  /** Its loaded files, in input order. */
  readonly members: readonly MemberId[];
  /** The first loaded file of each archive and crate that references the build, in load order, without its own. */
  readonly users: readonly MemberId[];
}

/**
 * Finds all crates with mutable (also thread-local) globals of which the link has several builds. Two builds have
 * different hashes in their members' names, or a unit whose content differs by module hash or bytes. Two versions of a
 * crate that are both in every archive come from one dependency graph and are not reported.
 */
export function findOtherBuilds(
  graph: LinkGraph,
  twins: Twins,
  resolution: Resolution,
): readonly OtherBuilds[] {
  const found = known.get(resolution);
  if (found?.twins === twins) return found.builds;
  const builds = otherBuildsIn(graph, twins, resolution);
  known.set(resolution, { twins, builds });
  return builds;
}

/** By link: each kind of cure asks of the link before. */
const known = new WeakMap<Resolution, { readonly twins: Twins; readonly builds: readonly OtherBuilds[] }>();

function otherBuildsIn(graph: LinkGraph, twins: Twins, resolution: Resolution): OtherBuilds[] {
  const found: { readonly crate: string; readonly builds: readonly Instance[][] }[] = [];
  for (const [crate, instances] of instancesByCrate(graph, twins, resolution)) {
    const builds = joinEqualBuilds(twins, instances);
    if (builds.length >= 2 && !areSideBySide(builds)) found.push({ crate, builds });
  }
  const uses = usersOf(
    graph,
    resolution,
    found.flatMap(({ builds }) => builds.flatMap(membersOf)),
  );
  return found.map(({ crate, builds }) => ({
    crate,
    builds: builds.map((instances) => {
      const members = membersOf(instances);
      const users = usersOfBuild(graph, twins, resolution, uses, members);
      return { build: instances[0].build, members, users };
    }),
  }));
}

const membersOf = (instances: readonly Instance[]): MemberId[] =>
  instances.flatMap(({ members }) => members).sort((a, b) => a - b);

/** The members of one build in one archive. */
interface Instance {
  readonly build: string;
  readonly archive: number;
  readonly members: MemberId[];
}

function instancesByCrate(
  { inputs }: LinkGraph,
  twins: Twins,
  { loaded }: Resolution,
): Map<string, Instance[]> {
  const instances = new Map<string, Instance & { readonly crate: string }>();
  const { first } = selectRows(inputs.symbols, 'state');
  const stateful = new Set<string>();
  for (const member of loaded) {
    const origin = twins.origins[member];
    if (!origin) continue;
    const { archive } = inputs.members[member];
    const key = `${archive}:${instanceKey(origin)}`;
    const instance = instances.get(key);
    if (instance) instance.members.push(member);
    else instances.set(key, { build: origin.build, crate: origin.crate, archive, members: [member] });
    if (first[member] < first[member + 1]) stateful.add(key);
  }
  const byCrate = new Map<string, Instance[]>();
  for (const [key, instance] of instances)
    if (stateful.has(key)) byCrate.set(instance.crate, [...(byCrate.get(instance.crate) ?? []), instance]);
  return byCrate;
}

/** Instances of the same build. */
interface Build {
  readonly build: string;
  readonly instances: Instance[];
  readonly units: UnitCopies;
}

/** Joins instances with equal hashes of which no unit is known to differ. */
function joinEqualBuilds(twins: Twins, instances: readonly Instance[]): Instance[][] {
  const builds: Build[] = [];
  for (const instance of instances) {
    const same = builds.find(
      ({ build, units }) => build === instance.build && !isRefuted(twins, units, instance),
    );
    const build: Build = same ?? { build: instance.build, instances: [], units: new Map() };
    if (!same) builds.push(build);
    build.instances.push(instance);
    for (const member of instance.members) addUnit(twins, build.units, member);
  }
  return builds.map((build) => build.instances);
}

/** By unit: members of a build, one for each variant of the unit. */
type UnitCopies = Map<number, MemberId[]>;

const isRefuted = ({ unit, relation }: Twins, units: UnitCopies, { members }: Instance): boolean =>
  members.some((member) =>
    (units.get(unit[member]) ?? []).some((other) => relation(member, other)?.kind === 'other-content'),
  );

/** Adds a member, unless an equal variant of its unit is there, since comparing with that one suffices. */
function addUnit(twins: Twins, units: UnitCopies, member: MemberId): void {
  const { content, unit } = twins;
  const known = units.get(unit[member]) ?? [];
  units.set(unit[member], known);
  const variant = twins.variantOf(member);
  const isSelfCopy = twins.copiesOfVariant(variant).includes(variant);
  const isKnown = known.some(
    (other) =>
      twins.variantOf(other) === variant &&
      (isSelfCopy || (content[other] !== NONE && content[other] === content[member])),
  );
  if (!isKnown) known.push(member);
}

/** Whether every build is in the same archives as the first one. */
function areSideBySide(builds: readonly (readonly Instance[])[]): boolean {
  const [first, ...others] = builds.map((build) => new Set(build.map(({ archive }) => archive)));
  return others.every((archives) => archives.size === first.size && [...archives].every((a) => first.has(a)));
}

/** One file of each archive and crate that refers to one of a build's files, in load order. */
function usersOfBuild(
  graph: LinkGraph,
  twins: Twins,
  { loaded }: Resolution,
  uses: ReadonlyMap<MemberId, readonly Use[]>,
  members: readonly MemberId[],
): MemberId[] {
  const own = new Set(members);
  const users = new Set(members.flatMap((member) => uses.get(member)?.map(({ user }) => user) ?? []));
  const told = new Set<string>();
  return loaded.filter((member) => {
    if (own.has(member) || !users.has(member)) return false;
    const origin = twins.origins[member];
    const key = `${graph.inputs.members[member].archive}:${origin ? instanceKey(origin) : member}`;
    const isFirst = !told.has(key);
    told.add(key);
    return isFirst;
  });
}
