import { areEqual } from '../../bytes/equal-numbers.js';
import { COMMON } from '../../symbols/flags.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { ArchiveId } from '../inputs/inputs.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LineItem, LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { differInItemsOnly, hasEqualGroups } from './applied-rules.js';
import { areIndexesExact, definitionsOf, flagsPresent, ROLE_PRESENT } from './row-searches.js';

/*
 * A linker that searches archives once more, since they are in a group or named again at the end of the line, finds
 * nothing if no archive defines a name that is still undefined. The link is then the same as without that search.
 */

/**
 * The archives that a linker searches further for the second of two lines: it has the last items of the first line in a
 * group, or names archives once more at its end. Null if the lines differ in more, or are not plain ones, on which
 * nothing but an undefined name makes a linker extract a member.
 */
export function furtherSearches(
  graph: LinkGraph,
  one: LinkLine,
  other: LinkLine,
  { extraction, trustsIndex, format }: LinkerProfile,
): ReadonlySet<ArchiveId> | null {
  if (format !== 'elf' || (extraction !== 'single-pass' && extraction !== 'eager')) return null;
  if (!differInItemsOnly(one, other) || !isPlainLine(one) || !isPlainLine(other)) return null;
  const further = groupedAtEnd(one.items, other.items) ?? repeatedAtEnd(one.items, other.items);
  if (further === null || !isPlainGraph(graph)) return null;
  return trustsIndex && !areIndexesExact(graph) ? null : further;
}

const isPlainLine = ({ items, requests, ownRequests, wrapped, missingLibraries }: LinkLine): boolean =>
  items.every((item) => item.kind === 'object' || (item.kind === 'archive' && !item.isDefault)) &&
  requests.size + ownRequests.length + wrapped.length + missingLibraries.length === 0;

/** Whether a definition that is discarded with its COMDAT group leaves no name undefined. */
const isPlainGraph = (graph: LinkGraph): boolean =>
  (flagsPresent(graph) & (ROLE_PRESENT << COMMON)) === 0 &&
  graph.inputs.contents.every(({ kind }) => kind !== 'shared-library') &&
  hasEqualGroups(graph);

/** Archives of items without groups, the last of which the other line has in one group; null for other lines. */
function groupedAtEnd(items: readonly LineItem[], others: readonly LineItem[]): Set<ArchiveId> | null {
  if (items.length !== others.length || items.some(({ group }) => group !== NONE)) return null;
  const first = others.findIndex(({ group }) => group !== NONE);
  if (first < 0 || others.some(({ group }, at) => at >= first && group !== others[first].group)) return null;
  return items.every((item, at) => isSameItem(item, others[at])) ? archivesIn(others.slice(first)) : null;
}

/** Archives that the other line names once more, after the same items; null for other lines. */
function repeatedAtEnd(items: readonly LineItem[], others: readonly LineItem[]): Set<ArchiveId> | null {
  const isSame = items.every((item, at) => isSameItem(item, others[at]) && item.group === others[at].group);
  const known = archivesIn(items);
  const rest = others.slice(items.length);
  const isAgain = (item: LineItem): boolean =>
    item.kind === 'archive' && known.has(item.archive) && !item.whole && !item.loads && item.group === NONE;
  return isSame && rest.length > 0 && rest.every(isAgain) ? archivesIn(rest) : null;
}

/** Whether two items are equal but for their groups. */
function isSameItem(one: LineItem, other: LineItem | undefined): boolean {
  if (one.kind === 'object') return other?.kind === 'object' && one.member === other.member;
  if (one.kind !== 'archive' || other?.kind !== 'archive' || one.archive !== other.archive) return false;
  return one.whole === other.whole && one.loads === other.loads;
}

const archivesIn = (items: readonly LineItem[]): Set<ArchiveId> =>
  new Set(items.flatMap((item) => (item.kind === 'archive' ? [item.archive] : [])));

/** A simulated link, and the archives that a further search goes through. */
export interface OpenLink {
  /** Names with a strong reference and no definition. */
  readonly undefinedNames: Int32Array;
  isDropped(member: MemberId): boolean;
  readonly further: ReadonlySet<ArchiveId>;
}

/**
 * Whether a further search of any of these links finds nothing, because the searched archives define no undefined name.
 */
export function haveNothingToFind(graph: LinkGraph, links: readonly OpenLink[]): boolean {
  const { members } = graph.inputs;
  const lists: OpenNames[] = [];
  return links.every(({ undefinedNames, isDropped, further }) => {
    let list = lists.find(({ names }) => areEqual(names, undefinedNames));
    if (list === undefined) {
      list = { names: undefinedNames, definers: definersOf(graph, undefinedNames) };
      lists.push(list);
    }
    return list.definers.every((member) => isDropped(member) || !further.has(members[member].archive));
  });
}

/** A list of undefined names, which many links have in common, and the files that define any of them. */
interface OpenNames {
  readonly names: Int32Array;
  readonly definers: readonly MemberId[];
}

function definersOf(graph: LinkGraph, names: Int32Array): MemberId[] {
  const { member } = graph.inputs.symbols;
  const definers = new Set<MemberId>();
  const symbols = definitionsOf(graph, names);
  for (let at = 0; at < symbols.length; at++) definers.add(member[symbols[at]]);
  return [...definers];
}
