import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Comparison } from './comparison.js';

/** The change to explain: a file of the old link is absent from the new one, or a file is newly loaded. */
type Change = 'absent' | 'loaded';

/** A file, and how it changed. */
type Cause = readonly [Change, MemberId];

/** A member on the path back from a violation to the dropped members, with the causes that are still to be tried. */
interface Step {
  readonly key: number;
  readonly causes: Cause[];
  /** Number of repeated members in the search when it reached this one. */
  readonly repeats: number;
}

/** A walk back from a violation. */
interface Walk {
  readonly seen: Set<MemberId>;
  readonly path: Step[];
  /** Number of repeated members so far. */
  repeats: number;
}

/** Dropped members whose absence removed the definition of a name, or added a reference without a definition. */
export const causeOfLoss = (comparison: Comparison, name: NameId, user: MemberId): MemberId[] =>
  blameIn(comparison).ofLoss(name, user);

export const causeOfMove = (comparison: Comparison, old: SymbolId, now: SymbolId): MemberId[] =>
  blameIn(comparison).ofMove(old, now);

/**
 * The dropped members because of which a file of the old link is not in the new one: it is dropped, its extractor is
 * absent, or another file now defines the name that it was extracted for.
 */
export const causeOfAbsence = (comparison: Comparison, member: MemberId): MemberId[] =>
  blameIn(comparison).ofAbsence(member);

/** Why a file is newly loaded: the file that resolved its references before is dropped, or no longer loaded. */
export const causeOfLoading = (comparison: Comparison, member: MemberId): MemberId[] =>
  blameIn(comparison).ofLoading(member);

const blames = new WeakMap<Comparison, Blame>();

/** Shared by all violations of a link: the cause for one member of a chain is also that of the members after it. */
function blameIn(comparison: Comparison): Blame {
  const blame = blames.get(comparison) ?? new Blame(comparison);
  blames.set(comparison, blame);
  return blame;
}

/**
 * Which dropped members lead to a violation. Chains of extractions are as long as an archive: nothing here recurses.
 */
class Blame {
  /** By change and member: the dropped member, or NONE; only results that do not depend on the path to the member. */
  readonly #settled = new Map<number, MemberId>();

  constructor(readonly comparison: Comparison) {}

  ofLoss(name: NameId, user: MemberId): MemberId[] {
    const { before, graph } = this.comparison;
    const old = before.winners[name];
    if (old !== NONE) return this.ofAbsence(graph.inputs.symbols.member[old]);
    return user === NONE ? [] : this.ofLoading(user);
  }

  ofMove(old: SymbolId, now: SymbolId): MemberId[] {
    const { member } = this.comparison.graph.inputs.symbols;
    const lost = this.ofAbsence(member[old]);
    return lost.length > 0 ? lost : this.ofLoading(member[now]);
  }

  ofAbsence(member: MemberId): MemberId[] {
    return this.#search('absent', member);
  }

  ofLoading(member: MemberId): MemberId[] {
    return this.#search('loaded', member);
  }

  /** The first dropped member, causes tried in their order and each to its end. */
  #search(change: Change, member: MemberId): MemberId[] {
    const walk: Walk = { seen: new Set(), path: [], repeats: 0 };
    for (let next: Cause | undefined = [change, member]; ; ) {
      const found: MemberId = next ? this.#enter(walk, ...next) : NONE;
      if (found !== NONE) {
        for (const step of walk.path) this.#settle(walk, step, found);
        return [found];
      }
      const step = walk.path.at(-1);
      if (!step) return [];
      next = step.causes.shift();
      if (next) continue;
      this.#settle(walk, step, NONE);
      walk.path.pop();
    }
  }

  /** Adds the causes of a change to the path if they have to be tried. @returns the dropped member, or NONE */
  #enter(walk: Walk, change: Change, member: MemberId): MemberId {
    if (this.#isCause(change, member)) return member;
    const key = member * 2 + (change === 'absent' ? 0 : 1);
    const settled = this.#settled.get(key);
    if (settled !== undefined) return settled;
    if (walk.seen.has(member)) walk.repeats++;
    else if (this.#isChanged(change, member)) {
      walk.seen.add(member);
      walk.path.push({ key, causes: this.#causesOf(change, member), repeats: walk.repeats });
    }
    return NONE;
  }

  /** Keeps the result of a step unless the result depends on the path to it. */
  #settle({ repeats }: Walk, step: Step, found: MemberId): void {
    if (step.repeats === repeats) this.#settled.set(step.key, found);
  }

  #isCause(change: Change, member: MemberId): boolean {
    return change === 'absent' && this.comparison.dropped[member] === 1;
  }

  #isChanged(change: Change, member: MemberId): boolean {
    const { before, after } = this.comparison;
    return (change === 'absent' ? after : before).isLoaded[member] === 0;
  }

  #causesOf(change: Change, member: MemberId): Cause[] {
    const { before, after, graph } = this.comparison;
    const { member: memberOf } = graph.inputs.symbols;
    const [own, other] = change === 'absent' ? [before, after] : [after, before];
    const wanted = own.extractedFor[member];
    const wantedBy = own.extractedBy[member];
    const provider = wanted === NONE ? NONE : other.winners[wanted];
    // The file's extractor is absent, too, or a newly loaded file defines the name for which the file was extracted.
    const byExtractor: Cause[] = wantedBy === NONE ? [] : [[change, wantedBy]];
    const opposite: Change = change === 'absent' ? 'loaded' : 'absent';
    const byProvider: Cause[] = provider === NONE ? [] : [[opposite, memberOf[provider]]];
    if (change === 'absent') return [...byExtractor, ...byProvider];
    return wanted === NONE ? [] : [...byProvider, ...byExtractor];
  }
}
