import type { Inputs } from '../../link/inputs/inputs.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** How many of some members are of a class but of other archives than this one. */
export type CountElsewhere = (classId: number, archive: number) => number;

/** Most rows of classes by archives that are counted in a table; more are counted in a map, by those that there are. */
const MOST_ROWS = 1 << 16;

/**
 * Counts members by class, and by class and archive, so that conditions on all copies of a member need no list of them,
 * which would be quadratic in equal members.
 * @param classOf class of a member; NONE without one
 * @param classes how many there are at most; infinite if that is not known
 */
export function countElsewhere(
  inputs: Inputs,
  members: readonly MemberId[],
  classOf: (member: MemberId) => number,
  classes = Number.POSITIVE_INFINITY,
): CountElsewhere {
  const archives = inputs.archives.length + 1;
  return classes * archives <= MOST_ROWS
    ? countInTable(inputs, members, classOf, classes)
    : countInMap(inputs, members, classOf);
}

/** By class, a row for each archive, and before them one for all. */
function countInTable(
  inputs: Inputs,
  members: readonly MemberId[],
  classOf: (member: MemberId) => number,
  classes: number,
): CountElsewhere {
  const width = inputs.archives.length + 2;
  const counts = new Uint32Array(classes * width);
  for (let at = 0; at < members.length; at++) {
    const classId = classOf(members[at]);
    if (classId === NONE) continue;
    counts[classId * width]++;
    counts[classId * width + inputs.members[members[at]].archive + 2]++;
  }
  return (classId, archive) =>
    classId === NONE ? 0 : counts[classId * width] - counts[classId * width + archive + 2];
}

function countInMap(
  inputs: Inputs,
  members: readonly MemberId[],
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
