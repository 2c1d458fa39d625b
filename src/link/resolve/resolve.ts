import { reportProgress } from '../../progress/progress.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine, Root } from '../line/link-line.js';
import type { Extraction, LinkerProfile } from '../linkers/linker-profile.js';
import { bind } from './bind.js';
import { resolveInCore } from './core/resolve-in-core.js';
import { extractEagerly } from './eager/extract-eager.js';
import { extractByFirstDefinition } from './extract-first-definition.js';
import { extractOwnFirst } from './extract-own-first.js';
import { extractQueued } from './extract-queued.js';
import { extractByReachability } from './extract-reachability.js';
import { extractInRounds } from './extract-rounds.js';
import { extractInSinglePass } from './extract-single-pass.js';
import { type Loading, LoadState } from './loading.js';
import type { Resolution } from './resolution.js';
import { searchedRows } from './searched-rows.js';

const EXTRACTIONS: Record<Extraction, (state: LoadState, line: LinkLine) => Loading> = {
  'single-pass': extractInSinglePass,
  eager: extractEagerly,
  reachability: extractByReachability,
  'first-definition': extractByFirstDefinition,
  rounds: extractInRounds,
  queued: extractQueued,
  'own-first': extractOwnFirst,
};

/** The linker, as options of the line change it. */
export function rulesFor(profile: LinkerProfile, { commonExtracts }: LinkLine): LinkerProfile {
  if (commonExtracts === null || !profile.supportsFortranCommon) return profile;
  return { ...profile, commonExtracts: commonExtracts ? 'strong' : 'none' };
}

/** Adds roots for the names in definitions of the line, which linkers search like other names of the line. */
function withDefinitionRoots(line: LinkLine): LinkLine {
  const wanted = line.items.flatMap((item) => (item.kind === 'definition' ? item.references : []));
  if (wanted.length === 0) return line;
  return { ...line, roots: [...wanted.map((name): Root => ({ name, reason: 'definition' })), ...line.roots] };
}

const isStartFunction = ({ reason }: Root): boolean => reason === 'start-function';

/** To most linkers a function that -init names is one to call if it is there. */
function withoutStartFunctions(line: LinkLine): LinkLine {
  if (!line.roots.some(isStartFunction)) return line;
  return { ...line, roots: line.roots.filter((root) => !isStartFunction(root)) };
}

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
    get clashes() {
      return resolution.clashes;
    },
  };
}

/** A link as its linker reads it. */
interface ReadLink {
  readonly rules: LinkerProfile;
  /** Names by which files are searched. */
  readonly read: LinkGraph;
  /** Names that references bind to. */
  readonly bound: LinkGraph;
  readonly line: LinkLine;
  /** The same line with more roots. */
  readonly searched: LinkLine;
}

function readLink(graph: LinkGraph, line: LinkLine, profile: LinkerProfile): ReadLink {
  const rules = rulesFor(profile, line);
  const replacesLater = profile.wraps.startsWith('lld');
  const own = graph.readAs(profile.libraryVersions);
  const bound = profile.wraps === 'references-of-libraries' ? own.wrappedThrough : own;
  const read = replacesLater ? own.unwrapped : bound;
  const seen = profile.initIsRoot ? line : withoutStartFunctions(line);
  const looksFor = profile.lineDefines === 'at-the-end' || profile.lineDefines === 'from-the-start';
  return { rules, read, bound, line: seen, searched: looksFor ? withDefinitionRoots(seen) : seen };
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
  const { rules, read, bound, searched } = readLink(graph, line, profile);
  return resolveInCore({ read, bound, line: searched, profile: rules, dropped });
}

/** The same by the readable reference in TypeScript, which random links compare the core with. */
export function resolveInTypeScript(
  graph: LinkGraph,
  line: LinkLine,
  profile: LinkerProfile,
  dropped: Uint8Array,
): Resolution {
  const { rules, read, bound, line: seen, searched } = readLink(graph, line, profile);
  const state = new LoadState(read, rules, dropped, searchedRows(read, line, rules));
  return bind(bound, seen, rules, EXTRACTIONS[profile.extraction](state, searched));
}
