/** Appends numbers and text to a growing buffer; little or big endian as constructed. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #data = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(readonly littleEndian = true) {}

  get length(): number {
    return this.#length;
  }

  u32(value: number): this {
    this.#room(4);
    this.#data.setUint32(this.#length, value, this.littleEndian);
    this.#length += 4;
    return this;
  }

  /** @param value a whole number up to 2⁵³ */
  u64(value: number): this {
    const high = Math.floor(value / 0x1_0000_0000);
    const low = value >>> 0;
    return this.littleEndian ? this.u32(low).u32(high) : this.u32(high).u32(low);
  }

  append(bytes: Uint8Array): this {
    this.#room(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
    return this;
  }

  /** Latin-1 text, one byte a character. */
  text(text: string): this {
    this.#room(text.length);
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at);
    return this;
  }

  /** `text`, padded with spaces to `width`. */
  field(text: string, width: number): this {
    if (text.length > width) throw new RangeError(`'${text}' does not fit in a field of ${width} bytes`);
    return this.text(text.padEnd(width, ' '));
  }

  /** Pads with `fill` until the length is a multiple of `alignment`. */
  align(alignment: number, fill: number): this {
    const padding = (alignment - (this.#length % alignment)) % alignment;
    this.#room(padding);
    this.#bytes.fill(fill, this.#length, this.#length + padding);
    this.#length += padding;
    return this;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.byteLength * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#data = new DataView(larger.buffer);
  }
}
