import type { ByteSource } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { readCoffImage } from '../coff/image.js';
import { readElfDataImage } from '../elf/image/elf-data-image.js';
import { readElfImage } from '../elf/image/elf-image.js';
import { readMachoImage } from '../macho/image.js';
import { type ObjectFormatId, UnreadableError } from '../object-format.js';
import { readWasmImage } from '../wasm/image.js';
import { type DataImage, dataImageOf } from './data-image.js';
import type { ObjectImage } from './object-image.js';

const READERS: { readonly [format in ObjectFormatId]?: (object: ByteSource) => ObjectImage } = {
  elf: readElfImage,
  coff: readCoffImage,
  macho: readMachoImage,
  wasm: readWasmImage,
};

/**
 * The whole object as a linker sees it. Reads all of it but debug information: for few members, not for all of a link.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for what this reader does not understand, and for formats without such a reader
 */
export function readImage(object: ByteSource, format: ObjectFormatId): ObjectImage {
  const read = READERS[format];
  if (read === undefined) throw new UnreadableError(`no reader for a whole ${format} object`);
  return read(object);
}

/**
 * The data of an object. Of an ELF object, all is checked, and only the sections that are asked for are read.
 * @throws the same
 */
export const readDataImage = (object: ByteSource, format: ObjectFormatId): DataImage =>
  format === 'elf' ? readElfDataImage(object) : dataImageOf(readImage(object, format), format);

/** Doubt means keep: what cannot be read, or is not understood, proves nothing. */
export function readOrNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof MalformedError) return null;
    throw error;
  }
}
