import { reportProgress } from '../../progress/progress.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { readLink } from './read-link.js';
import type { Resolution } from './resolution.js';
import { resolveInCore } from './resolve-in-core.js';

/** The same link by a linker to which it is the same: see applied-rules.ts. */
export function asLinkedBy(profile: LinkerProfile, resolution: Resolution): Resolution {
  if (resolution.profile === profile) return resolution;
  const {
    loaded,
    repeated,
    placed,
    isLoaded,
    extractedFor,
    extractedBy,
    winners,
    referenceStrength,
    strongCount,
    undefinedNames,
  } = resolution;
  return {
    profile,
    loaded,
    repeated,
    placed,
    isLoaded,
    extractedFor,
    extractedBy,
    winners,
    referenceStrength,
    strongCount,
    undefinedNames,
    get clashRows() {
      return resolution.clashRows;
    },
    get clashes() {
      return resolution.clashes;
    },
  };
}

/**
 * Simulates a link: which members are extracted, which definition each name binds to, and which symbols are duplicate.
 * @param dropped by MemberId: 1 for members that the simulation removes from their archives and indexes
 */
export function resolve(
  graph: LinkGraph,
  line: LinkLine,
  profile: LinkerProfile,
  dropped: Uint8Array,
): Resolution {
  reportProgress('simulate', profile.title);
  return resolveInCore(readLink(graph, line, profile), dropped);
}
