import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkLine } from '../../src/link/line/link-line.js';
import type { Extraction, LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { readLink } from '../../src/link/resolve/read-link.js';
import type { Resolution } from '../../src/link/resolve/resolution.js';
import { bind } from './bind.js';
import { extractEagerly } from './eager/extract-eager.js';
import { extractByFirstDefinition } from './extract-first-definition.js';
import { extractOwnFirst } from './extract-own-first.js';
import { extractQueued } from './extract-queued.js';
import { extractByReachability } from './extract-reachability.js';
import { extractInRounds } from './extract-rounds.js';
import { extractInSinglePass } from './extract-single-pass.js';
import { type Loading, LoadState } from './loading.js';

/*
 * The readable reference of link simulation, which the resolver in the core (src/core/link) is compared with, column by
 * column: src/link/resolve/resolve-in-core.test.ts.
 */

const EXTRACTIONS: Record<Extraction, (state: LoadState, line: LinkLine) => Loading> = {
  'single-pass': extractInSinglePass,
  eager: extractEagerly,
  reachability: extractByReachability,
  'first-definition': extractByFirstDefinition,
  rounds: extractInRounds,
  queued: extractQueued,
  'own-first': extractOwnFirst,
};

/** The same as `resolve`, in TypeScript. */
export function resolveReference(
  graph: LinkGraph,
  line: LinkLine,
  profile: LinkerProfile,
  dropped: Uint8Array,
): Resolution {
  const { read, bound, line: seen, searched, profile: rules } = readLink(graph, line, profile);
  return bind(
    bound,
    seen,
    rules,
    EXTRACTIONS[rules.extraction](new LoadState(read, rules, dropped), searched),
  );
}
