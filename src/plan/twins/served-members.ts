import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { servedMembers } from '../../link/resolve/row-searches.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import type { MemberId } from '../../symbols/table.js';
import { coverage } from './covers.js';
import { isAlikeByClass, type Twins } from './twins.js';

/** By archive: how many members of other archives its own members could replace. */
export function membersServed(inputs: Inputs, twins: Twins): Map<ArchiveId, number> {
  const served = new Map([...servedMembers(inputs, twins.content, twins.unit).entries()]);
  if (twins.declared.size === 0) return served;
  const covers = coverage(inputs, wantedNames(inputs));
  for (const [provider, others] of byProvider(twins.declared))
    for (const member of others)
      if (!isAlikeByClass(twins, member, provider) && covers(provider, member)) {
        const { archive } = inputs.members[provider];
        served.set(archive, (served.get(archive) ?? 0) + 1);
      }
  return served;
}

function byProvider(declared: Twins['declared']): Map<MemberId, MemberId[]> {
  const found = new Map<MemberId, MemberId[]>();
  for (const [member, others] of declared)
    for (const provider of others) {
      const known = found.get(provider);
      if (known) known.push(member);
      else found.set(provider, [member]);
    }
  return found;
}

/** By NameId: 1 for names with a reference in some member. (A file has no reference row for a name that it defines.) */
function wantedNames(inputs: Inputs): Uint8Array {
  const { name, names } = inputs.symbols;
  const wanted = new Uint8Array(names.length);
  const { row } = selectRows(inputs.symbols, 'reference');
  for (let at = 0; at < row.length; at++) wanted[name[row[at]]] = 1;
  return wanted;
}
