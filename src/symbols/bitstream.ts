import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';
import type { MalformedError } from '../bytes/malformed-error.js';

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

/** Reads numbers of any width, least significant bit first. Positions count bits. */
export class BitReader {
  position = 0;
  #window: ByteView;
  #windowStart = 0;

  /** @param source begins where the stream does: alignment counts from there */
  constructor(readonly source: ByteSource) {
    this.#window = source.viewUpTo(0, WINDOW, 'bitstream');
  }

  get length(): number {
    return this.source.size * 8;
  }

  /** @param width up to 32 */
  fixed(width: number): number {
    if (width === 0) return 0;
    this.need(width);
    const shift = this.position % 8;
    let at = (this.position - shift) / 8 - this.#windowStart;
    if (at < 0 || at + 5 > this.#window.length) at = this.#moveWindow();
    this.position += width;
    const { bytes } = this.#window;
    const low = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> shift;
    // A number that is not aligned may reach into a fifth byte. Bytes past the stream's end read as zero.
    const high = shift === 0 ? 0 : bytes[at + 4] << (32 - shift);
    return ((low | high) & (width === 32 ? -1 : (1 << width) - 1)) >>> 0;
  }

  /** Chunks of `width` bits, each with a bit to say that more follow; exact up to 2⁵³. */
  vbr(width: number): number {
    const more = 2 ** (width - 1);
    let value = 0;
    for (let scale = 1; ; scale *= more) {
      const chunk = this.fixed(width);
      value += (chunk % more) * scale;
      if (chunk < more) return value;
      if (scale > 2 ** 64) throw this.error('number without an end');
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

  #moveWindow(): number {
    this.#windowStart = Math.floor(this.position / 8);
    this.#window = this.source.viewUpTo(this.#windowStart, WINDOW, 'bitstream');
    return 0;
  }
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
 * One record: its code, then as many of its operands as were asked for. What is not asked for is passed over.
 *
 * @param id UNABBREV_RECORD or the id of one of the block's own abbreviations
 */
export function readRecord(
  reader: BitReader,
  id: number,
  abbreviations: readonly Abbreviation[],
  wanted: number,
): number[] {
  const values: number[] = [];
  const take = (value: number) => {
    if (values.length <= wanted) values.push(value);
  };
  if (id === UNABBREV_RECORD) readUnabbreviated(reader, take);
  else {
    const abbreviation = abbreviations[id - FIRST_OWN_ABBREV];
    if (abbreviation === undefined) throw reader.error(`no abbreviation ${id}`);
    readAbbreviated(reader, abbreviation, take);
  }
  return values;
}

function readUnabbreviated(reader: BitReader, take: (value: number) => void): void {
  take(reader.vbr(6));
  const count = reader.vbr(6);
  reader.need(count * 6);
  for (let index = 0; index < count; index++) take(reader.vbr(6));
}

function readAbbreviated(reader: BitReader, operands: Abbreviation, take: (value: number) => void): void {
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand.encoding === ARRAY) {
      // The last operand is not one of its own, but describes the array's elements.
      const element = operands[++index];
      if (element === undefined || index !== operands.length - 1)
        throw reader.error('array that is not the last');
      readArray(reader, element, take);
    } else if (operand.encoding === BLOB) {
      const bytes = reader.vbr(6);
      reader.align32();
      reader.skip(bytes * 8);
      reader.align32();
    } else take(readScalar(reader, operand));
  }
}

function readArray(reader: BitReader, element: Operand, take: (value: number) => void): void {
  if (element.encoding === ARRAY || element.encoding === BLOB) throw reader.error('array of arrays or blobs');
  const count = reader.vbr(6);
  // Literals take no bits: a count of them is bounded by nothing.
  if (element.encoding === 'literal') return;
  reader.need(count * (element.encoding === CHAR6 ? 6 : element.value));
  for (let index = 0; index < count; index++) take(readScalar(reader, element));
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
