import type { Inputs } from '../../link/inputs/inputs.js';
import { passingImage } from '../../link/inputs/member-image.js';
import { isWeak } from '../../symbols/flags.js';
import { mergedDigests } from '../../symbols/image/comdat-digest.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type Selection, type SymbolId } from '../../symbols/table.js';

/** Whether linkers merge two definitions with equal content: in COMDAT groups, or as weak definitions of Mach-O. */
export type AreInEqualGroups = (one: SymbolId, other: SymbolId) => boolean;

/** Rules by which a linker keeps one of equal groups, whichever it is. */
const MERGED: ReadonlySet<Selection> = new Set<Selection>(['any', 'same-size', 'exact-match', 'largest']);

const NO_DIGESTS: ReadonlyMap<string, string> = new Map();

/**
 * Compares what linkers merge, in kept members: an inline function of a dropped member may be replaced by the equal
 * function of a member that is not a copy. Each object is read once, when it is first compared, and the digests of what
 * is merged are kept.
 */
export function equalGroups(inputs: Inputs): AreInEqualGroups {
  const known = new Map<MemberId, ReadonlyMap<string, string>>();
  const digestsOf = (member: MemberId): ReadonlyMap<string, string> => {
    const digests = known.get(member) ?? readDigests(inputs, member);
    known.set(member, digests);
    return digests;
  };
  const { group, groups, member, name, names, flags, size } = inputs.symbols;
  /** The name by which linkers merge both definitions: of their groups, or on Mach-O their own; null if they do not. */
  const keyOf = (one: SymbolId, other: SymbolId): NameId | null => {
    if (inputs.format === 'macho') return isWeak(flags[one]) ? name[one] : null;
    if (group[one] === NONE || group[other] === NONE) return null;
    const [a, b] = [groups[group[one]], groups[group[other]]];
    const isMerged = a.signature === b.signature && a.selection === b.selection && MERGED.has(a.selection);
    return isMerged ? a.signature : null;
  };
  return (one, other) => {
    if (name[one] !== name[other] || flags[one] !== flags[other] || size[one] !== size[other]) return false;
    const key = keyOf(one, other);
    if (key === null) return false;
    const digest = digestsOf(member[one]).get(names.text(key));
    return digest !== undefined && digest === digestsOf(member[other]).get(names.text(key));
  };
}

/** By signature; empty for an object that cannot be read completely, which proves nothing. */
function readDigests(inputs: Inputs, member: MemberId): ReadonlyMap<string, string> {
  const content = inputs.contents[member];
  const image = passingImage(inputs, member);
  return content.kind === 'object' && image !== null ? mergedDigests(image, content.info.format) : NO_DIGESTS;
}
