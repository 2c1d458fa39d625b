import type { ByteSource } from '../../bytes/byte-source.js';
import type { MalformedError } from '../../bytes/malformed-error.js';

/**
 * LLVM's bitstream container (llvm.org/docs/BitCodeFormat.html): a tree of blocks, which can be skipped by their
 * length, and of records, whose layout abbreviations define. Only ranges that are looked at are read.
 */

/** Abbreviation ids with a fixed meaning; those from 4 on are the block's own. */
export const END_BLOCK = 0;
export const ENTER_SUBBLOCK = 1;
export const DEFINE_ABBREV = 2;
export const UNABBREV_RECORD = 3;
const FIRST_OWN_ABBREV = 4;

const FIXED = 1;
const VBR = 2;
const ARRAY = 3;
const CHAR6 = 4;
const BLOB = 5;

/** LLVM writes a few dozen; more than these can only be damage. */
const MAX_ABBREVS = 4096;
const MAX_OPERANDS = 4096;
/** No number is wider: LLVM's MaxChunkSize. */
const MAX_WIDTH = 32;

const WINDOW = 1 << 15;

/** A number in a record's layout: `value` is its literal value, or the width of a FIXED or VBR. */
interface Operand {
  readonly encoding: 'literal' | typeof FIXED | typeof VBR | typeof ARRAY | typeof CHAR6 | typeof BLOB;
  readonly value: number;
}
export type Abbreviation = readonly Operand[];

export interface Block {
  readonly id: number;
  /** Bits of an abbreviation id within the block. */
  readonly idWidth: number;
  /** Bit position just after the block. */
  readonly end: number;
}

/** Bytes past the end of a window, all zero past that of the stream: a number may reach into five. */
const OVERHANG = 8;
/** The bits of five chunks of six that say that more of their number follows. */
const MORE_OF_FIVE = 0b100000_100000_100000_100000_100000;
/** No number has as many chunks of six bits. */
const MOST_CHUNKS = 14;

/** Reads numbers of any width, least significant bit first. Positions count bits. */
export class BitReader {
  position = 0;
  /** In bits. */
  readonly length: number;
  readonly #bytes = new Uint8Array(WINDOW + OVERHANG);
  readonly #data = new DataView(this.#bytes.buffer);
  /** Where in the stream the window begins, and the last bit in it from which any number can be read. */
  #firstBit = 0;
  #lastBit = -1;

  /** @param source begins where the stream does: alignment counts from there */
  constructor(readonly source: ByteSource) {
    this.length = source.size * 8;
  }

