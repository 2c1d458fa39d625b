import type { ByteSource } from '../../../bytes/byte-source.js';
import { unsigned } from '../../../engine/core.js';
import { scratchCore } from '../../../engine/scratch-core.js';
import { readElfHeader, refuseOtherThanObjects } from '../header.js';
import { readWithCore, withOpened } from '../open-in-core.js';

/**
 * By section number: 1 for a section with a definition that may be reached in another way than by its linkage name: the
 * object's own code or data refers to a place in the section, or the section has a second linkage name. Found without
 * decoding the object; most definitions turn out to be reached only by name.
 *
 * @throws MalformedError for a broken object, UnreadableError for compact relocations
 */
export const reachedPlaces = (object: ByteSource): Uint8Array =>
  withOpened(object, ({ core, sectionCount, isMips }) =>
    core.bytes(unsigned(core.exports.elfReached(isMips)), sectionCount).slice(),
  );

/**
 * The same as far as symbols tell: 0 for a section that no relocation can refer to by its place, since it has no local
 * symbol. Reads neither relocations nor names. Each section of `reachedPlaces` is among these.
 *
 * @throws MalformedError for a broken object
 */
export function possiblePlaces(object: ByteSource): Uint8Array {
  const core = scratchCore();
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const { bits, littleEndian, sectionsOffset, sectionCount } = header;
  return readWithCore(core, object, header, (exports) => {
    const address = exports.elfPossiblePlaces(
      object.size,
      bits === 64,
      !littleEndian,
      sectionsOffset,
      sectionCount,
    );
    return core.bytes(unsigned(address), exports.elfSectionCount()).slice();
  });
}
