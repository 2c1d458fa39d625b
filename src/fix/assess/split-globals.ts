import type { Resolution } from '../../link/resolve/resolution.js';
import type { CountedEdits } from '../../plan/edits/judge-edits.js';
import type { Prepared } from '../../plan/plan-trim.js';
import { findSplitState, type SplitState } from '../../plan/state/split-state.js';
import type { SymbolId } from '../../symbols/table.js';
import type { LinkState } from '../cure-state.js';
import { isAccepted, isDeclared } from './unproved.js';

/** A global in two copies. */
export interface DoubledGlobal {
  /** One of them. */
  readonly copy: SymbolId;
  /** The unchanged command has two copies, too. */
  readonly wasSplit: boolean;
}

/** A link of which split state is counted. */
export interface CountedLink {
  readonly subject: { readonly prepared: Prepared };
  readonly edits: CountedEdits | null;
  readonly resolutions: readonly Resolution[];
}

/** How many mutable globals the links of a command have in more than one copy, each link on its worst linker. */
export const splitStateOf = (links: readonly CountedLink[]): number =>
  links.reduce((sum, link) => {
    const counts = link.resolutions.map((one) => splitsIn(link, one).length);
    return sum + Math.max(0, ...counts);
  }, 0);

/** By link: each candidate is compared with the command as it was given, and asked for its own more than once. */
const known = new WeakMap<Resolution, Pick<CountedLink, 'edits'> & { readonly splits: SplitState[] }>();

/** Mutable globals of which the code of a link uses more than one copy. */
export function splitsIn(
  link: Pick<CountedLink, 'subject' | 'edits'>,
  resolution: Resolution,
): readonly SplitState[] {
  const found = known.get(resolution);
  if (found?.edits === link.edits) return found.splits;
  const splits = findSplits(link, resolution);
  known.set(resolution, { edits: link.edits, splits });
  return splits;
}

function findSplits(
  { subject: { prepared }, edits }: Pick<CountedLink, 'subject' | 'edits'>,
  resolution: Resolution,
): SplitState[] {
  const { graph, state } = prepared;
  if (edits === null) return findSplitState(graph, state, resolution);
  const edited = new Set(edits.edits.map(({ member }) => member));
  const used = new Set(edits.leftSplit.map(([copy]) => state.key[copy]));
  return findSplitState(
    graph,
    state,
    resolution,
    (member) => edited.has(member),
    (key) => used.has(key),
  );
}

/**
 * Globals that the user must accept in two copies: those that edits split, and those that remain split.
 *
 * @param before keys of the globals that were split
 */
export function doubledIn(
  { edits, drops, subject }: LinkState,
  after: Resolution,
  before: ReadonlySet<number>,
): DoubledGlobal[] {
  if (!edits?.edits.some(isAccepted) && !drops.some(isDeclared)) return [];
  const { state } = subject.prepared;
  const left = splitsIn({ edits, subject }, after).map(({ copies }) => copies);
  const first = new Map([...(edits?.splits ?? []), ...left].map(([copy]) => [state.key[copy], copy]));
  return [...first].map(([key, copy]) => ({ copy, wasSplit: before.has(key) }));
}
