import { MalformedError } from '../../bytes/malformed-error.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import { readImage } from '../../symbols/image/read-image.js';
import { UnreadableError } from '../../symbols/object-format.js';
import type { MemberId } from '../../symbols/table.js';
import type { Inputs, Member } from './inputs.js';

/** By member as it was read, or as it was edited: edits of other members leave it as it is. */
const held = new WeakMap<Member, ObjectImage | null>();

/**
 * The image of a member, which stays in memory with it: for few members of which much is asked.
 *
 * @returns null for all but objects, and for an object that cannot be read completely, which proves nothing
 */
export function memberImage(inputs: Inputs, id: MemberId): ObjectImage | null {
  const member = inputs.members[id];
  const image = held.get(member);
  if (image !== undefined) return image;
  const read = readMember(inputs, id);
  held.set(member, read);
  return read;
}

/** The same, but it does not stay in memory: for many members, one after the other. */
export const passingImage = (inputs: Inputs, id: MemberId): ObjectImage | null =>
  held.get(inputs.members[id]) ?? readMember(inputs, id);

function readMember({ members, contents }: Inputs, id: MemberId): ObjectImage | null {
  const content = contents[id];
  const { source, image } = members[id];
  if (content.kind !== 'object') return null;
  try {
    return image ? image() : readImage(source, content.info.format);
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof MalformedError) return null;
    throw error;
  }
}
