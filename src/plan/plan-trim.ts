import type { ArchiveId, Inputs } from '../link/inputs.js';
import { buildLinkGraph, type LinkGraph } from '../link/link-graph.js';
import { archivesOf, type LinkLine, withArchivesFirst } from '../link/link-line.js';
import { type LinkerProfile, profilesOf } from '../link/linker-profile.js';
import type { Resolution } from '../link/resolution.js';
import { resolve } from '../link/resolve.js';
import { instanceKey } from '../origin/origin.js';
import { isState } from '../symbols/symbol-flags.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';
import { isOpenWorld, withUnknownUsers } from './open-world.js';
import { covers, rankArchives } from './owners.js';
import { findViolations } from './safety.js';
import { findSplitState, type SplitState } from './split-state.js';
import { buildStateTable, type StateTable } from './state.js';
import { findTwins, type Twins } from './twins.js';
import type { Blocker, Evidence, Verdict } from './verdict.js';

export interface PlanOptions {
  /** Archives whose copies stay, strongest first; the rest are ranked by what they cover. */
  readonly providers: readonly ArchiveId[];
  /** The linker that will read the line; null: the plan must hold on every linker of the format. */
  readonly linker: LinkerProfile | null;
}

/** One link that the plan must hold for: a linker and a line. */
export interface Scenario {
  readonly profile: LinkerProfile;
  readonly line: LinkLine;
  /** Whether the line is the one that was given, or a variant of it that an unknown linker line may be. */
  readonly isGivenLine: boolean;
  readonly before: Resolution;
  readonly after: Resolution;
}

/** What is found out about inputs once, whatever the line. */
export interface Prepared {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly state: StateTable;
}

export function prepare(inputs: Inputs): Prepared {
  const graph = buildLinkGraph(inputs);
  const twins = findTwins(inputs);
  return { graph, twins, state: buildStateTable(graph, twins) };
}

export interface TrimPlan extends Prepared {
  readonly line: LinkLine;
  readonly isOpenWorld: boolean;
  /** Archives in the order of their claim to keep a copy. */
  readonly owners: readonly ArchiveId[];
  /** The providers, or where none is named the first owner: what an unknown line may have first. */
  readonly firstOwners: readonly ArchiveId[];
  /** By MemberId. */
  readonly verdicts: readonly Verdict[];
  /** First the one that reports speak of. */
  readonly scenarios: readonly Scenario[];
  readonly splitBefore: readonly SplitState[];
  readonly splitAfter: readonly SplitState[];
  /** Pairs of members that were compared: 0 means that the plan says nothing. */
  readonly comparedPairs: number;
}

/**
 * Decides for each member whether its archive can go without it, such that on each linker asked for every remaining
 * reference still finds a definition, and the right one. All candidates are taken away together, and put back, whole
 * crates at a time, until every condition holds: the greatest set that this reaches.
 */
export function planTrim(
  inputs: Inputs,
  givenLine: LinkLine,
  options: PlanOptions,
  prepared: Prepared = prepare(inputs),
): TrimPlan {
  const { graph, twins, state } = prepared;
  const openWorld = isOpenWorld(givenLine);
  const line = openWorld ? withUnknownUsers(graph, givenLine) : givenLine;
  const owners = rankArchives(inputs, twins, archivesOf(line), options.providers);
  const proposal = propose(graph, twins, owners);
  const firstOwners = options.providers.length > 0 ? options.providers : owners.slice(0, 1);
  const scenarios = scenariosOf(graph, line, options, openWorld, firstOwners);
  const search = new Search(graph, twins, state, proposal);
  const settled = search.settle(scenarios);
  const [{ before, after }] = settled;
  return {
    ...prepared,
    line,
    isOpenWorld: openWorld,
    owners,
    firstOwners,
    verdicts: inputs.members.map(({ id }) => search.verdict(id)),
    scenarios: settled,
    splitBefore: findSplitState(graph, state, before),
    splitAfter: findSplitState(graph, state, after),
    comparedPairs: twins.alike.reduce((sum, alike) => sum + alike.length, 0) / 2,
  };
}

/** A member that could stand for another, and why. */
interface Copy {
  readonly twin: MemberId;
  readonly evidence: Evidence;
}

/** What could be dropped, by MemberId, before any link is simulated; and what already speaks against the rest. */
interface Proposal {
  readonly twin: Int32Array;
  /** Members that could stand for it: the same bytes first, then by the claim of their archive. */
  readonly copies: Copy[][];
  readonly blockers: (Blocker | null)[];
}

