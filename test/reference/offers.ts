import type { Archive, ArchiveId, Inputs } from '../../src/link/inputs/inputs.js';
import { type LinkGraph, localNamesOf, type Offers } from '../../src/link/inputs/link-graph.js';
import type { NameId } from '../../src/symbols/names.js';
import type { MemberId } from '../../src/symbols/table.js';

/** Lazy symbols of an object between --start-lib and --end-lib. @param offersLocals local definitions, too */
export function offersOf(graph: LinkGraph, member: MemberId, offersLocals = false): Offers {
  const { inputs, name, rows } = graph;
  const { first, row } = rows.definitions;
  const own = row.subarray(first[member], first[member + 1]).map((symbol) => name[symbol]);
  const names = offersLocals ? Int32Array.from([...own, ...localNamesOf(inputs, member)]) : own;
  return { name: names, member: new Int32Array(names.length).fill(member) };
}

const known = new WeakMap<LinkGraph, readonly Offers[]>();

/** The lazy symbols of an archive's members, each member's local definitions after its others. */
export function offersWithLocals(graph: LinkGraph, archive: ArchiveId): Offers {
  const { inputs, scanned } = graph;
  const found = known.get(graph) ?? inputs.archives.map((one) => withLocals(inputs, one, scanned[one.id]));
  known.set(graph, found);
  return found[archive];
}

/** A member's local definitions come after its others: whichever name is wanted first, the member is the same. */
function withLocals(inputs: Inputs, { firstMember, stored }: Archive, { name, member }: Offers): Offers {
  const names: NameId[] = [];
  const members: MemberId[] = [];
  let at = 0;
  const end = firstMember + stored.members.length;
  for (let own = firstMember; own < end; own++) {
    for (; at < member.length && member[at] === own; at++) {
      names.push(name[at]);
      members.push(own);
    }
    for (const local of localNamesOf(inputs, own)) {
      names.push(local);
      members.push(own);
    }
  }
  return { name: Int32Array.from(names), member: Int32Array.from(members) };
}
