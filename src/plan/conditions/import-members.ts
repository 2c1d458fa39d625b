import type { Inputs } from '../../link/inputs/inputs.js';
import type { MemberId } from '../../symbols/table.js';

/**
 * C17: whether a member is a part of a DLL's import table, which the linker makes of `.idata$*` and `.didat$*` of many
 * members, in the order of their suffixes. A table that is made of two import libraries is torn: what falls behind its
 * end is not imported. So such members are never dropped.
 */
export function isImportMember({ contents }: Inputs, member: MemberId): boolean {
  const content = contents[member];
  return (
    content.kind === 'object' &&
    content.info.sideEffects.some(({ section }) => /^\.(idata|didat)\b/.test(section))
  );
}
