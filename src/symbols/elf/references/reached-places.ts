import type { ByteSource } from '../../../bytes/byte-source.js';
import { unsigned } from '../../../engine/core.js';
import { withOpened } from '../open-in-core.js';

/**
 * By section number: 1 for a section with a definition that may be reached in another way than by its linkage name: the
 * object's own code or data refers to a place in the section, or the section has a second linkage name. Found without
 * decoding the object; of most definitions it says that only their name leads to them.
 *
 * @throws MalformedError for a broken object, UnreadableError for compact relocations
 */
export const reachedPlaces = (object: ByteSource): Uint8Array =>
  withOpened(object, ({ core, sectionCount, isMips }) =>
    core.bytes(unsigned(core.exports.elfReached(isMips)), sectionCount).slice(),
  );
