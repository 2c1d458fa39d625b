import type { Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { usersOfEach } from '../../link/resolve/report-searches.js';
import type { Resolution } from '../../link/resolve/resolution.js';
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
    if (instances.length < 2) continue;
    const builds = joinEqualBuilds(twins, instances);
    if (builds.length >= 2 && !areSideBySide(builds)) found.push({ crate, builds });
  }
  const uses = usersOfEach(
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
  /** By unit: members of the instances. Undefined while nothing was compared with them. */
  units?: UnitMembers;
}

/** Joins instances with equal hashes of which no unit is known to differ. */
function joinEqualBuilds(twins: Twins, instances: readonly Instance[]): Instance[][] {
  const builds: Build[] = [];
  for (const instance of instances) {
    const same = builds.find((build) => build.build === instance.build && !isRefuted(twins, build, instance));
    if (same === undefined) builds.push({ build: instance.build, instances: [instance] });
    else {
      same.instances.push(instance);
      if (same.units) addUnits(twins, same.units, instance);
    }
  }
  return builds.map((build) => build.instances);
}

/** By unit: members of a build, and one of each variant, once those were found. */
type UnitMembers = Map<number, { readonly all: MemberId[]; variants: MemberId[] | null }>;

/** Whether content of a unit differs from that of a build. Hashes are read of units that both have. */
function isRefuted(twins: Twins, build: Build, { members }: Instance): boolean {
  const { unit, relation } = twins;
  if (build.units === undefined) {
    build.units = new Map();
    for (const instance of build.instances) addUnits(twins, build.units, instance);
  }
  for (const member of members) {
    const known = build.units.get(unit[member]);
    if (known === undefined) continue;
    known.variants ??= variantsOf(twins, known.all);
    if (known.variants.some((other) => relation(member, other)?.kind === 'other-content')) return true;
  }
  return false;
}

function addUnits({ unit }: Twins, units: UnitMembers, { members }: Instance): void {
  for (const member of members) {
    const known = units.get(unit[member]);
    if (known === undefined) units.set(unit[member], { all: [member], variants: null });
    else {
      known.all.push(member);
      known.variants = null;
    }
  }
}

/** One member for each equal variant of their unit, since comparing with that one suffices. */
function variantsOf(twins: Twins, members: readonly MemberId[]): MemberId[] {
  if (members.length < 2) return [...members];
  const found: MemberId[] = [];
  for (const member of members) if (!isVariantKnown(twins, found, member)) found.push(member);
  return found;
}

function isVariantKnown(twins: Twins, known: readonly MemberId[], member: MemberId): boolean {
  const { content } = twins;
  const variant = twins.variantOf(member);
  const isSelfCopy = twins.copiesOfVariant(variant).includes(variant);
  return known.some(
    (other) =>
      twins.variantOf(other) === variant &&
      (isSelfCopy || (content[other] !== NONE && content[other] === content[member])),
  );
}

/** Whether every build is in the same archives as the first one. */
function areSideBySide(builds: readonly (readonly Instance[])[]): boolean {
  const [first, ...others] = builds.map((build) => new Set(build.map(({ archive }) => archive)));
  return others.every((archives) => archives.size === first.size && [...archives].every((a) => first.has(a)));
}

/** By link, by MemberId: its place in the order in which files are loaded. */
const ranks = new WeakMap<Resolution, Int32Array>();

function loadOrder({ members }: Inputs, link: Resolution): Int32Array {
  const rank = ranks.get(link) ?? new Int32Array(members.length);
  if (!ranks.has(link)) for (const [at, member] of link.loaded.entries()) rank[member] = at;
  ranks.set(link, rank);
  return rank;
}

/** One file of each archive and crate that refers to one of a build's files, in load order. */
function usersOfBuild(
  graph: LinkGraph,
  twins: Twins,
  link: Resolution,
  uses: ReadonlyMap<MemberId, readonly MemberId[]>,
  members: readonly MemberId[],
): MemberId[] {
  const own = new Set(members);
  const users = new Set(members.flatMap((member) => uses.get(member) ?? []));
  const told = new Set<string>();
  const rank = loadOrder(graph.inputs, link);
  return [...users]
    .sort((one, other) => rank[one] - rank[other])
    .filter((member) => {
      if (own.has(member)) return false;
      const origin = twins.origins[member];
      const key = `${graph.inputs.members[member].archive}:${origin ? instanceKey(origin) : member}`;
      const isFirst = !told.has(key);
      told.add(key);
      return isFirst;
    });
}
