import type { ByteSource } from '../../bytes/byte-source.js';
import { readElfData } from '../elf/image/elf-data.js';
import type { ObjectFormatId } from '../object-format.js';
import type { ContentOfName } from './data-content.js';
import { dataOfImage } from './image-data.js';
import { readImage, readOrNull } from './read-image.js';

/**
 * Data of some names of an object. Of ELF with addends in its relocations only these names are read, of others all.
 *
 * @throws MalformedError, UnreadableError as `readImage`
 */
export function readData(
  object: ByteSource,
  format: ObjectFormatId,
  asked: ReadonlySet<string>,
): ContentOfName {
  const contents = format === 'elf' ? readOrNull(() => readElfData(object, asked)) : null;
  return contents === null ? dataOfImage(readImage(object, format)) : (name) => contents.get(name);
}