  /** @param width up to 32 */
  fixed(width: number): number {
    if (width === 0) return 0;
    this.need(width);
    const { position } = this;
    if (position < this.#firstBit || position > this.#lastBit) this.#moveWindow();
    const bit = position - this.#firstBit;
    this.position = position + width;
    const at = bit >>> 3;
    const shift = bit & 7;
    const low = this.#data.getUint32(at, true) >>> shift;
    // A number that is not aligned may reach into a fifth byte.
    const high = shift === 0 ? 0 : this.#bytes[at + 4] << (32 - shift);
    return ((low | high) & (width === 32 ? -1 : (1 << width) - 1)) >>> 0;
  }

  /** Chunks of `width` bits, each with a bit to say that more follow; exact up to 2⁵³. */
  vbr(width: number): number {
    const more = 2 ** (width - 1);
    let value = 0;
    for (let scale = 1; ; scale *= more) {
      const chunk = this.fixed(width);
      if (chunk < more) return value + chunk * scale;
      value += (chunk - more) * scale;
      if (scale > 2 ** 64) throw this.error('number without an end');
    }
  }

  /** Skips `count` VBR6 numbers (chunks of six bits), five chunks at a time. */
  skipVbr6(count: number): void {
    let open = 0;
    for (let left = count; left > 0; ) {
      if (this.position + 30 > this.length) {
        this.vbr(6);
        left--;
        continue;
      }
      const ends = ~this.fixed(30) & MORE_OF_FIVE;
      const numbers = bitCount(ends);
      open = numbers === 0 ? open + 5 : 0;
      if (open > MOST_CHUNKS) throw this.error('number without an end');
      left -= numbers;
      if (left > 0 || (left === 0 && ends >>> 29 === 1)) continue;
      // The last number ends before the fifth chunk: continue after it.
      let last = ends;
      for (; left < 0; left++) last ^= 1 << (31 - Math.clz32(last));
      this.position -= Math.clz32(last) - 2;
    }
  }

  align32(): void {
    this.position = Math.ceil(this.position / 32) * 32;
  }

  skip(bits: number): void {
    this.need(bits);
    this.position += bits;
  }

  need(bits: number): void {
    if (!(this.position + bits <= this.length)) throw this.error(`need ${bits} bits`);
  }

  error(problem: string): MalformedError {
    return this.source.error(Math.floor(this.position / 8), `bitstream: ${problem}`);
  }

  #moveWindow(): void {
    const start = Math.floor(this.position / 8);
    const length = Math.min(WINDOW, this.source.size - start);
    this.source.fill(start, this.#bytes.subarray(0, length));
    this.#bytes.fill(0, length, length + OVERHANG);
    const isLast = start + length === this.source.size;
    this.#firstBit = start * 8;
    this.#lastBit = this.#firstBit + (isLast ? length : length - OVERHANG) * 8;
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** The head of a block, after its ENTER_SUBBLOCK. @throws MalformedError when it is longer than the stream */
export function readBlock(reader: BitReader): Block {
  const id = reader.vbr(8);
  const idWidth = reader.vbr(4);
  reader.align32();
  const words = reader.fixed(32);
  if (idWidth < 2 || idWidth > MAX_WIDTH) throw reader.error(`abbreviation ids of ${idWidth} bits`);
  reader.need(words * 32);
  return { id, idWidth, end: reader.position + words * 32 };
}

/** The layout that a DEFINE_ABBREV gives. */
export function readAbbreviation(reader: BitReader, known: number): Abbreviation {
  if (known >= MAX_ABBREVS) throw reader.error(`more than ${MAX_ABBREVS} abbreviations in a block`);
  const count = reader.vbr(5);
  if (count === 0 || count > MAX_OPERANDS) throw reader.error(`abbreviation of ${count} operands`);
  const operands: Operand[] = [];
  for (let index = 0; index < count; index++) operands.push(readOperand(reader));
  return operands;
}

function readOperand(reader: BitReader): Operand {
  if (reader.fixed(1) === 1) return { encoding: 'literal', value: reader.vbr(8) };
  const encoding = reader.fixed(3);
  switch (encoding) {
    case FIXED:
    case VBR: {
      const width = reader.vbr(5);
      if (width > MAX_WIDTH) throw reader.error(`number of ${width} bits`);
      // Both may be of no width at all, and are zero then. A VBR of one bit has no room for a value.
      if (encoding === VBR && width === 1) throw reader.error('VBR of 1 bit');
      return width === 0 ? { encoding: 'literal', value: 0 } : { encoding, value: width };
    }
    case ARRAY:
    case CHAR6:
    case BLOB:
      return { encoding, value: 0 };
    default:
      throw reader.error(`unknown encoding ${encoding}`);
  }
}

/**
 * Reads one record: its code, then its first operands. Further operands are skipped.
 *
 * @param id UNABBREV_RECORD or the id of one of the block's own abbreviations
 * @param wanted how many operands to return at most
 * @throws MalformedError for an undefined abbreviation or an unknown encoding
 */
export function readRecord(
  reader: BitReader,
  id: number,
  abbreviations: readonly Abbreviation[],
  wanted: number,
): number[] {
  const values: number[] = [];
  if (id === UNABBREV_RECORD) readUnabbreviated(reader, values, wanted);
  else {
    const abbreviation = abbreviations[id - FIRST_OWN_ABBREV];
    if (abbreviation === undefined) throw reader.error(`no abbreviation ${id}`);
    readAbbreviated(reader, abbreviation, values, wanted);
  }
  return values;
}

function readUnabbreviated(reader: BitReader, values: number[], wanted: number): void {
  values.push(reader.vbr(6));
  const count = reader.vbr(6);
  reader.need(count * 6);
  const read = Math.min(count, wanted);
  for (let index = 0; index < read; index++) values.push(reader.vbr(6));
  reader.skipVbr6(count - read);
}

function readAbbreviated(reader: BitReader, operands: Abbreviation, values: number[], wanted: number): void {
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand.encoding === ARRAY) {
      // The last operand is not one of its own, but describes the array's elements.
      const element = operands[++index];
      if (element === undefined || index !== operands.length - 1)
        throw reader.error('array that is not the last');
      readArray(reader, element, values, wanted);
    } else if (operand.encoding === BLOB) {
      const bytes = reader.vbr(6);
      reader.align32();
      reader.skip(bytes * 8);
      reader.align32();
    } else {
      const value = readScalar(reader, operand);
      if (values.length <= wanted) values.push(value);
    }
  }
}

function readArray(reader: BitReader, element: Operand, values: number[], wanted: number): void {
  if (element.encoding === ARRAY || element.encoding === BLOB) throw reader.error('array of arrays or blobs');
  const count = reader.vbr(6);
  // Literals take no bits: a count of them is bounded by nothing.
  if (element.encoding === 'literal') return;
  const width = element.encoding === CHAR6 ? 6 : element.value;
  reader.need(count * width);
  const read = Math.min(count, wanted + 1 - values.length);
  for (let index = 0; index < read; index++) values.push(readScalar(reader, element));
  if (element.encoding !== VBR) reader.skip((count - read) * width);
  else for (let index = read; index < count; index++) reader.vbr(element.value);
}

function readScalar(reader: BitReader, { encoding, value }: Operand): number {
  switch (encoding) {
    case FIXED:
      return reader.fixed(value);
    case VBR:
      return reader.vbr(value);
    case CHAR6:
      return reader.fixed(6);
    default:
      return value;
  }
}
