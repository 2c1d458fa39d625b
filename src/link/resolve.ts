import { bind } from './bind.js';
import { extractEagerly } from './extract-eager.js';
import { extractOwnFirst } from './extract-own-first.js';
import { extractQueued } from './extract-queued.js';
import { extractByReachability } from './extract-reachability.js';
import { extractInRounds } from './extract-rounds.js';
import { extractInSinglePass } from './extract-single-pass.js';
import type { LinkGraph } from './link-graph.js';
import type { LinkLine } from './link-line.js';
import type { Extraction, LinkerProfile } from './linker-profile.js';
import { type Loading, LoadState } from './loading.js';
import type { Resolution } from './resolution.js';

const EXTRACTIONS: Record<Extraction, (state: LoadState, line: LinkLine) => Loading> = {
  'single-pass': extractInSinglePass,
  eager: extractEagerly,
  reachability: extractByReachability,
  rounds: extractInRounds,
  queued: extractQueued,
  'own-first': extractOwnFirst,
};

/**
 * Simulates a link to its end: which members are extracted, which definition each name binds to, what clashes.
 * @param dropped by MemberId: 1 for members that are taken to be gone from their archives, and their indexes
 */
export function resolve(
  graph: LinkGraph,
  line: LinkLine,
  profile: LinkerProfile,
  dropped: Uint8Array,
): Resolution {
  const state = new LoadState(graph, profile, dropped);
  return bind(graph, line, profile, EXTRACTIONS[profile.extraction](state, line));
}
