import { MalformedError } from './malformed-error.js';

/** 2³², for numbers that take two 32-bit words: exact up to 2⁵³, and far faster than BigInt. */
const WORD = 0x1_0000_0000;

/**
 * Bounds-checked reads from a piece of a file. The byte order is chosen once, since no format mixes them within
 * a table. Every error names the file, the table and the offset.
 */
export class ByteView {
  readonly #data: DataView;

  /**
   * @param bytes        the piece itself
   * @param what         the table it holds, for errors: 'section headers'
   * @param label        file, or `archive(member)`, for errors
   * @param fileOffset   where the piece starts in its file
   * @param littleEndian byte order of all numbers read
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly what: string,
    readonly label: string,
    readonly fileOffset: number,
    readonly littleEndian = true,
  ) {
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  u8(offset: number): number {
    this.#need(offset, 1);
    return this.bytes[offset];
  }

  u16(offset: number): number {
    this.#need(offset, 2);
    return this.#data.getUint16(offset, this.littleEndian);
  }

  u32(offset: number): number {
    this.#need(offset, 4);
    return this.#data.getUint32(offset, this.littleEndian);
  }

  i32(offset: number): number {
    this.#need(offset, 4);
    return this.#data.getInt32(offset, this.littleEndian);
  }

  /** Exact up to 2⁵³; a larger value loses low bits, and is out of every range it could be checked against. */
  u64(offset: number): number {
    this.#need(offset, 8);
    const first = this.#data.getUint32(offset, this.littleEndian);
    const second = this.#data.getUint32(offset + 4, this.littleEndian);
    return this.littleEndian ? second * WORD + first : first * WORD + second;
  }

  /** The bytes of a NUL-terminated string that starts at `offset`, without the NUL. */
  cString(offset: number): Uint8Array {
    this.#need(offset, 1);
    const end = this.bytes.indexOf(0, offset);
    if (end < 0) throw this.error(offset, 'string without a terminating NUL');
    return this.bytes.subarray(offset, end);
  }

  slice(offset: number, length: number, what: string): ByteView {
    this.#need(offset, length);
    return new ByteView(
      this.bytes.subarray(offset, offset + length),
      what,
      this.label,
      this.fileOffset + offset,
      this.littleEndian,
    );
  }

  /** The same bytes, in memory that no later read reuses. */
  copy(): ByteView {
    // Not `slice`, which of a Buffer is a view.
    return new ByteView(
      new Uint8Array(this.bytes),
      this.what,
      this.label,
      this.fileOffset,
      this.littleEndian,
    );
  }

  error(offset: number, problem: string): MalformedError {
    return new MalformedError(this.label, this.fileOffset + offset, `${this.what}: ${problem}`);
  }

  #need(offset: number, length: number): void {
    if (offset < 0 || offset + length > this.bytes.byteLength || !(length >= 0)) {
      const left = Math.max(0, this.bytes.byteLength - Math.max(0, offset));
      throw this.error(offset, `need ${length} bytes at ${offset}, ${left} left`);
    }
  }
}
