import type { ByteView } from '../../bytes/byte-view.js';
import type { MalformedError } from '../../bytes/malformed-error.js';

/** Where a name is; the bytes are those of the reader's view. */
export interface WasmName {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Latin-1 text: one character a byte. */
export const nameText = ({ bytes, start, end }: WasmName): string =>
  Buffer.from(bytes.subarray(start, end)).toString('latin1');

/** Reads numbers and names one after the other; WebAssembly gives hardly any offsets to jump by. */
export class WasmReader {
  constructor(
    readonly view: ByteView,
    public position = 0,
  ) {}

  get isAtEnd(): boolean {
    return this.position >= this.view.length;
  }

  u8(): number {
    return this.view.u8(this.position++);
  }

  /** Seven bits a byte, lowest first; exact up to 2⁵³. Linkers patch them, so many are padded to five bytes or ten. */
  uleb(): number {
    let value = 0;
    for (let scale = 1, length = 0; length < 10; scale *= 128, length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw this.error('number without an end');
  }

  /** A signed number. */
  sleb(): number {
    let value = 0;
    for (let scale = 1, length = 0; length < 10; scale *= 128, length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte >= 0x40 ? value - scale * 128 : value;
    }
    throw this.error('number without an end');
  }

  name(): WasmName {
    const length = this.uleb();
    const start = this.position;
    this.skip(length);
    return { bytes: this.view.bytes, start, end: start + length };
  }

  /** @throws MalformedError when there are not so many bytes */
  skip(length: number): void {
    if (!(this.position + length <= this.view.length)) throw this.error(`need ${length} bytes`);
    this.position += length;
  }

  error(problem: string): MalformedError {
    return this.view.error(this.position, problem);
  }
}
