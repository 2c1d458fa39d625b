import type { ObjectImage } from '../../symbols/image/object-image.js';
import { readImage, readOrNull } from '../../symbols/image/read-image.js';
import type { MemberId } from '../../symbols/table.js';
import type { Inputs, Member } from './inputs.js';

type Images = WeakMap<Member, ObjectImage | null>;
const ofStored: Images = new WeakMap();
/** Images that are not read from stored bytes: of edited members, and of members in link notation. */
const ofLinked: Images = new WeakMap();

/**
 * The image of a member as it is linked, which stays in memory: for a few members that are used often.
 *
 * @returns null for all but objects, and for an object that cannot be read completely, which proves nothing
 */
export function linkedImage(inputs: Inputs, id: MemberId): ObjectImage | null {
  const { image } = inputs.members[id];
  return image === undefined ? storedImage(inputs, id) : hold(ofLinked, inputs, id, image);
}

/** The image of a member's bytes, before any edit; it stays in memory, too. */
export const storedImage = (inputs: Inputs, id: MemberId): ObjectImage | null =>
  hold(ofStored, inputs, id, () =>
    passing?.member === inputs.members[id] ? passing.image : readStored(inputs, id),
  );

/** The same, but it stays in memory only until the next one: for many members, one after the other. */
export function passingImage(inputs: Inputs, id: MemberId): ObjectImage | null {
  const member = inputs.members[id];
  const found = ofStored.get(member);
  if (found !== undefined) return found;
  if (passing?.member !== member) passing = { member, image: readOrNull(() => readStored(inputs, id)) };
  return passing.image;
}

/** The image that was read last without being held. */
let passing: { readonly member: Member; readonly image: ObjectImage | null } | null = null;

function hold(
  images: Images,
  { members }: Inputs,
  id: MemberId,
  read: () => ObjectImage | null,
): ObjectImage | null {
  const found = images.get(members[id]);
  if (found !== undefined) return found;
  const image = readOrNull(read);
  images.set(members[id], image);
  return image;
}

function readStored({ members, contents }: Inputs, id: MemberId): ObjectImage | null {
  const content = contents[id];
  return content.kind === 'object' ? readImage(members[id].source, content.info.format) : null;
}
