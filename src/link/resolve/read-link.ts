import { once } from '../../bytes/once.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine, Root } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';

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

/** Most linkers call the function that -init names only if it exists. */
const withoutStartFunctions = once((roots: readonly Root[]): readonly Root[] =>
  roots.some(isStartFunction) ? roots.filter((root) => !isStartFunction(root)) : roots,
);

/** A link as its linker reads it. */
export interface ReadLink {
  /** The linker, as options of the line change it. */
  readonly profile: LinkerProfile;
  /** The graph with the names by which files are searched. */
  readonly read: LinkGraph;
  /** The graph with the names that references bind to. */
  readonly bound: LinkGraph;
  readonly line: LinkLine;
  /** The line with roots for the names in its definitions, where the linker searches for those from the start. */
  readonly searched: LinkLine;
}

export function readLink(graph: LinkGraph, line: LinkLine, profile: LinkerProfile): ReadLink {
  const wrapsLater = profile.wraps.startsWith('lld');
  const own = graph.readAs(profile.libraryVersions);
  const bound = profile.wraps === 'references-of-libraries' ? own.wrappedThrough : own;
  const read = wrapsLater ? own.unwrapped : bound;
  const seen = profile.initIsRoot ? line : { ...line, roots: withoutStartFunctions(line.roots) };
  const searchesForNames = profile.lineDefines === 'at-the-end' || profile.lineDefines === 'from-the-start';
  return {
    profile: rulesFor(profile, line),
    read,
    bound,
    line: seen,
    searched: searchesForNames ? withDefinitionRoots(seen) : seen,
  };
}
