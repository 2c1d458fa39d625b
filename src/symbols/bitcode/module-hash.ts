import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { unsigned } from '../../engine/core.js';
import { scratchCore } from '../../engine/scratch-core.js';
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

const BITCODE_MAGIC = 0xdec04342;
/** Darwin's wrapper: magic, version, offset, size, CPU type; a word each, little endian. */
const WRAPPER_MAGIC = 0x0b17c0de;
const WRAPPER_SIZE = 20;

const MODULE_BLOCK_ID = 8;
/** Five words, the SHA-1 of the module's own blocks (llvm/Bitcode/LLVMBitCodes.h). */
const MODULE_CODE_HASH = 17;
const TOP_LEVEL_ID_WIDTH = 2;

/**
 * The content hashes of the modules in a piece of bitcode (raw, wrapped, or several one after the other), as the
 * decimal text that ThinLTO appends to the names of what it promotes: `f.llvm.5817923044627203590`. None for
 * modules that were not written for ThinLTO.
 *
 * @throws MalformedError
 */
export function moduleHash(source: ByteSource, offset: number, size: number): string[] {
  const stream = withoutWrapper(source.slice(offset, size, source.label));
  return hashesInCore(stream) ?? readHashes(stream);
}

/** The same from the core; null for a stream that it leaves to `readHashes`. */
function hashesInCore(stream: ByteSource): string[] | null {
  return scratchCore().read({ object: stream }, (exports) => {
    const count = exports.hashModules(stream.size);
    if (count < 0) return null;
    const word = (module: number, at: number) => unsigned(exports.moduleHashWord(module, at));
    return Array.from({ length: count }, (_, module) => promotedSuffix(word(module, 0), word(module, 1)));
  });
}

/** The hashes of a stream that the core does not read to its end, or its error. @throws MalformedError */
export function readHashes(stream: ByteSource): string[] {
  const reader = new BitReader(stream);
  const hashes: string[] = [];
  if (stream.size < 4 || reader.fixed(32) !== BITCODE_MAGIC) return [];
  // Embedded bitcode of several modules is joined with padding between; the rest of a block is at least two words.
  while (reader.position + 64 <= reader.length) {
    const start = reader.position;
    if (reader.fixed(32) === BITCODE_MAGIC) continue;
    reader.position = start;
    if (reader.fixed(TOP_LEVEL_ID_WIDTH) !== ENTER_SUBBLOCK) {
      // Padding.
      reader.position = start + 32;
      continue;
    }
    const block = readBlock(reader);
    if (block.id === MODULE_BLOCK_ID) append(hashes, readModule(reader, block));
    reader.position = block.end;
  }
  return hashes;
}

function withoutWrapper(stream: ByteSource): ByteSource {
  if (stream.size < WRAPPER_SIZE) return stream;
  const wrapper = stream.view(0, WRAPPER_SIZE, 'bitcode wrapper');
  if (wrapper.u32(0) !== WRAPPER_MAGIC) return stream;
  return stream.slice(wrapper.u32(8), wrapper.u32(12), stream.label);
}

/**
 * The hash in one module block: at its end, after all other records. Blocks within are skipped, BLOCKINFO too: it
 * gives abbreviations to blocks that come after it, and LLVM defines those of a module in the module itself.
 */
function readModule(reader: BitReader, module: Block): string[] {
  const abbreviations: Abbreviation[] = [];
  while (reader.position < module.end) {
    const id = reader.fixed(module.idWidth);
    if (id === END_BLOCK) return [];
    if (id === ENTER_SUBBLOCK) {
      const block = readBlock(reader);
      if (block.end > module.end) throw reader.error(`block ${block.id} is longer than its module`);
      reader.position = block.end;
    } else if (id === DEFINE_ABBREV) abbreviations.push(readAbbreviation(reader, abbreviations.length));
    else {
      const record = readRecord(reader, id, abbreviations, 5);
      if (record[0] === MODULE_CODE_HASH && record.length === 6)
        return [promotedSuffix(record[1], record[2])];
    }
  }
  throw reader.error('module block without an end');
}

/** llvm::ModuleSummaryIndex::getGlobalNameForLocal: the first two words as one number. */
const promotedSuffix = (first: number, second: number): string =>
  ((BigInt(first) << 32n) | BigInt(second)).toString();
