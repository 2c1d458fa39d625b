import type { ByteSource } from '../../bytes/byte-source.js';
import { readElfData } from '../elf/image/elf-data.js';
import type { ObjectFormatId } from '../object-format.js';
import { CODE, type ObjectData } from './data-content.js';
import { dataOfImage } from './image-data.js';
import { readImage, readOrNull } from './read-image.js';

/**
 * Data of some names of an object. Of ELF with addends in its relocations only these names are read if they hold no
 * address of the object itself, of others all.
 *
 * @throws MalformedError, UnreadableError as `readImage`
 */
export function readData(object: ByteSource, format: ObjectFormatId, asked: ReadonlySet<string>): ObjectData {
  const contents = format === 'elf' ? readOrNull(() => readElfData(object, asked)) : null;
  if (contents === null) return dataOfImage(readImage(object, format));
  // Such an object has no address of its own data that could be asked for.
  return {
    of: (name) => contents.get(name),
    at: () => ({ content: CODE, names: [], isSized: false, isWritable: false }),
  };
}
