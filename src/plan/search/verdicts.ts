import type { Inputs } from '../../link/inputs/inputs.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Copy } from '../copies.js';
import type { Proposal } from '../propose.js';
import { isWithoutEffect, type Twins } from '../twins/twins.js';
import type { Verdict } from '../verdict.js';
import type { DropSet } from './drop-set.js';

/** The decision on each member once a search has ended. */
export class Verdicts {
  /** By list of copies: how many of its first members are dropped. See `CopyLists.keptCopy`. */
  readonly #searched = new Map<readonly MemberId[], number>();
  /** Members that equal a later member of their own archive. */
  readonly #repeated: ReadonlySet<MemberId>;

  /** @param instead by dropped member whose archive ranks before that of its copy: the copy that is kept */
  constructor(
    readonly inputs: Inputs,
    readonly twins: Twins,
    readonly proposal: Proposal,
    readonly drops: DropSet,
    readonly instead: ReadonlyMap<MemberId, Copy>,
  ) {
    this.#repeated = new Set(proposal.copies.repeats.values());
  }

  of(member: MemberId): Verdict {
    const twin = this.proposal.twin[member];
    const blocker = this.drops.blockers[member];
    if (this.drops.has(member)) return { kind: 'drop', member, ...this.#keptCopy(member) };
    if (blocker) return { kind: 'blocked', member, twin, blocker };
    const content = this.inputs.contents[member].kind;
    if (content !== 'object')
      return { kind: 'keep', member, reason: content === 'unreadable' ? 'unreadable' : 'not-an-object' };
    const isIdle = this.twins.origins[member] === null && isWithoutEffect(this.inputs, member);
    const isOwner = this.#isCopied(member) && !isIdle;
    return { kind: 'keep', member, reason: isOwner ? 'owner' : 'no-twin' };
  }

  #isCopied(member: MemberId): boolean {
    return this.twins.hasAlike(member) || this.#repeated.has(member);
  }

  /** The best kept copy of a dropped member. If all its copies are dropped, the best of them, which has a kept copy. */
  #keptCopy(member: MemberId): Copy {
    const { copies, twin, unused } = this.proposal;
    if (unused[member]) return { twin: NONE, evidence: { kind: 'unused' } };
    const instead = this.instead.get(member);
    if (instead !== undefined) return instead;
    const kept = copies.keptCopy(member, this.drops.dropped, this.#searched);
    // Only members with a copy are proposed.
    if (kept === undefined) throw new Error(`member ${member} has no copy, but ${twin[member]} was proposed`);
    return kept;
  }
}
