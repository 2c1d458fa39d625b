import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { Twins } from '../../plan/twins/twins.js';
import { DATA, isDefinition, isLocalState, isState, isUnique, isWeak, kindOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId, type SymbolTable } from '../../symbols/table.js';
import { isSameDefinition } from '../assess/same-definition.js';
import { ownArchive } from './foreign-definitions.js';
import type { SilentCollision } from './silent-collision.js';

type Found = Omit<SilentCollision, 'link'>;

/** Weak data of one name with different content in two files of the link. */
export function weakCollisions(
  graph: LinkGraph,
  twins: Twins,
  { items }: LinkLine,
  { loaded, winners }: Resolution,
): Found[] {
  const { first, row } = graph.rows.definitions;
  const objects = new Set(items.flatMap((item) => (item.kind === 'object' ? [item.member] : [])));
  const early = archivesBeforeObjects(graph, items);
  const found = new Map<NameId, Found>();
  for (const user of loaded)
    for (let at = first[user]; at < first[user + 1]; at++) {
      const meant = row[at];
      const name = graph.name[meant];
      const bound = winners[name];
      if (bound === NONE || bound === meant || found.has(name)) continue;
      if (!areRivals(graph, twins, bound, meant, objects)) continue;
      const kind = kindOfCollision(graph, bound, meant, early);
      if (kind === null) continue;
      found.set(name, { kind, name, bound, meant, user });
    }
  return [...found.values()];
}

/** Whether two definitions are weak data of the user's files, and no copies. */
function areRivals(
  graph: LinkGraph,
  twins: Twins,
  bound: SymbolId,
  meant: SymbolId,
  objects: ReadonlySet<MemberId>,
): boolean {
  const { flags, member } = graph.inputs.symbols;
  if (!isWeakData(flags[meant]) || !isWeakData(flags[bound])) return false;
  if (!isMerged(graph, meant) || !isMerged(graph, bound)) return false;
  const isOfUser = ownArchive(graph, member[bound]) !== NONE || objects.has(member[bound]);
  return isOfUser && !isGenerated(graph, graph.name[meant]) && !isSameDefinition(graph, twins, bound, meant);
}

const isWeakData = (flags: number): boolean =>
  isDefinition(flags) && !isLocalState(flags) && (isState(flags) || kindOf(flags) === DATA);

/** Whether a linker keeps one of several definitions of a name without comparing them. */
function isMerged({ inputs: { symbols } }: LinkGraph, symbol: SymbolId): boolean {
  const { flags, group, groups } = symbols;
  if (isWeak(flags[symbol]) || isUnique(flags[symbol])) return true;
  // Of ELF groups a strong definition that lost is not seen by any linker.
  return group[symbol] !== NONE && groups[group[symbol]].selection === 'any';
}

/** Tables that nvcc writes into each object, as long as that needs them. */
const isGenerated = ({ inputs }: LinkGraph, name: NameId): boolean =>
  /^hostRef\w+Array\w+Linkage$/.test(cName(inputs, name));

/** Archives that are loaded whole before the first object of the user: their weak definitions come first. */
function archivesBeforeObjects({ inputs }: LinkGraph, items: LinkLine['items']): Set<ArchiveId> {
  const early = new Set<ArchiveId>();
  for (const item of items) {
    if (item.kind === 'archive' && item.whole && !inputs.archives[item.archive].isFixed)
      early.add(item.archive);
    // Start files come before the user's inputs.
    else if (item.kind === 'object' && early.size > 0) return early;
  }
  return new Set();
}

/** Only one side is in a group: a library's default, and a definition that a compiler puts into each object. */
function kindOfCollision(
  { inputs }: LinkGraph,
  bound: SymbolId,
  meant: SymbolId,
  early: ReadonlySet<ArchiveId>,
): Found['kind'] | null {
  const { member: memberOf, group } = inputs.symbols;
  const isDefault = group[bound] === NONE && group[meant] !== NONE;
  if (isDefault && early.has(inputs.members[memberOf[bound]].archive)) return 'default-wins';
  return haveOneSize(inputs, bound, meant) ? null : 'other-layout';
}

/** Compilers for MinGW fill sections up to this size, others do not. */
const FILLED = 16;

/** As precisely as the format records sizes: COFF has sizes of sections, not of symbols. */
export const bytesOf = ({ size, group, groups }: SymbolTable, symbol: SymbolId): number =>
  size[symbol] || (group[symbol] === NONE ? 0 : groups[group[symbol]].size);

/** Whether two definitions have as many bytes, as far as their format says. COFF knows only where sections end. */
function haveOneSize({ symbols, format }: Inputs, one: SymbolId, other: SymbolId): boolean {
  const [a, b] = [bytesOf(symbols, one), bytesOf(symbols, other)].sort((x, y) => x - y);
  if (format !== 'coff') return a === b;
  return a === b || (b % FILLED === 0 && Math.ceil(a / FILLED) * FILLED === b);
}
