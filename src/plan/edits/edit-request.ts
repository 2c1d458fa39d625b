import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { YieldRule } from './kinds/yield.js';

/** The symbol edits that the user requests or accepts. */
export interface EditRequest {
  /** Whether duplicate definitions in proved copies become references to the kept copy. */
  readonly redirect: boolean;
  readonly yields: readonly YieldRule[];
  readonly isolate: readonly ArchiveId[];
  readonly firstWins: boolean;
  /** Names of globals, as C spells them, that may have two copies; `*` matches any characters. */
  readonly acceptedSplits: readonly string[];
}

export const NO_EDITS: EditRequest = {
  redirect: false,
  yields: [],
  isolate: [],
  firstWins: false,
  acceptedSplits: [],
};

export const asksForEdits = ({ redirect, yields, isolate, firstWins }: EditRequest): boolean =>
  redirect || firstWins || yields.length > 0 || isolate.length > 0;
