import type { ByteSource } from '../../bytes/byte-source.js';
import {
  type Abbreviation,
  BitReader,
  type Block,
  DEFINE_ABBREV,
  END_BLOCK,
  ENTER_SUBBLOCK,
  readAbbreviation,
  readBlock,
  readRecord,
} from './bitstream.js';

/** `BC` 0xC0DE, and the wrapper that Darwin's compilers put around it. */
export const BITCODE_MAGIC = 0xdec04342;
export const WRAPPER_MAGIC = 0x0b17c0de;
const WRAPPER_BYTES = 20;
const TOP_LEVEL_ID_WIDTH = 2;

/** Encodings of an abbreviation's last operand. */
const CHAR6 = 4;
const BLOB = 5;
const CHAR6_TEXT = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._';

/** A block, and where what is in it starts: a bit position. */
export interface PlacedBlock extends Block {
  readonly start: number;
}

/** The stream itself. The wrapper: magic, version, offset, size, CPU type (at times all ones), a word each. */
export function openBitcode(object: ByteSource): ByteSource {
  if (object.view(0, 4, 'bitcode magic').u32(0) !== WRAPPER_MAGIC) return object;
  const wrapper = object.view(0, WRAPPER_BYTES, 'bitcode wrapper');
  return object.slice(wrapper.u32(8), wrapper.u32(12), object.label);
}

/** All blocks that are in no other. Modules that were joined have padding between them, and the magic again. */
export function topLevelBlocks(reader: BitReader): PlacedBlock[] {
  const blocks: PlacedBlock[] = [];
  if (reader.fixed(32) !== BITCODE_MAGIC) throw reader.error('no bitcode');
  while (reader.position + 64 <= reader.length) {
    const at = reader.position;
    if (reader.fixed(32) === BITCODE_MAGIC) continue;
    reader.position = at;
    if (reader.fixed(TOP_LEVEL_ID_WIDTH) === ENTER_SUBBLOCK) {
      const block = readBlock(reader);
      blocks.push({ ...block, start: reader.position });
      reader.position = block.end;
    } else reader.position = at + 32;
  }
  return blocks;
}

/** No record that matters is longer; of others the rest is cut off. */
const WANTED = 1024;

/**
 * The records of a block, but not of blocks within. BLOCKINFO gives abbreviations to those within alone, so it is
 * skipped too.
 */
export function forEachRecord(
  reader: BitReader,
  block: PlacedBlock,
  onRecord: (code: number, values: readonly number[]) => void,
): void {
  const abbreviations: Abbreviation[] = [];
  reader.position = block.start;
  while (reader.position < block.end) {
    const id = reader.fixed(block.idWidth);
    if (id === END_BLOCK) return;
    if (id === ENTER_SUBBLOCK) skipBlock(reader, block);
    else if (id === DEFINE_ABBREV) abbreviations.push(readAbbreviation(reader, abbreviations.length));
    else {
      const [code, ...values] = readRecord(reader, id, abbreviations, WANTED);
      onRecord(code, lastEncoding(abbreviations, id) === CHAR6 ? values.map(charOf) : values);
    }
  }
  throw reader.error(`block ${block.id} without an end`);
}

function skipBlock(reader: BitReader, within: Block): void {
  const block = readBlock(reader);
  if (block.end > within.end) throw reader.error(`block ${block.id} is longer than its parent`);
  reader.position = block.end;
}

const lastEncoding = (abbreviations: readonly Abbreviation[], id: number) =>
  abbreviations[id - 4]?.at(-1)?.encoding;

const charOf = (value: number): number => CHAR6_TEXT.charCodeAt(value);

/** The one blob of a block (SYMTAB, STRTAB), as a range of the stream. */
export function blobOf(reader: BitReader, block: PlacedBlock): ByteSource {
  const abbreviations: Abbreviation[] = [];
  reader.position = block.start;
  while (reader.position < block.end) {
    const id = reader.fixed(block.idWidth);
    if (id === END_BLOCK) break;
    if (id === ENTER_SUBBLOCK) skipBlock(reader, block);
    else if (id === DEFINE_ABBREV) abbreviations.push(readAbbreviation(reader, abbreviations.length));
    else if (lastEncoding(abbreviations, id) === BLOB) return readBlob(reader, abbreviations[id - 4]);
    else readRecord(reader, id, abbreviations, 0);
  }
  throw reader.error(`block ${block.id} without a blob`);
}

function readBlob(reader: BitReader, abbreviation: Abbreviation): ByteSource {
  for (const { encoding, value } of abbreviation.slice(0, -1)) {
    // 1 and 2: a fixed width, and chunks.
    if (encoding === 1) reader.fixed(value);
    else if (encoding === 2) reader.vbr(value);
  }
  const size = reader.vbr(6);
  reader.align32();
  const offset = reader.position / 8;
  reader.skip(size * 8);
  return reader.source.slice(offset, size, reader.source.label);
}

export const textOf = (values: readonly number[]): string => Buffer.from(values).toString('latin1');

export { BitReader };
