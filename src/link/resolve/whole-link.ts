import { NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { Resolution } from './resolution.js';
import { resolve } from './resolve.js';

const known = new WeakMap<LinkGraph, WeakMap<LinkLine, Map<LinkerProfile, Resolution>>>();

/**
 * A link with all members of its archives, simulated once: plans of one line, conditions and cures start from the same
 * link. A graph and a line are known by identity: neither may change after the first call.
 */
export function wholeLink(graph: LinkGraph, line: LinkLine, profile: LinkerProfile): Resolution {
  const lines = known.get(graph) ?? new WeakMap<LinkLine, Map<LinkerProfile, Resolution>>();
  known.set(graph, lines);
  const links = lines.get(line) ?? new Map<LinkerProfile, Resolution>();
  lines.set(line, links);
  const { members, symbols } = graph.inputs;
  const found = links.get(profile) ?? resolve(graph, line, profile, new Uint8Array(members.length));
  const link = withNewNames(found, symbols.names.length);
  links.set(profile, link);
  return link;
}

/** The same link with room for names that joined the table since: nothing defines or references them. */
function withNewNames(resolution: Resolution, names: number): Resolution {
  const { profile, loaded, repeated, placed, isLoaded, extractedFor, extractedBy, undefinedNames } =
    resolution;
  const { winners, referenceStrength, strongCount } = resolution;
  if (winners.length >= names) return resolution;
  const grown = new Int32Array(names).fill(NONE);
  grown.set(winners);
  const strengths = new Uint8Array(names);
  strengths.set(referenceStrength);
  const counts = strongCount && new Uint16Array(names);
  if (strongCount !== null) counts?.set(strongCount);
  return {
    ...{ profile, loaded, repeated, placed, isLoaded, extractedFor, extractedBy, undefinedNames },
    ...{ winners: grown, referenceStrength: strengths, strongCount: counts },
    get clashRows() {
      return resolution.clashRows;
    },
    get clashes() {
      return resolution.clashes;
    },
  };
}
