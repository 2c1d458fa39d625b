import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';

/** Holds a header with its inline name, and in a thin archive 17 headers in a row; 4 KiB took longer. */
const READ_AHEAD = 1024;

/** Reads small pieces at rising offsets; a piece that was read ahead costs no system call. */
export class HeaderWindow {
  #view: ByteView | null = null;
  #start = 0;

  constructor(readonly source: ByteSource) {}

  /** @throws MalformedError when the piece does not lie within the source */
  at(offset: number, length: number, what: string): ByteView {
    if (offset < 0 || offset + length > this.source.size) return this.source.view(offset, length, what);
    if (this.#view === null || offset < this.#start || offset + length > this.#start + this.#view.length) {
      this.#view = this.source.viewUpTo(offset, Math.max(length, READ_AHEAD), what);
      this.#start = offset;
    }
    return this.#view.slice(offset - this.#start, length, what);
  }
}
