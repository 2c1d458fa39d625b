import type { ByteSource } from '../bytes/byte-source.js';
import { ByteView } from '../bytes/byte-view.js';

/** Below this, bytes that the source has at hand cost less than asking for them anew. */
const SMALL = 4096;

/**
 * A place to read one table of each object into, over and over. Fresh memory for each would cost more than the
 * reading: the system has to find and clear its pages.
 */
export class Scratch {
  #bytes = new Uint8Array(1 << 16);

  /** Like `ByteSource.view`, but good only until the next call. @throws MalformedError */
  view(object: ByteSource, offset: number, length: number, what: string, littleEndian: boolean): ByteView {
    // Out of range, the source finds the words.
    if (length < SMALL || !(offset >= 0 && offset + length <= object.size)) {
      return object.view(offset, length, what, littleEndian);
    }
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
    const bytes = this.#bytes.subarray(0, length);
    object.fill(offset, bytes);
    return new ByteView(bytes, what, object.label, object.start + offset, littleEndian);
  }
}