function propose(graph: LinkGraph, twins: Twins, owners: readonly ArchiveId[]): Proposal {
  const { inputs } = graph;
  const rank = new Map(owners.map((archive, at) => [archive, at]));
  const rankOf = (member: MemberId) => rank.get(inputs.members[member].archive) ?? Number.POSITIVE_INFINITY;
  const blind = unreadableArchives(inputs);
  const proposal: Proposal = {
    twin: new Int32Array(inputs.members.length).fill(NONE),
    copies: inputs.members.map(() => []),
    blockers: inputs.members.map(() => null),
  };
  const otherBuilds = buildsByCrate(inputs, twins);
  for (const { id, archive } of inputs.members) {
    const stronger = twins.alike[id]
      .filter((other) => rankOf(other) < rankOf(id))
      .sort((a, b) => rankOf(a) - rankOf(b));
    const copies = proposal.copies[id];
    let refuted: MemberId = NONE;
    for (const other of stronger) {
      const relation = twins.relation(id, other);
      if (relation?.kind === 'other-content') refuted = other;
      if (relation === null || relation.kind === 'other-content') continue;
      copies.push({ twin: other, evidence: relation });
    }
    const isLooser = ({ evidence }: Copy) => (evidence.kind === 'identical-bytes' ? 0 : 1);
    copies.sort((a, b) => isLooser(a) - isLooser(b));
    const block = (twin: MemberId, code: Blocker['code'], by: MemberId) => {
      proposal.twin[id] = twin;
      proposal.blockers[id] = { code, name: NONE, by, linker: null };
    };
    if (copies.length > 0) {
      const [{ twin }] = copies;
      proposal.twin[id] = twin;
      const neighbour = blind.own.get(archive) ?? (covers(inputs, twin, id) ? undefined : blind.any);
      if (neighbour !== undefined) block(twin, 'unreadable-neighbour', neighbour);
    } else if (refuted !== NONE) block(refuted, 'other-content', refuted);
    else {
      const origin = twins.origins[id];
      const builds = (origin && hasState(inputs, id) && otherBuilds.get(origin.crate)) || [];
      const other = builds.find(
        (member) => rankOf(member) < rankOf(id) && twins.origins[member]?.build !== origin?.build,
      );
      if (other !== undefined) block(other, 'other-build', other);
    }
  }
  return proposal;
}

/** By crate name, for each archive and build of it the largest member with state: who to name when builds differ. */
function buildsByCrate(inputs: Inputs, twins: Twins): Map<string, MemberId[]> {
  const largest = new Map<string, MemberId>();
  for (const { id, archive, size } of inputs.members) {
    const origin = twins.origins[id];
    if (!origin || !hasState(inputs, id)) continue;
    const key = `${archive}:${instanceKey(origin)}`;
    const known = largest.get(key);
    if (known === undefined || inputs.members[known].size < size) largest.set(key, id);
  }
  const byCrate = new Map<string, MemberId[]>();
  for (const member of largest.values()) {
    const crate = twins.origins[member]?.crate ?? '';
    byCrate.set(crate, [...(byCrate.get(crate) ?? []), member]);
  }
  return byCrate;
}

/** Whether a member carries mutable globals: another build of it is then a second state, not only more code. */
function hasState(inputs: Inputs, member: MemberId): boolean {
  const { firstSymbol, flags } = inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isState(flags[symbol])) return true;
  return false;
}

/** What cannot be read may refer to anything: it blocks its own archive, and elsewhere whatever is not covered in full. */
function unreadableArchives(inputs: Inputs): { own: Map<ArchiveId, MemberId>; any: MemberId | undefined } {
  const own = new Map<ArchiveId, MemberId>();
  let any: MemberId | undefined;
  for (const { id, archive } of inputs.members) {
    if (inputs.contents[id].kind !== 'unreadable') continue;
    any ??= id;
    if (!own.has(archive)) own.set(archive, id);
  }
  return { own, any };
}

function scenariosOf(
  graph: LinkGraph,
  line: LinkLine,
  options: PlanOptions,
  openWorld: boolean,
  firstOwners: readonly ArchiveId[],
): Omit<Scenario, 'after'>[] {
  const profiles = options.linker ? [options.linker] : profilesOf(graph.inputs.format ?? 'elf');
  // Names that only an index has join the table before the first column by name is laid out.
  if (profiles.some(({ trustsIndex }) => trustsIndex)) void graph.indexed;
  const variants = openWorld && !options.linker ? [line, withArchivesFirst(line, firstOwners)] : [line];
  const nothing = new Uint8Array(graph.inputs.members.length);
  return variants.flatMap((variant) =>
    profiles.map((profile) => ({
      profile,
      line: variant,
      isGivenLine: variant === line,
      before: resolve(graph, variant, profile, nothing),
    })),
  );
}

/** Members that leave their archive together or not at all: the units of one crate, else the member alone. */
function groupsOf(
  inputs: Inputs,
  twins: Twins,
): { readonly group: Int32Array; readonly members: MemberId[][] } {
  const ids = new Map<string, number>();
  const members: MemberId[][] = [];
  const group = Int32Array.from(inputs.members, ({ id, archive }) => {
    const origin = twins.origins[id];
    const key = origin ? `${archive}:${instanceKey(origin)}` : `member ${id}`;
    const known = ids.get(key) ?? members.push([]) - 1;
    ids.set(key, known);
    members[known].push(id);
    return known;
  });
  return { group, members };
}

