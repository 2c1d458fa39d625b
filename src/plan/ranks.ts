import type { ArchiveId, Inputs } from '../link/inputs/inputs.js';
import type { LinkLine } from '../link/line/link-line.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Claims } from './twins/ownership.js';

/** Ranks of members, which decide whose copy stays: the smallest number first. */
export interface Ranks {
  rankOf(member: MemberId): number;
  /** Whether a link loads all members of an archive that may be rewritten, so that it loads equal members twice. */
  isWhole(archive: ArchiveId): boolean;
}

/** Objects on the line are always in the link, so nothing is safer as the copy of a member. */
const OBJECT = -3;
/** Rank of fixed archives: before every other archive, so that no member of them is dropped. */
const FIXED = -2;
/** Rank of a member whose archive owns it by a rule of the user. */
const OWNED = -1;

/** @param owners archives by their claim */
export function rankMembers(
  inputs: Inputs,
  line: LinkLine,
  owners: readonly ArchiveId[],
  { owner }: Claims,
): Ranks {
  const rank = new Map(owners.map((archive, at) => [archive, at]));
  const objects = new Set(line.items.flatMap((item) => (item.kind === 'object' ? [item.member] : [])));
  const whole = new Set(
    line.items.flatMap((item) => (item.kind === 'archive' && item.whole ? [item.archive] : [])),
  );
  const rankOf = (member: MemberId): number => {
    const { archive } = inputs.members[member];
    // A lazy object may not be loaded at all.
    if (archive === NONE) return objects.has(member) ? OBJECT : Number.POSITIVE_INFINITY;
    if (inputs.archives[archive].isFixed) return FIXED;
    const own = rank.get(archive) ?? FIXED;
    return own >= 0 && owner[member] === archive ? OWNED : own;
  };
  return { rankOf, isWhole: (archive) => whole.has(archive) && !inputs.archives[archive].isFixed };
}
