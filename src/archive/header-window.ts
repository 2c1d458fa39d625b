import type { ByteSource } from '../bytes/byte-source.js';
import { ByteView } from '../bytes/byte-view.js';

/** Holds a header with its inline name, and in a thin archive 17 headers in a row; 4 KiB took longer. */
const READ_AHEAD = 1024;

/** Reads small pieces at rising offsets; a piece that was read ahead costs no system call. */
export class HeaderWindow {
  readonly #bytes = new Uint8Array(READ_AHEAD);
  #start = 0;
  #length = 0;

  constructor(readonly source: ByteSource) {}

  /** @throws MalformedError when the piece does not lie within the source */
  at(offset: number, length: number, what: string): ByteView {
    const { source } = this;
    if (length > READ_AHEAD || offset < 0 || offset + length > source.size)
      return source.view(offset, length, what);
    if (offset < this.#start || offset + length > this.#start + this.#length) this.#moveTo(offset);
    const at = offset - this.#start;
    return new ByteView(this.#bytes.slice(at, at + length), what, source.label, source.start + offset);
  }

  #moveTo(offset: number): void {
    this.#start = offset;
    this.#length = Math.min(READ_AHEAD, this.source.size - offset);
    this.source.fill(offset, this.#bytes.subarray(0, this.#length));
  }
}
