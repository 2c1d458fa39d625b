import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { type Resolution, UNREFERENCED } from '../../link/resolve/resolution.js';
import type { Twins } from '../../plan/twins/twins.js';
import { isCommon, isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isAllocatorName } from '../assess/allocators.js';
import { isSameDefinition } from '../assess/same-definition.js';
import type { SilentCollision } from './silent-collision.js';

type Found = Omit<SilentCollision, 'link'>;
type Candidate = Omit<Found, 'user'>;

/**
 * The archive of a member; NONE for objects and for archives that a linker or driver adds, which the user cannot
 * change.
 */
export const ownArchive = ({ inputs }: LinkGraph, member: MemberId): ArchiveId => {
  const { archive } = inputs.members[member];
  return archive === NONE || inputs.archives[archive].isFixed ? NONE : archive;
};

/** Names for which an archive's own code uses another archive's definition of other content. */
export function foreignDefinitions(graph: LinkGraph, twins: Twins, resolution: Resolution): Found[] {
  const { first, row } = graph.rows.definitions;
  const candidates = new Map<ArchiveId, Map<NameId, Candidate>>();
  for (const { id } of graph.inputs.members) {
    const archive = resolution.isLoaded[id] ? NONE : ownArchive(graph, id);
    if (archive === NONE) continue;
    for (let at = first[id]; at < first[id + 1]; at++) {
      const found = candidateAt(graph, twins, resolution, archive, row[at]);
      if (found === null) continue;
      const own = candidates.get(archive) ?? new Map<NameId, Candidate>();
      candidates.set(archive, own);
      if (!own.has(found.name)) own.set(found.name, found);
    }
  }
  return candidates.size === 0 ? [] : withUsers(graph, resolution, candidates);
}

/** A definition that is not loaded because its name is bound to another archive's definition of other content. */
function candidateAt(
  graph: LinkGraph,
  twins: Twins,
  { winners, referenceStrength }: Resolution,
  archive: ArchiveId,
  meant: SymbolId,
): Candidate | null {
  const { flags, member } = graph.inputs.symbols;
  const name = graph.name[meant];
  const bound = winners[name];
  if (bound === NONE || referenceStrength[name] === UNREFERENCED) return null;
  if (isWeak(flags[meant]) || isCommon(flags[meant])) return null;
  const boundArchive = ownArchive(graph, member[bound]);
  if (boundArchive === NONE || boundArchive === archive) return null;
  if (!isUserName(graph, name) || isSameDefinition(graph, twins, bound, meant)) return null;
  return { kind: 'foreign-definition', name, bound, meant };
}

/** Names that a program defines once by design, or replaces by intention, are no collisions. */
const isUserName = (graph: LinkGraph, name: NameId): boolean => {
  const text = cName(graph.inputs, name);
  return text !== 'main' && !isAllocatorName(text);
};

/** The candidates that loaded code of their own archive references, once for each archive. */
function withUsers(
  graph: LinkGraph,
  { loaded }: Resolution,
  candidates: ReadonlyMap<ArchiveId, ReadonlyMap<NameId, Candidate>>,
): Found[] {
  const { first, row } = graph.rows.references;
  const found = new Map<Candidate, Found>();
  for (const user of loaded) {
    const own = candidates.get(graph.inputs.members[user].archive);
    if (own === undefined) continue;
    for (let at = first[user]; at < first[user + 1]; at++) {
      const one = own.get(graph.name[row[at]]);
      if (one !== undefined && !found.has(one)) found.set(one, { ...one, user });
    }
  }
  return [...found.values()];
}
