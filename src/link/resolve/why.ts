import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { Resolution } from './resolution.js';

/** A file of a link, and what extracted it. */
export interface LoadStep {
  readonly member: MemberId;
  /** The name that extracted it; NONE for objects on the line and members of whole archives. */
  readonly wanted: NameId;
}

/**
 * Why a file is loaded: the chain of references from a file that the line loads, or from a root, to the file itself.
 * Empty if it is not loaded.
 */
export function loadChain({ isLoaded, extractedBy, extractedFor }: Resolution, member: MemberId): LoadStep[] {
  const chain: LoadStep[] = [];
  // A file is extracted by a file that was loaded before, so the walk back ends.
  for (let at = member; at !== NONE && isLoaded[at]; at = extractedBy[at])
    chain.push({ member: at, wanted: extractedFor[at] });
  return chain.reverse();
}

/** A file that refers to names another defines. */
export interface Use {
  readonly user: MemberId;
  /** In the order of the user's symbol table. */
  readonly names: readonly NameId[];
}

/** Files of a link that use definitions of these files, by the bindings of their references; in load order. */
export function usersOf(
  graph: LinkGraph,
  { loaded, winners }: Resolution,
  members: Iterable<MemberId>,
): Map<MemberId, Use[]> {
  const { member: memberOf } = graph.inputs.symbols;
  const { first, row } = graph.rows.references;
  const uses = new Map<MemberId, Use[]>([...members].map((member) => [member, []]));
  const isAsked = new Uint8Array(graph.inputs.members.length);
  for (const member of uses.keys()) isAsked[member] = 1;
  for (const user of loaded) {
    const own = new Map<MemberId, Set<NameId>>();
    for (let at = first[user]; at < first[user + 1]; at++) {
      const name = graph.name[row[at]];
      if (winners[name] === NONE) continue;
      const used = memberOf[winners[name]];
      if (used === user || isAsked[used] === 0) continue;
      const names = own.get(used) ?? new Set();
      own.set(used, names.add(name));
    }
    for (const [used, names] of own) uses.get(used)?.push({ user, names: [...names] });
  }
  return uses;
}
