import { once } from '../../bytes/once.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import type { MemberId } from '../../symbols/table.js';
import type { StateTable } from '../state/state.js';
import type { Twins } from '../twins/twins.js';
import type { BlockCode } from '../verdict.js';

/** A violated condition, and the dropped members whose return would restore it. */
export interface Violation {
  readonly code: BlockCode;
  readonly name: NameId;
  readonly by: MemberId;
  /** Dropped members to put back. Empty if no dropped member is known as the cause. */
  readonly blame: readonly MemberId[];
}

/** One link before and after the drop: the input of the conditions. */
export interface Comparison {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly state: StateTable;
  readonly before: Resolution;
  readonly after: Resolution;
  /** By MemberId: 1 when dropped. */
  readonly dropped: Uint8Array;
  readonly line: LinkLine;
  /** The line of `before`, if the arguments change, too. */
  readonly lineBefore?: LinkLine;
}

/** Whether violations that were found before put back all these members. */
export type IsBlamed = (blame: readonly MemberId[]) => boolean;

/**
 * Yields violations one by one, so that a caller can stop at the first. May omit violations whose members are already
 * blamed.
 */
export type Condition = (comparison: Comparison, isBlamed: IsBlamed) => Iterable<Violation>;

/** Files of the link before that the link after does not load, in load order. */
export const filesGone = once(({ before, after }: Comparison) => loadedOnlyIn(before, after));

/** Files that only the link after loads, in load order. */
export const filesAdded = once(({ before, after }: Comparison) => loadedOnlyIn(after, before));

const loadedOnlyIn = ({ loaded }: Resolution, { isLoaded }: Resolution): readonly MemberId[] =>
  loaded.filter((member) => !isLoaded[member]);