/** The search for the greatest set of members that can go together. */
class Search {
  readonly #dropped: Uint8Array;
  readonly #blockers: (Blocker | null)[];
  #hasReturned = false;
  readonly #groups: { readonly group: Int32Array; readonly members: MemberId[][] };

  constructor(
    readonly graph: LinkGraph,
    readonly twins: Twins,
    readonly state: StateTable,
    readonly proposal: Proposal,
  ) {
    const { members } = graph.inputs;
    this.#groups = groupsOf(graph.inputs, twins);
    this.#blockers = [...proposal.blockers];
    this.#dropped = Uint8Array.from(members, ({ id }) =>
      proposal.copies[id].length > 0 && !proposal.blockers[id] ? 1 : 0,
    );
    for (const { id } of members) if (!this.#dropped[id]) this.#keepGroupWhole(id);
  }

  /** Puts back what some scenario cannot do without, until all conditions hold in all of them. */
  settle(scenarios: readonly Omit<Scenario, 'after'>[]): Scenario[] {
    const after: Resolution[] = [];
    let confirmed = 0;
    // Members only ever return, so each round either ends the search or shrinks the set.
    for (let at = 0; confirmed < scenarios.length; at = (at + 1) % scenarios.length) {
      const scenario = scenarios[at];
      after[at] = resolve(this.graph, scenario.line, scenario.profile, this.#dropped);
      confirmed = this.#withdraw(scenario, after[at]) ? 0 : confirmed + 1;
    }
    return scenarios.map((scenario, at) => ({ ...scenario, after: after[at] }));
  }

  verdict(member: MemberId): Verdict {
    const twin = this.proposal.twin[member];
    const blocker = this.#blockers[member];
    if (this.#dropped[member]) return { kind: 'drop', member, ...this.#standingCopy(member) };
    if (blocker) return { kind: 'blocked', member, twin, blocker };
    const content = this.graph.inputs.contents[member].kind;
    if (content !== 'object')
      return { kind: 'keep', member, reason: content === 'unreadable' ? 'unreadable' : 'not-an-object' };
    return { kind: 'keep', member, reason: this.twins.alike[member].length > 0 ? 'owner' : 'no-twin' };
  }

  /** Of a dropped member: the best copy that stays itself. Where none does, each is gone for one that does. */
  #standingCopy(member: MemberId): Copy {
    const copies = this.proposal.copies[member];
    return copies.find(({ twin }) => !this.#dropped[twin]) ?? copies[0];
  }

  /** @returns whether anything was put back */
  #withdraw(scenario: Omit<Scenario, 'after'>, after: Resolution): boolean {
    const violations = findViolations({
      graph: this.graph,
      twins: this.twins,
      state: this.state,
      before: scenario.before,
      after,
      dropped: this.#dropped,
      exportsSymbols: scenario.line.exportsSymbols,
    });
    this.#hasReturned = false;
    // What has a cause goes first: without it, the rest may right itself.
    const caused = violations.filter(({ blame }) => blame.length > 0);
    for (const { code, name, by, blame } of caused.length > 0 ? caused : violations) {
      const blamed = blame.length > 0 ? blame : this.#everythingLoaded(scenario.before);
      for (const member of blamed) this.#putBack(member, { code, name, by, linker: scenario.profile.id });
    }
    // Without this a violation that nothing dropped explains would be found for ever.
    if (violations.length > 0 && !this.#hasReturned)
      throw new Error('a plan that cannot settle: nothing is left to put back');
    return violations.length > 0;
  }

  /** When no cause is to be seen, whatever was dropped of this link may be it. */
  #everythingLoaded(before: Resolution): MemberId[] {
    const loaded = before.loaded.filter((member) => this.#dropped[member]);
    return loaded.length > 0
      ? loaded
      : this.graph.inputs.members.filter(({ id }) => this.#dropped[id]).map(({ id }) => id);
  }

  #putBack(member: MemberId, blocker: Blocker): void {
    if (!this.#dropped[member]) return;
    this.#hasReturned = true;
    this.#dropped[member] = 0;
    this.#blockers[member] = blocker;
    this.#keepGroupWhole(member);
  }

  /** Half a crate here and half a crate there is the split that we are to mend: the rest of its group stays too. */
  #keepGroupWhole(stays: MemberId): void {
    for (const member of this.#groups.members[this.#groups.group[stays]]) {
      if (!this.#dropped[member]) continue;
      this.#dropped[member] = 0;
      this.#blockers[member] = { code: 'crate-split', name: NONE, by: stays, linker: null };
    }
  }
}
