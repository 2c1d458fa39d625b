import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Comparison } from './comparison.js';

/** The change to explain: a file of the old link is absent from the new one, or a file is newly loaded. */
type Change = 'absent' | 'loaded';

/** A member on the way back from a violation to what was dropped, with the causes that are still to be tried. */
interface Step {
  readonly key: number;
  readonly causes: (readonly [Change, MemberId])[];
  /** Number of repeated members in the search when it reached this one. */
  readonly repeats: number;
}

/** Dropped members without which a name has lost its definition, or gained a reference that finds none. */
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

/** Why a file is newly loaded: what served, before, the references that lead to it is dropped, or not loaded either. */
export const causeOfLoading = (comparison: Comparison, member: MemberId): MemberId[] =>
  blameIn(comparison).ofLoading(member);

const known = new WeakMap<Comparison, Blame>();

/** Shared by all violations of a link: the cause for one member of a chain is also that of the members after it. */
function blameIn(comparison: Comparison): Blame {
  const blame = known.get(comparison) ?? new Blame(comparison);
  known.set(comparison, blame);
  return blame;
}

/**
 * Which dropped members lead to a violation. Chains of extractions are as long as an archive: nothing here recurses.
 */
class Blame {
  /** By change and member: the dropped member, or NONE, where finding it did not depend on what led there. */
  readonly #known = new Map<number, MemberId>();

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
    const seen = new Set<MemberId>();
    const path: Step[] = [];
    let repeats = 0;
    const settle = (step: Step, found: MemberId) => {
      if (step.repeats === repeats) this.#known.set(step.key, found);
    };
    for (let next: readonly [Change, MemberId] | undefined = [change, member]; ; ) {
      if (next) {
        const [how, at]: readonly [Change, MemberId] = next;
        const key = at * 2 + (how === 'absent' ? 0 : 1);
        const found = this.#isCause(how, at) ? at : this.#known.get(key);
        if (found !== undefined && found !== NONE) {
          for (const step of path) settle(step, found);
          return [found];
        }
        if (found === undefined && seen.has(at)) repeats++;
        else if (found === undefined && this.#isChanged(how, at)) {
          seen.add(at);
          path.push({ key, causes: this.#causesOf(how, at), repeats });
        }
      }
      const step = path.at(-1);
      if (!step) return [];
      next = step.causes.shift();
      if (!next) {
        settle(step, NONE);
        path.pop();
      }
    }
  }

  #isCause(change: Change, member: MemberId): boolean {
    return change === 'absent' && this.comparison.dropped[member] === 1;
  }

  #isChanged(change: Change, member: MemberId): boolean {
    const { before, after } = this.comparison;
    return (change === 'absent' ? after : before).isLoaded[member] === 0;
  }

  #causesOf(change: Change, member: MemberId): (readonly [Change, MemberId])[] {
    const { before, after, graph } = this.comparison;
    const { member: memberOf } = graph.inputs.symbols;
    const [own, other] = change === 'absent' ? [before, after] : [after, before];
    const wanted = own.extractedFor[member];
    const wantedBy = own.extractedBy[member];
    const provider = wanted === NONE ? NONE : other.winners[wanted];
    // Its extractor is absent, too, or a newly loaded file defines the name that it was extracted for.
    const byExtractor: (readonly [Change, MemberId])[] = wantedBy === NONE ? [] : [[change, wantedBy]];
    const opposite: Change = change === 'absent' ? 'loaded' : 'absent';
    const byProvider: (readonly [Change, MemberId])[] =
      provider === NONE ? [] : [[opposite, memberOf[provider]]];
    if (change === 'absent') return [...byExtractor, ...byProvider];
    return wanted === NONE ? [] : [...byProvider, ...byExtractor];
  }
}
