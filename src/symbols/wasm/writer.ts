/** Appends numbers, names and ranges, as WebAssembly encodes them. */
export class WasmWriter {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  bytes(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  u8(value: number): void {
    this.bytes(Uint8Array.of(value));
  }

  /** Seven bits a byte, lowest first, in as few bytes as will do. Up to 2⁵³. */
  uleb(value: number): void {
    const encoded: number[] = [];
    let rest = value;
    do {
      const low = rest % 128;
      rest = Math.floor(rest / 128);
      encoded.push(rest > 0 ? low | 0x80 : low);
    } while (rest > 0);
    this.bytes(Uint8Array.from(encoded));
  }

  /** @param name Latin-1, a character a byte */
  name(name: string): void {
    this.uleb(name.length);
    this.bytes(Buffer.from(name, 'latin1'));
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts, this.#size);
  }
}
