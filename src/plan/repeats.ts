import type { Inputs } from '../link/inputs/inputs.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Ranks } from './ranks.js';
import type { Twins } from './twins/twins.js';

/** Members of an archive that is loaded whole, and the first member of the same archive that each equals. */
export type Repeats = ReadonlyMap<MemberId, MemberId>;

export function findRepeats(
  inputs: Inputs,
  { content }: Pick<Twins, 'content'>,
  { isWhole }: Ranks,
): Repeats {
  const repeats = new Map<MemberId, MemberId>();
  for (const { firstMember, id, stored } of inputs.archives) {
    if (!isWhole(id)) continue;
    const first = new Map<number, MemberId>();
    for (let member = firstMember; member < firstMember + stored.members.length; member++) {
      if (content[member] === NONE) continue;
      const known = first.get(content[member]);
      if (known === undefined) first.set(content[member], member);
      else repeats.set(member, known);
    }
  }
  return repeats;
}
