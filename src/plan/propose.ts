import type { ArchiveId, Inputs } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import { instanceKey } from '../origin/origin.js';
import { isDefined, isState } from '../symbols/flags.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { libraryCalls } from './conditions/library-calls.js';
import type { Reaches } from './conditions/reach.js';
import type { UnreadDoubt } from './conditions/unread-libraries.js';
import { type Copy, CopyLists } from './copies.js';
import type { Ranks } from './ranks.js';
import { findRepeats } from './repeats.js';
import { covers } from './twins/covers.js';
import type { Twins } from './twins/twins.js';
import type { Blocker } from './verdict.js';

/** What could be dropped, by MemberId, before any link is simulated; and what already speaks against the rest. */
export interface Proposal {
  readonly twin: Int32Array;
  readonly copies: CopyLists;
  readonly blockers: (Blocker | null)[];
}

/**
 * How many copies of a member are looked at for one that has whatever others may want. A member of which none of the first
 * serves is kept.
 */
const MOST_COPIES = 64;

/**
 * @param ranks whose copies stay
 * @param reaches where some member cannot be read: whether a copy is found wherever the member itself is
 * @param unread where some library was not found: what of it stands against a copy
 */
export function propose(
  graph: LinkGraph,
  twins: Twins,
  ranks: Ranks,
  reaches: Reaches,
  unread: UnreadDoubt,
): Proposal {
  const { inputs } = graph;
  const { rankOf } = ranks;
  const blind = unreadableArchives(inputs);
  const recompiled = recompiledFile(inputs);
  const calls = recompiled === undefined ? undefined : libraryCalls(inputs);
  const proposal: Proposal = {
    twin: new Int32Array(inputs.members.length).fill(NONE),
    copies: new CopyLists(inputs, twins, ranks, findRepeats(inputs, twins, ranks)),
    blockers: inputs.members.map(() => null),
  };
  const otherBuilds = buildsByCrate(inputs, twins);
  for (const { id, archive } of inputs.members) {
    // An object of the line is no archive's to drop.
    if (archive === NONE) continue;
    const block = (twin: MemberId, code: Blocker['code'], by: MemberId, library?: string) => {
      proposal.twin[id] = twin;
      const blocker = { code, name: NONE, by, linker: null };
      proposal.blockers[id] = library === undefined ? blocker : { ...blocker, library };
    };
    const [first] = take(proposal.copies.of(id), 1);
    if (first !== undefined) {
      const { twin } = first;
      proposal.twin[id] = twin;
      const isServed = (wanted?: Uint8Array) =>
        take(proposal.copies.of(id), MOST_COPIES).some(
          (copy) =>
            covers(inputs, copy.twin, id, wanted) && reaches(archive, inputs.members[copy.twin].archive),
        );
      const neighbour =
        blind.own.get(archive) ?? (blind.any === undefined || isServed() ? undefined : blind.any);
      if (neighbour !== undefined) block(twin, 'unreadable-neighbour', neighbour);
      else if (recompiled !== undefined && calls && defines(inputs, id, calls) && !isServed(calls))
        block(twin, 'lto-call', recompiled);
      else {
        const doubt = unread(id, twin);
        const isDoubted = ({ twin: other }: Copy) => unread(id, other) !== null;
        if (doubt !== null && take(proposal.copies.of(id), MOST_COPIES).every(isDoubted))
          block(twin, 'unread-library', NONE, doubt.what);
      }
      continue;
    }
    const refuted = proposal.copies.lastOfUnit(id);
    if (refuted !== NONE) block(refuted, 'other-content', refuted);
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

function take<Value>(values: Iterable<Value>, most: number): Value[] {
  const taken: Value[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === most) break;
  }
  return taken;
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

/** A file that LTO compiles anew: it may then call what its native code does not. */
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
