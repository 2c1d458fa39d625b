import { lazily } from '../bytes/lazily.js';
import { LineError } from '../link/command/line-error.js';
import type { ArchiveId, Inputs } from '../link/inputs/inputs.js';
import { buildLinkGraph, type LinkGraph } from '../link/inputs/link-graph.js';
import { archivesOf, type LinkLine, withArchivesFirst } from '../link/line/link-line.js';
import { refusalOf } from '../link/line/refusals.js';
import { outcomesOf, profilesOf } from '../link/linkers/find-profile.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { reportProgress } from '../progress/progress.js';
import type { MemberId } from '../symbols/table.js';
import { isPassing, missingLibraryDoubt } from './conditions/missing-libraries.js';
import { namedDoubt } from './conditions/named-members.js';
import { isOpenWorld, withUnknownUsers } from './conditions/open-world.js';
import { reachOf } from './conditions/reach.js';
import { propose } from './propose.js';
import { rankMembers } from './ranks.js';
import type { Scenario } from './scenario.js';
import { Search } from './search/search.js';
import type { GivenScenario } from './search/settled-scenarios.js';
import { SimulatedLinks } from './simulated-links.js';
import { findShadowed, type Shadowed } from './state/shadowed.js';
import { findSplitState, type SplitState } from './state/split-state.js';
import { buildStateTable, type StateTable } from './state/state.js';
import { findOtherBuilds, type OtherBuilds } from './twins/other-builds.js';
import { rankArchives } from './twins/owners.js';
import { claim, type Ownership, withDeclared } from './twins/ownership.js';
import { findTwins, pairsAlike, type Twins } from './twins/twins.js';
import { isNeverLoaded } from './unused.js';
import type { Blocker, Verdict } from './verdict.js';

/** The user's choices for a plan of drops. */
export interface PlanOptions {
  /** Archives whose copies stay, strongest first; all others are ranked by the number of members that they cover. */
  readonly providers: readonly ArchiveId[];
  /** Owners of single crates or symbols, whichever archive ranks first; the first rule that matches counts. */
  readonly ownership?: readonly Ownership[];
  /**
   * The linker that will read the line: the plan must hold on each of its outcomes. Null: on every linker of the
   * format.
   */
  readonly linker: LinkerProfile | null;
  /** Requirements of other lines with the same archives; absent if a line is planned alone. */
  readonly shared?: SharedArchives;
}

/** Archives that several lines share in one trimmed form. */
export interface SharedArchives {
  /** Archives by their claim to keep a copy, after the providers; undefined: by the members that they cover. */
  readonly ranking: readonly ArchiveId[] | undefined;
  /** The name of a line that needs the member; undefined: no other line needs it. */
  neededBy(member: MemberId): string | undefined;
  /** Whether a member without a copy on this line may be dropped if no linker loads it. */
  mayGoUnused(member: MemberId): boolean;
}

/** Analysis of inputs that does not depend on the line. */
export interface Prepared {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly state: StateTable;
}

export function prepare(inputs: Inputs, line: Pick<LinkLine, 'wrapped'>): Prepared {
  const graph = buildLinkGraph(inputs, line);
  reportProgress('compare', 'members');
  const twins = findTwins(inputs);
  return { graph, twins, state: buildStateTable(graph, twins) };
}

export interface TrimPlan extends Prepared {
  readonly links: SimulatedLinks;
  readonly line: LinkLine;
  readonly isOpenWorld: boolean;
  /** Archives in the order of their claim to keep a copy. */
  readonly owners: readonly ArchiveId[];
  /** The providers, or the first owner if none is named: archives that an unknown line may have first. */
  readonly firstOwners: readonly ArchiveId[];
  /** By MemberId. */
  readonly verdicts: readonly Verdict[];
  /** All simulated links; reports describe the first. */
  readonly scenarios: readonly Scenario[];
  readonly splitBefore: readonly SplitState[];
  readonly splitAfter: readonly SplitState[];
  /** Of the link after. */
  readonly otherBuilds: readonly OtherBuilds[];
  /** Of the link after. */
  readonly shadowed: readonly Shadowed[];
  /** Pairs of members that were compared; 0 means that there was nothing to deduplicate. */
  readonly comparedPairs: number;
}

/**
 * Plans which members to drop from their archives, such that on each linker every remaining reference still resolves to
 * the right definition. Starts by dropping all candidates and puts whole crates back until every condition holds.
 * @param simulated links of the same inputs that another plan simulated
 * @throws LineError if the requested linker would reject the line
 */
export function planTrim(
  inputs: Inputs,
  givenLine: LinkLine,
  options: PlanOptions,
  prepared: Prepared = prepare(inputs, givenLine),
  simulated?: SimulatedLinks,
): TrimPlan {
  const plan = planIfMore(inputs, givenLine, options, prepared, {
    ...(simulated && { simulated }),
    fewest: 0,
    mayHelp: () => true,
  });
  // There is always a plan that drops nothing.
  if (plan === null) throw new Error('no plan for a line');
  return plan;
}

/** A link, and why drops from it were refused. */
export interface RefusedDrops {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly before: Resolution;
  readonly blockers: readonly Blocker[];
}

