import type { StoredMember } from '../../archive/archive.js';
import { longName } from '../../archive/member-name.js';
import type { MemberReader } from '../../archive/read-archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { Core } from '../../engine/core.js';
import { ElfMembers } from '../../symbols/elf/read-members.js';
import type { ObjectContent } from '../../symbols/object-format.js';

/** Headers in a row at which no ELF object was read, after which all further members are read one by one. */
const MOST_MISSES = 8;

/**
 * Reads the ELF objects of an archive into the table of a core, as many as follow one another at once.
 * @param add a member whose rows are in the table
 */
export function elfMembersReader(
  core: Core,
  archive: ByteSource,
  add: (member: StoredMember, content: ObjectContent) => void,
): NonNullable<MemberReader['readOn']> {
  const objects = new ElfMembers(core, archive);
  let misses = 0;
  return (position, names, members) => {
    if (misses === MOST_MISSES) return position;
    const run = objects.read(position, names !== null);
    misses = run.members.length === 0 ? misses + 1 : 0;
    for (const { headerOffset, dataOffset, size, name, nameOffset, content } of run.members) {
      const member: StoredMember = {
        name: name ?? longName(names!, nameOffset),
        ordinal: members.length,
        headerOffset,
        dataOffset,
        size,
        nameOffset,
        nameSuffix: '',
      };
      members.push(member);
      add(member, content);
    }
    return run.next;
  };
}
