import type { Inputs } from '../../link/inputs/inputs.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** How many of some members are of a class but of other archives than this one. */
export type CountElsewhere = (classId: number, archive: number) => number;

/**
 * Counts members by class, and by class and archive, so that conditions on all copies of a member need no list of them,
 * which would be quadratic in equal members.
 * @param classOf class of a member; NONE without one
 */
export function countElsewhere(
  inputs: Inputs,
  members: Iterable<MemberId>,
  classOf: (member: MemberId) => number,
): CountElsewhere {
  const archives = inputs.archives.length + 1;
  const ofClass = new Map<number, number>();
  const ofArchive = new Map<number, number>();
  const increment = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const member of members) {
    const classId = classOf(member);
    if (classId === NONE) continue;
    increment(ofClass, classId);
    increment(ofArchive, classId * archives + inputs.members[member].archive + 1);
  }
  return (classId, archive) => {
    const all = classId === NONE ? 0 : (ofClass.get(classId) ?? 0);
    return all === 0 ? 0 : all - (ofArchive.get(classId * archives + archive + 1) ?? 0);
  };
}
