import type { ArchiveId, Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import { instanceKey } from '../origin/origin.js';
import { isDefined } from '../symbols/flags.js';
import { selectRows } from '../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { isImportMember } from './conditions/import-members.js';
import { libraryCalls } from './conditions/library-calls.js';
import type { MissingLibraryDoubt } from './conditions/missing-libraries.js';
import type { NamedDoubt } from './conditions/named-members.js';
import { overlooked } from './conditions/overlooked.js';
import type { Reaches } from './conditions/reach.js';
import { type Copy, CopyLists } from './copies.js';
import type { Ranks } from './ranks.js';
import { findRepeats } from './repeats.js';
import { covers } from './twins/covers.js';
import type { Twins } from './twins/twins.js';
import type { Blocker } from './verdict.js';

/**
 * Candidates for dropping before any link is simulated. By MemberId: `twin` is the best copy (NONE without one), and
 * `blockers` has a reason that already rules out the drop.
 */
export interface Proposal {
  readonly twin: Int32Array;
  readonly copies: CopyLists;
  readonly blockers: (Blocker | null)[];
  /** By MemberId: 1 for members that no link loads and no other line needs, although they have no copy here. */
  readonly unused: Uint8Array;
  /**
   * Assesses dropping a member although its archive ranks before those of its copies. Returns no copies if the archive
   * is fixed, or if the user named it as a provider.
   * @param others members that may be its copies
   */
  assess(member: MemberId, others: readonly MemberId[]): Assessment;
}

/** Copies that could replace a member, and the objection to each of them. */
export interface Assessment {
  readonly copies: Copy[];
  readonly blocker: Blocker | null;
}

/**
 * Most copies of a member that are examined. The member is kept if none of these defines all names that others may
 * reference.
 */
const MOST_COPIES = 64;

/** Checks of a copy that do not depend on a simulated link. */
export interface Doubts {
  /** For links with unreadable members: whether every reference that the member resolves also finds the copy. */
  readonly reaches: Reaches;
  /** For links with missing libraries: the library that prevents the replacement. */
  readonly unread: MissingLibraryDoubt;
  /** For links with a linker script or ordering file: a pattern that matches the member and not its copy. */
  readonly named: NamedDoubt;
  /** The name of another line that needs the member in the archive that both use. */
  neededBy(member: MemberId): string | undefined;
  /** Whether a member without a copy may be dropped, because no link loads it and another line drops it. */
  isUnused(member: MemberId): boolean;
}

/** Data that the assessment of every member needs. */
interface Assessing {
  readonly inputs: Inputs;
  readonly twins: Twins;
  readonly doubts: Doubts;
  readonly blind: ReturnType<typeof unreadableArchives>;
  readonly recompiled: MemberId | undefined;
  readonly calls: Uint8Array | undefined;
}

/**
 * Proposes members to drop.
 * @param ranks which of several copies is kept
 * @param providers archives that the user named, whose copies are kept
 */
export function propose(
  graph: LinkGraph,
  twins: Twins,
  ranks: Ranks,
  providers: readonly ArchiveId[],
  doubts: Doubts,
): Proposal {
  const { inputs } = graph;
  const { rankOf } = ranks;
  const recompiled = recompiledFile(inputs);
  const calls = recompiled === undefined ? undefined : libraryCalls(inputs);
  const assessing: Assessing = {
    inputs,
    twins,
    doubts,
    blind: unreadableArchives(inputs),
    recompiled,
    calls,
  };
  const proposal: Proposal = {
    twin: new Int32Array(inputs.members.length).fill(NONE),
    copies: new CopyLists(inputs, twins, ranks, findRepeats(inputs, twins, ranks)),
    blockers: inputs.members.map(() => null),
    unused: new Uint8Array(inputs.members.length),
    assess: (member, others) => {
      const { archive } = inputs.members[member];
      const isHeld = archive === NONE || rankOf(member) < 0 || providers.includes(archive);
      return isHeld ? { copies: [], blocker: null } : assess(assessing, member, others);
    },
  };
  const otherBuilds = buildsByCrate(inputs, twins);
  for (const { id, archive } of inputs.members) {
    // An object of the line is not in an archive.
    if (archive === NONE) continue;
    const copies = proposal.copies.of(id, MOST_COPIES);
    if (copies.length > 0) {
      proposal.twin[id] = copies[0].twin;
      proposal.blockers[id] = blockerOf(assessing, id, copies);
      continue;
    }
    const { namedBy } = inputs.archives[archive];
    if (namedBy !== undefined && twins.hasAlike(id)) {
      proposal.twin[id] = twins.firstAlike(id);
      proposal.blockers[id] = { code: 'named-file', name: NONE, by: NONE, linker: null, pattern: namedBy };
    } else
      proposeWithoutCopy(assessing, proposal, id, () => otherBuildOf(assessing, otherBuilds, id, rankOf));
  }
  return proposal;
}

/** Records why a member has no copy: different content of its unit, a different build, or no use of the member. */
function proposeWithoutCopy(
  { inputs, doubts }: Assessing,
  proposal: Proposal,
  id: MemberId,
  otherBuild: () => MemberId | undefined,
): void {
  const refuted = proposal.copies.lastOfUnit(id);
  const { isFixed } = inputs.archives[inputs.members[id].archive];
  if (refuted === NONE && !isFixed && doubts.isUnused(id)) {
    proposal.unused[id] = 1;
    proposal.blockers[id] = otherLineBlocker(id, doubts);
    return;
  }
  const against = refuted === NONE ? otherBuild() : refuted;
  if (against === undefined) return;
  proposal.twin[id] = against;
  const code = refuted === NONE ? 'other-build' : 'other-content';
  proposal.blockers[id] = { code, name: NONE, by: against, linker: null };
}

/** @param others in the order of their claim to stay */
function assess(assessing: Assessing, id: MemberId, others: readonly MemberId[]): Assessment {
  const copies = others.flatMap((twin): Copy[] => {
    const { twins } = assessing;
    const evidence = twins.mayReplace(id, twin) ? twins.relation(id, twin) : null;
    return evidence === null || evidence.kind === 'other-content' ? [] : [{ twin, evidence }];
  });
  return { copies, blocker: copies.length > 0 ? blockerOf(assessing, id, copies) : null };
}

/** The reason that rules out a drop with any of these copies, before a link is simulated; null without one. */
function blockerOf(assessing: Assessing, id: MemberId, copies: readonly Copy[]): Blocker | null {
  const { inputs, doubts, blind, recompiled, calls } = assessing;
  const { reaches, unread, named } = doubts;
  const { archive } = inputs.members[id];
  const other = otherLineBlocker(id, doubts);
  if (other !== null) return other;
  const isServed = (wanted?: Uint8Array) =>
    copies.some(
      ({ twin }) => covers(inputs, twin, id, wanted) && reaches(archive, inputs.members[twin].archive),
    );
  if (isImportMember(inputs, id) && !overlooked.has('import-library'))
    return { code: 'import-library', name: NONE, by: copies[0].twin, linker: null };
  const pattern = firstOf(copies, ({ twin }) => named(id, twin));
  if (pattern !== null) return { code: 'named-file', name: NONE, by: NONE, linker: null, pattern };
  const neighbour = blind.own.get(archive) ?? (blind.any === undefined || isServed() ? undefined : blind.any);
  if (neighbour !== undefined)
    return { code: 'unreadable-neighbour', name: NONE, by: neighbour, linker: null };
  if (recompiled !== undefined && calls && defines(inputs, id, calls) && !isServed(calls))
    return { code: 'lto-call', name: NONE, by: recompiled, linker: null };
  const doubt = unread(id, copies[0].twin);
  if (doubt === null || copies.some(({ twin }) => unread(id, twin) === null)) return null;
  return { code: 'unread-library', name: NONE, by: NONE, linker: null, library: doubt.what };
}

/** The objection of another line. */
function otherLineBlocker(id: MemberId, { neededBy }: Doubts): Blocker | null {
  const otherLine = neededBy(id);
  return otherLine === undefined
    ? null
    : { code: 'other-line', name: NONE, by: NONE, linker: null, otherLine };
}

function firstOf<Value, Found>(values: readonly Value[], find: (value: Value) => Found | null): Found | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}

