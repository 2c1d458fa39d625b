import { isOfUser } from '../../link/command/driver-inputs.js';
import type { OpenedLine } from '../../link/line/opened-line.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** Whether a compiler driver put a file on the line, and no argument of the user names it. */
export function isFoundByDriver({ inputs, parsed, places }: OpenedLine, member: MemberId): boolean {
  const { archive } = inputs.members[member];
  if (archive !== NONE) return inputs.archives[archive].isFixed;
  return !parsed.inputs.some((input, at) => {
    const place = places[at];
    return isOfUser(input) && place?.kind === 'object' && place.member === member;
  });
}
