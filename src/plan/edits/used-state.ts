import type { LinkGraph } from '../../link/inputs/link-graph.js';
import { NO_DEMAND, type Resolution } from '../../link/resolve/resolution.js';
import { isLocalState } from '../../symbols/flags.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isCopyKept, type StateKey, type StateTable } from '../state/state.js';
import type { EditsByMember } from './edited-inputs.js';
import { actingSections, reach, type SectionGraphs } from './section-graph.js';

/** A link as state is counted in it. */
export interface CountedLink {
  readonly graph: LinkGraph;
  readonly state: StateTable;
  readonly resolution: Resolution;
  /** The edits that `graph` has. */
  readonly edits: EditsByMember;
}

/**
 * Mutable globals by key, with a copy for each file whose copy is used. A definition with a linkage name is used if references
 * bind to it; a local one if its section is reached from such definitions of its file, or from its constructors.
 *
 * @param wanted files of which reachability is asked; of all others local state counts as reached
 * @param unknown whether local state of a wanted file counts as reached where the file cannot be read as a whole
 */
export function usedState(
  { graph, state, resolution, edits }: CountedLink,
  images: SectionGraphs,
  wanted: ReadonlySet<MemberId>,
  unknown: boolean,
): Map<StateKey, SymbolId[]> {
  const { flags, section } = graph.inputs.symbols;
  const { first, row } = state.rows;
  const used = new Map<StateKey, SymbolId[]>();
  for (const member of resolution.loaded) {
    let sections: Set<number> | null | undefined;
    const isReached = (symbol: SymbolId): boolean => {
      if (!wanted.has(member)) return true;
      sections =
        sections === undefined ? reachedSections(graph, resolution, edits, images, member) : sections;
      const home = sections === null ? NONE : (images(member)?.rowOf(section[symbol]) ?? NONE);
      return sections === null || home === NONE ? unknown : sections.has(home);
    };
    const counted = new Set<StateKey>();
    for (let at = first[member]; at < first[member + 1]; at++) {
      const symbol = row[at];
      const key = state.key[symbol];
      if (counted.has(key) || !isCopyKept(graph, resolution, symbol)) continue;
      const isUsed = isLocalState(flags[symbol])
        ? isReached(symbol)
        : resolution.provider[graph.name[symbol]] === symbol;
      if (!isUsed) continue;
      counted.add(key);
      used.set(key, [...(used.get(key) ?? []), symbol]);
    }
  }
  return used;
}

/** Sections of a file that code of the link can reach; null where the file cannot be read as a whole. */
function reachedSections(
  graph: LinkGraph,
  { provider, demand }: Resolution,
  edits: EditsByMember,
  images: SectionGraphs,
  member: MemberId,
): Set<number> | null {
  const sections = images(member);
  if (sections === null) return null;
  const { symbols } = graph.inputs;
  const { names } = symbols;
  const own = edits.get(member);
  // The image has the names of before the edits.
  const idOf = (text: string): number => {
    const before = names.find(text);
    const edit = before === NONE ? undefined : own?.get(before);
    return edit?.action === 'hide-and-rename' ? names.find(edit.newName) : before;
  };
  const isHere = (name: number): boolean =>
    name !== NONE && provider[name] !== NONE && symbols.member[provider[name]] === member;
  const roots = sections.image.symbols
    .filter(({ binding, section }) => binding !== 'local' && section >= 0)
    .filter(({ name: text }) => {
      const name = idOf(text);
      return isHere(name) && demand[name] !== NO_DEMAND;
    })
    .map(({ section }) => section);
  const follow = (text: string): number => (isHere(idOf(text)) ? sections.homeOf(text) : NONE);
  return reach(sections, [...roots, ...actingSections(sections)], follow);
}
