import type { Inputs } from '../../link/inputs/inputs.js';
import type { MemberId } from '../../symbols/table.js';

/** A member, as every part of a report names it. */
export interface MemberRef {
  /** Row of `archives`; −1 for an object on its own. */
  readonly archive: number;
  readonly ordinal: number;
  readonly name: string;
}

/** A member by archive row, ordinal and name. */
export function refTo(inputs: Inputs, member: MemberId): MemberRef {
  const { archive, ordinal, name } = inputs.members[member];
  return { archive, ordinal, name };
}
