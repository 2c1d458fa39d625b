import type { ByteSource } from '../bytes/byte-source.js';
import { ByteView } from '../bytes/byte-view.js';

/** Bytes. Smaller reads are cheaper from the source's own buffer. */
const SMALL = 4096;

/** Memory that tables of objects are read into. */
export interface TableMemory {
  /** @throws MalformedError for a range that does not lie within the object */
  view(object: ByteSource, offset: number, length: number, what: string, littleEndian: boolean): ByteView;
}

/** For each table memory of its own. */
export const OWN_MEMORY: TableMemory = {
  view: (object, offset, length, what, littleEndian) => object.view(offset, length, what, littleEndian),
};

/**
 * A buffer that is reused to read one table of each object. Allocating for each object would cost more than the
 * reading, because the system has to find and clear the pages.
 */
export class Scratch implements TableMemory {
  #bytes = new Uint8Array(1 << 16);

  /** Like `ByteSource.view`, but good only until the next call. @throws MalformedError */
  view(object: ByteSource, offset: number, length: number, what: string, littleEndian: boolean): ByteView {
    // For a range outside the object, the source throws the error.
    if (length < SMALL || !(offset >= 0 && offset + length <= object.size)) {
      return object.view(offset, length, what, littleEndian);
    }
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    const bytes = this.#bytes.subarray(0, length);
    object.fill(offset, bytes);
    return new ByteView(bytes, what, object.label, object.start + offset, littleEndian);
  }
}