/** The goal of a plan. */
export interface Aim {
  /** Links of the same inputs that another plan simulated. */
  readonly simulated?: SimulatedLinks;
  readonly fewest: number;
  /** Called with the links before anything is dropped. */
  mayHelp(given: readonly GivenScenario[]): boolean;
  /** Called with the given line without all members that may still be dropped. */
  isEnough?(after: Resolution): boolean;
  /** Called before null is returned because too few members can be dropped, with the reasons against the others. */
  onRefusal?(refused: RefusedDrops): void;
}

/**
 * As `planTrim`, but returns null for a large link as soon as fewer members than `fewest` can be dropped, or dropping
 * all remaining candidates is not enough; and for any link if the first simulation already rules out a benefit.
 */
export function planIfMore(
  inputs: Inputs,
  givenLine: LinkLine,
  options: PlanOptions,
  prepared: Prepared,
  { fewest, mayHelp, simulated, isEnough, onRefusal }: Aim,
): TrimPlan | null {
  // A given plan has further links, which are simulated on demand.
  const { graph, state } = prepared;
  const claims = claim(inputs, prepared.twins, options.ownership ?? []);
  const twins = options.ownership?.length ? withDeclared(inputs, prepared.twins, claims) : prepared.twins;
  const openWorld = isOpenWorld(givenLine);
  const line = openWorld ? withUnknownUsers(graph, givenLine) : givenLine;
  const owners = rankArchives(inputs, twins, archivesOf(line), options.providers, options.shared?.ranking);
  // An archive that the line does not name cannot be a provider, either.
  const named = owners.filter((archive) => !inputs.archives[archive].isFixed);
  const firstOwners =
    options.providers.length > 0 ? options.providers : (named.length > 0 ? named : owners).slice(0, 1);
  const links = simulated?.twins === twins ? simulated : new SimulatedLinks(graph, twins, state);
  const scenarios = scenariosOf(links, line, options, openWorld, firstOwners);
  if (fewest > 0 && !mayHelp(scenarios)) return null;
  const ranks = rankMembers(inputs, line, owners, claims);
  const proposal = propose(graph, twins, ranks, options.providers, {
    reaches: reachOf(scenarios),
    unread: missingLibraryDoubt(graph, scenarios),
    named: namedDoubt(inputs, line),
    neededBy: (member) => options.shared?.neededBy(member),
    isUnused: unusedHere(graph, line, scenarios, options.shared),
  });
  const search = new Search(links, proposal);
  const settled = search.settle(scenarios, fewest, isEnough);
  if (settled === null) {
    onRefusal?.({ graph, twins, before: scenarios[0].before, blockers: search.blockers() });
    return null;
  }
  const [{ before, after }] = settled;
  return lazily({
    graph,
    state,
    twins,
    links,
    line,
    isOpenWorld: openWorld,
    owners,
    firstOwners,
    verdicts: search.verdicts(),
    scenarios: settled,
    splitBefore: () => findSplitState(graph, state, before),
    splitAfter: () => findSplitState(graph, state, after),
    otherBuilds: () => findOtherBuilds(graph, twins, after),
    shadowed: () => findShadowed(graph, twins, after, options.providers, claims),
    comparedPairs: () => pairsAlike(inputs, twins) + proposal.copies.repeats.size,
  });
}

/** Members that other lines would drop and that no link of this line loads. */
function unusedHere(
  { inputs }: LinkGraph,
  line: LinkLine,
  scenarios: readonly Omit<Scenario, 'after'>[],
  shared: SharedArchives | undefined,
): (member: MemberId) => boolean {
  if (shared === undefined) return () => false;
  const found = lazily({ isUnused: () => isNeverLoaded(inputs, line, scenarios) });
  return (member) => shared.mayGoUnused(member) && found.isUnused(member);
}

/** The requested linker, or all that accept the line. @throws LineError if the requested one does not */
function profilesFor(
  { inputs }: LinkGraph,
  line: LinkLine,
  linker: LinkerProfile | null,
): readonly LinkerProfile[] {
  const refusal = linker && refusalOf(linker, line);
  if (refusal) throw new LineError(refusal);
  if (linker) return outcomesOf(linker);
  const all = profilesOf(inputs.format ?? 'elf');
  const willing = all.filter((profile) => refusalOf(profile, line) === null);
  if (willing.length === 0)
    throw new LineError(refusalOf(all[0], line) ?? 'no simulated linker accepts this line');
  return willing;
}

function scenariosOf(
  links: SimulatedLinks,
  line: LinkLine,
  options: PlanOptions,
  openWorld: boolean,
  firstOwners: readonly ArchiveId[],
): GivenScenario[] {
  const { graph } = links;
  const profiles = profilesFor(graph, line, options.linker);
  // Names that only an index has join the table before the first column by name is laid out.
  if (profiles.some(({ trustsIndex }) => trustsIndex)) void graph.indexed;
  const variants: Pick<Scenario, 'variant' | 'line'>[] = [{ variant: 'as-given', line }];
  if (openWorld && !options.linker)
    variants.push({ variant: 'providers-first', line: withArchivesFirst(line, firstOwners) });
  if (!openWorld && line.missingLibraries.length > 0)
    variants.push({ variant: 'unknown-users', line: withUnknownUsers(graph, line) });
  return variants.flatMap(({ variant, line: varied }) =>
    profiles
      .filter((profile) => variant !== 'unknown-users' || !isPassing(profile))
      .map((profile) => {
        let before: Resolution | undefined;
        return {
          profile,
          line: varied,
          variant,
          get before() {
            before ??= links.before({ profile, line: varied });
            return before;
          },
        };
      }),
  );
}
