import { cName } from '../link/inputs/c-names.js';
import type { ArchiveId } from '../link/inputs/inputs.js';
import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { LinkLine } from '../link/line/link-line.js';
import { NO_DEMAND, type Resolution } from '../link/resolve/resolution.js';
import type { Twins } from '../plan/twins/twins.js';
import {
  DATA,
  isCommon,
  isDefinition,
  isLocalState,
  isState,
  isUnique,
  isWeak,
  kindOf,
} from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/table.js';
import { isAllocatorName } from './allocators.js';
import { isSameDefinition } from './assess.js';
import type { LinkState } from './cure-state.js';

/** A name that binds elsewhere than its users mean, and no linker says so. */
export interface SilentCollision {
  /**
   * `foreign-definition`: an archive's own code uses another archive's definition, of other content, though the archive
   * defines the name itself. `other-layout`: data of one name has another size in another file. `default-wins`: the weak default of an archive
   * that is loaded whole comes before all objects, and so before what the compiler put into them.
   */
  readonly kind: 'foreign-definition' | 'other-layout' | 'default-wins';
  /** Of the command's links. */
  readonly link: number;
  readonly name: NameId;
  readonly bound: SymbolId;
  readonly meant: SymbolId;
  /** A file that uses the name. */
  readonly user: MemberId;
}

/** All silent collisions of a link on its first linker, by name. */
export function silentCollisions(state: LinkState, link: number): SilentCollision[] {
  const { graph, twins } = state.subject.prepared;
  const [resolution] = state.resolutions;
  return [
    ...foreignDefinitions(graph, twins, resolution),
    ...weakCollisions(graph, twins, state.line, resolution),
  ].map((found) => ({ ...found, link }));
}

type Found = Omit<SilentCollision, 'link'>;

/** An archive that a linker or driver brings is not the user's to build otherwise. */
const ownArchive = ({ inputs }: LinkGraph, member: MemberId): ArchiveId => {
  const { archive } = inputs.members[member];
  return archive === NONE || inputs.archives[archive].isFixed ? NONE : archive;
};

function foreignDefinitions(graph: LinkGraph, twins: Twins, resolution: Resolution): Found[] {
  const { inputs, rows } = graph;
  const { flags, member: memberOf } = inputs.symbols;
  const { first, row } = rows.definitions;
  const candidates = new Map<ArchiveId, Map<NameId, Omit<Found, 'user'>>>();
  for (const { id } of inputs.members) {
    const archive = resolution.isLoaded[id] ? NONE : ownArchive(graph, id);
    if (archive === NONE) continue;
    for (let at = first[id]; at < first[id + 1]; at++) {
      const meant = row[at];
      const name = graph.name[meant];
      const bound = resolution.provider[name];
      if (
        bound === NONE ||
        isWeak(flags[meant]) ||
        isCommon(flags[meant]) ||
        resolution.demand[name] === NO_DEMAND
      )
        continue;
      const boundArchive = ownArchive(graph, memberOf[bound]);
      if (boundArchive === NONE || boundArchive === archive) continue;
      if (!isUserName(graph, name) || isSameDefinition(graph, twins, bound, meant)) continue;
      const own = candidates.get(archive) ?? new Map<NameId, Omit<Found, 'user'>>();
      candidates.set(archive, own);
      if (!own.has(name)) own.set(name, { kind: 'foreign-definition', name, bound, meant });
    }
  }
  return candidates.size === 0 ? [] : withUsers(graph, resolution, candidates);
}

/** Names that a program defines once by design, or replaces by intention, are no collisions. */
const isUserName = (graph: LinkGraph, name: NameId): boolean => {
  const text = cName(graph.inputs, name);
  return text !== 'main' && !isAllocatorName(text);
};

/** Those that loaded code of the same archive uses. */
function withUsers(
  graph: LinkGraph,
  { loaded }: Resolution,
  candidates: ReadonlyMap<ArchiveId, Map<NameId, Omit<Found, 'user'>>>,
): Found[] {
  const { first, row } = graph.rows.references;
  const found = new Map<NameId, Found>();
  for (const user of loaded) {
    const own = candidates.get(graph.inputs.members[user].archive);
    if (own === undefined) continue;
    for (let at = first[user]; at < first[user + 1]; at++) {
      const name = graph.name[row[at]];
      const one = own.get(name);
      if (one !== undefined && !found.has(name)) found.set(name, { ...one, user });
    }
  }
  return [...found.values()];
}

function weakCollisions(
  graph: LinkGraph,
  twins: Twins,
  { items }: LinkLine,
  { loaded, provider }: Resolution,
): Found[] {
  const { inputs, rows } = graph;
  const { flags, size, member: memberOf } = inputs.symbols;
  const { first, row } = rows.definitions;
  const objects = new Set(items.flatMap((item) => (item.kind === 'object' ? [item.member] : [])));
  const early = archivesBeforeObjects(graph, items);
  const found = new Map<NameId, Found>();
  for (const user of loaded)
    for (let at = first[user]; at < first[user + 1]; at++) {
      const meant = row[at];
      const name = graph.name[meant];
      const bound = provider[name];
      if (bound === NONE || bound === meant || found.has(name)) continue;
      if (!isWeakData(flags[meant]) || !isWeakData(flags[bound])) continue;
      if (ownArchive(graph, memberOf[bound]) === NONE && !objects.has(memberOf[bound])) continue;
      if (isGenerated(graph, name) || isSameDefinition(graph, twins, bound, meant)) continue;
      const kind = kindOfCollision(graph, bound, meant, early);
      if (kind === 'other-layout' && size[bound] === size[meant]) continue;
      found.set(name, { kind, name, bound, meant, user });
    }
  return [...found.values()];
}

const isWeakData = (flags: number): boolean =>
  isDefinition(flags) &&
  (isWeak(flags) || isUnique(flags)) &&
  !isLocalState(flags) &&
  (isState(flags) || kindOf(flags) === DATA);

/** Tables that nvcc writes into each object, as long as that needs them. */
const isGenerated = ({ inputs }: LinkGraph, name: NameId): boolean =>
  /^hostRef\w+Array\w+Linkage$/.test(cName(inputs, name));

/** Archives that are loaded whole before the first object of the user: their weak definitions come first. */
function archivesBeforeObjects({ inputs }: LinkGraph, items: LinkLine['items']): Set<ArchiveId> {
  const early = new Set<ArchiveId>();
  for (const item of items) {
    if (item.kind === 'archive' && item.whole && !inputs.archives[item.archive].isFixed)
      early.add(item.archive);
    // Start files come before all that the user names.
    else if (item.kind === 'object' && early.size > 0) return early;
  }
  return new Set();
}

/** In a group on one side alone: a default of a library, and what a compiler puts into each object. */
function kindOfCollision(
  { inputs }: LinkGraph,
  bound: SymbolId,
  meant: SymbolId,
  early: ReadonlySet<ArchiveId>,
): Found['kind'] {
  const { member: memberOf, group } = inputs.symbols;
  const isDefault = group[bound] === NONE && group[meant] !== NONE;
  return isDefault && early.has(inputs.members[memberOf[bound]].archive) ? 'default-wins' : 'other-layout';
}
