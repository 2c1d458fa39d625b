import type { Inputs } from '../../link/inputs/inputs.js';
import type { MemberId } from '../../symbols/table.js';

/**
 * C17: whether a member is part of a DLL's import table, which the linker builds from `.idata$*` and `.didat$*`
 * sections of many members, in the order of their suffixes. A table from two import libraries would be broken: entries
 * after its terminator are not imported. So such members are never dropped.
 */
export function isImportMember({ contents }: Inputs, member: MemberId): boolean {
  const content = contents[member];
  return (
    content.kind === 'object' &&
    content.info.sideEffects.some(({ section }) => /^\.(idata|didat)\b/.test(section))
  );
}
