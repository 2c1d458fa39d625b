import { List } from '../list';
import { align32, fixed, isOdd, length, moveTo, openBits, position, refuseBits, vbr } from './bits';
import { clearAbbreviations, keptValue, keptValues, readAbbreviation, readRecord } from './records';

/*
 * Content hashes of the modules in a stream of bitcode. The same as in src/symbols/bitcode/module-hash.ts, which reads
 * what is odd.
 */

const MAGIC: u64 = 0xdec04342;
const TOP_LEVEL_ID_WIDTH: i32 = 2;

const END_BLOCK: i32 = 0;
const ENTER_SUBBLOCK: i32 = 1;
const DEFINE_ABBREV: i32 = 2;

const MODULE_BLOCK_ID: u64 = 8;
/** Five words, the SHA-1 of the module's own blocks. */
const MODULE_CODE_HASH: u64 = 17;
const HASH_RECORD: i32 = 6;

const MAX_WIDTH: u64 = 32;

/** The head of the block that was entered last. */
let blockId: u64 = 0;
let idWidth: i32 = 0;
let blockEnd: u64 = 0;

/** The first two words of each hash. */
const words = List.empty();

/**
 * Number of modules in the stream that have a hash; −1 if TypeScript must read the stream. @param bytes of the stream
 */
export function hashModules(bytes: f64): i32 {
  words.clear();
  openBits(bytes);
  if (bytes < 4 || fixed(32) !== MAGIC) return 0;
  // Embedded bitcode of several modules is joined with padding between; the rest of a block is at least two words.
  while (position + 64 <= length && !isOdd) {
    const start = position;
    if (fixed(32) === MAGIC) continue;
    moveTo(start);
    if (fixed(TOP_LEVEL_ID_WIDTH) !== ENTER_SUBBLOCK) moveTo(start + 32);
    else readTopLevel();
  }
  return isOdd ? -1 : words.length >>> 1;
}

/** The first or second word of a module's hash. */
export function moduleHashWord(module: i32, word: i32): u32 {
  return words[2 * module + word];
}

function readTopLevel(): void {
  readBlock();
  const end = blockEnd;
  if (blockId === MODULE_BLOCK_ID && !isOdd) readModule(idWidth, end);
  if (!isOdd) moveTo(end);
}

function readBlock(): void {
  blockId = vbr(8);
  idWidth = <i32>min<u64>(vbr(4), MAX_WIDTH + 1);
  align32();
  const bits = fixed(32) << 5;
  blockEnd = position + bits;
  if (idWidth < 2 || <u64>idWidth > MAX_WIDTH || blockEnd > length) refuseBits();
}

/** The hash is at the end of the module, after all other records. Blocks within are skipped. */
function readModule(width: i32, end: u64): void {
  clearAbbreviations();
  while (position < end && !isOdd) {
    const id = <i32>fixed(width);
    if (id === END_BLOCK) return;
    if (id === ENTER_SUBBLOCK) skipBlock(end);
    else if (id === DEFINE_ABBREV) readAbbreviation();
    else if (isHash(id)) {
      addHash();
      return;
    }
  }
  // A module block without an end.
  refuseBits();
}

function skipBlock(end: u64): void {
  readBlock();
  if (blockEnd > end) refuseBits();
  if (!isOdd) moveTo(blockEnd);
}

/** Reads a record. Returns whether it is the module's hash. */
function isHash(id: i32): bool {
  readRecord(id, MODULE_CODE_HASH);
  return keptValues() === HASH_RECORD && keptValue(0) === MODULE_CODE_HASH;
}

function addHash(): void {
  if ((keptValue(1) | keptValue(2)) >>> 32 !== 0) refuseBits();
  words.push(<i32>keptValue(1));
  words.push(<i32>keptValue(2));
}
