import { MalformedError } from '../../bytes/malformed-error.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { comdatDigests } from '../../symbols/comdat-digest.js';
import { UnreadableError } from '../../symbols/object-format.js';
import { readImage } from '../../symbols/read-image.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';

/** Whether two definitions are in COMDAT groups with equal content. */
export type AreInEqualGroups = (one: SymbolId, other: SymbolId) => boolean;

const NO_DIGESTS: ReadonlyMap<string, string> = new Map();

/**
 * Compares COMDAT groups of kept members: an inline function of a dropped member may be replaced by the equal function
 * of a member that is not a copy. Each object is read once, when it is first compared, and the digests of its groups
 * are kept.
 */
export function equalGroups(inputs: Inputs): AreInEqualGroups {
  const known = new Map<MemberId, ReadonlyMap<string, string>>();
  const digestsOf = (member: MemberId): ReadonlyMap<string, string> => {
    const digests = known.get(member) ?? readDigests(inputs, member);
    known.set(member, digests);
    return digests;
  };
  const { group, groups, member, name, names, flags, size } = inputs.symbols;
  return (one, other) => {
    if (group[one] === NONE || group[other] === NONE || name[one] !== name[other]) return false;
    if (flags[one] !== flags[other] || size[one] !== size[other]) return false;
    const [a, b] = [groups[group[one]], groups[group[other]]];
    if (a.signature !== b.signature || a.selection !== 'any' || b.selection !== 'any') return false;
    const signature = names.text(a.signature);
    const digest = digestsOf(member[one]).get(signature);
    return digest !== undefined && digest === digestsOf(member[other]).get(signature);
  };
}

/** By signature; empty for an object that cannot be read completely, which proves nothing. */
function readDigests({ members, contents }: Inputs, member: MemberId): ReadonlyMap<string, string> {
  const content = contents[member];
  if (content.kind !== 'object') return NO_DIGESTS;
  try {
    return comdatDigests(readImage(members[member].source, content.info.format));
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof MalformedError) return NO_DIGESTS;
    throw error;
  }
}