/** A member with state in a stronger archive, of a different build of the same crate. */
function otherBuildOf(
  { inputs, twins }: Assessing,
  otherBuilds: ReadonlyMap<string, readonly MemberId[]>,
  id: MemberId,
  rankOf: (member: MemberId) => number,
): MemberId | undefined {
  const origin = twins.origins[id];
  if (!origin || !hasState(inputs, id)) return undefined;
  return otherBuilds
    .get(origin.crate)
    ?.find((member) => rankOf(member) < rankOf(id) && twins.origins[member]?.build !== origin.build);
}

/**
 * By crate name, for each archive and build: the largest member with state, which a report about different builds
 * names.
 */
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

/** Whether a member has mutable globals: then a different build of it is a second state, not only more code. */
function hasState({ symbols }: Inputs, member: MemberId): boolean {
  const { first } = selectRows(symbols, 'state');
  return first[member] < first[member + 1];
}

/** A file that LTO compiles again: its new code may call names that its native code does not call. */
const recompiledFile = ({ contents }: Inputs): MemberId | undefined => {
  const member = contents.findIndex((content) => content.kind === 'object' && content.info.isRecompiled);
  return member === NONE ? undefined : member;
};

/** Whether a member defines one of these names. */
function defines({ symbols }: Inputs, member: MemberId, wanted: Uint8Array): boolean {
  const { firstSymbol, flags, name } = symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol]) && wanted[name[symbol]] === 1) return true;
  return false;
}

/**
 * Unreadable members, which may reference any name: they block all drops from their own archive, and in other archives
 * drops whose copy does not define all names of the member.
 */
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
