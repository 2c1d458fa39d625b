import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import type { MalformedError } from '../../bytes/malformed-error.js';
import { Scratch } from '../scratch.js';
import { endOfString, type StringTable, stringTable } from '../string-table.js';
import type { CoffHeader } from './header.js';

/**
 * The symbol table and the string table after it. A record has 18 bytes, in a bigobj 20:
 *
 *     Name 0 (8)   Value 8   SectionNumber 12 (i16; bigobj i32)   Type 14 (16)   StorageClass 16 (18)
 *     NumberOfAuxSymbols 17 (19)
 *
 * Auxiliary records have the same size, follow their symbol and are counted among the symbols. `bytes` is exactly
 * `count` records: within them, no read needs a check.
 */
export interface CoffSymbolTable {
  readonly count: number;
  readonly recordBytes: 18 | 20;
  readonly view: ByteView;
  readonly bytes: Uint8Array;
  readonly data: DataView;
  /** Offsets count from the start of the table, whose first four bytes are its size. */
  readonly strings: StringTable;
}

const symbolsScratch = new Scratch();
const stringsScratch = new Scratch();

/** @returns good until the next call */
export function readSymbolTable(object: ByteSource, header: CoffHeader): CoffSymbolTable {
  const recordBytes = header.isBigObj ? 20 : 18;
  // With a PointerToSymbolTable of 0 the object has no table, whatever the count.
  const count = header.symbolsOffset === 0 ? 0 : header.symbolCount;
  const length = count * recordBytes;
  const view = symbolsScratch.view(object, header.symbolsOffset, length, 'symbol table', true);
  const stringsOffset = header.symbolsOffset === 0 ? object.size : header.symbolsOffset + length;
  return {
    count,
    recordBytes,
    view,
    bytes: view.bytes,
    data: new DataView(view.bytes.buffer, view.bytes.byteOffset, view.bytes.byteLength),
    strings: stringTable(readStrings(object, stringsOffset)),
  };
}

/** Some tools (cvtres) write the size of an empty table as 0, others leave out the table. */
function readStrings(object: ByteSource, offset: number): ByteView {
  const start = object.viewUpTo(offset, 4, 'string table size');
  const size = start.length < 4 ? 0 : start.u32(0);
  return stringsScratch.view(object, offset, size <= 4 ? 0 : size, 'string table', true);
}

export const malformedSymbol = (table: CoffSymbolTable, symbol: number, problem: string): MalformedError =>
  table.view.error(symbol * table.recordBytes, `symbol ${symbol}: ${problem}`);

/** Where a name is: up to 8 bytes in the record, or a string when the first four of them are zero. */
export interface NameRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** @throws MalformedError when the name is a string that is not there */
export function nameRange(table: CoffSymbolTable, symbol: number): NameRange {
  const start = symbol * table.recordBytes;
  if (table.data.getUint32(start, true) !== 0) {
    let end = start;
    while (end < start + 8 && table.bytes[end] !== 0) end++;
    return { bytes: table.bytes, start, end };
  }
  const offset = table.data.getUint32(start + 4, true);
  if (offset === 0) return { bytes: table.bytes, start, end: start };
  if (offset < 4) throw malformedSymbol(table, symbol, `no string at ${offset}`);
  return { bytes: table.strings.bytes, start: offset, end: endOfString(table.strings, offset) };
}

/** Latin-1 text of a symbol's name: for the few that are looked at closely. */
export function symbolName(table: CoffSymbolTable, symbol: number): string {
  const { bytes, start, end } = nameRange(table, symbol);
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}

export const symbolValue = ({ data, recordBytes }: CoffSymbolTable, symbol: number): number =>
  data.getUint32(symbol * recordBytes + 8, true);

/** Counted from 1; 0 and below are IMAGE_SYM_UNDEFINED, IMAGE_SYM_ABSOLUTE, and debug information. */
export const sectionNumberOf = ({ data, recordBytes }: CoffSymbolTable, symbol: number): number =>
  recordBytes === 20
    ? data.getInt32(symbol * recordBytes + 12, true)
    : signed16(data.getUint16(symbol * recordBytes + 12, true));

/** Section numbers up to 0xFEFF are valid in regular objects; only 0xFF00 and above are negative. */
const signed16 = (number: number): number => (number > 0xfeff ? number - 0x10000 : number);

export const typeOf = ({ data, recordBytes }: CoffSymbolTable, symbol: number): number =>
  data.getUint16((symbol + 1) * recordBytes - 4, true);

export const classOf = ({ bytes, recordBytes }: CoffSymbolTable, symbol: number): number =>
  bytes[(symbol + 1) * recordBytes - 2];

export const auxCountOf = ({ bytes, recordBytes }: CoffSymbolTable, symbol: number): number =>
  bytes[(symbol + 1) * recordBytes - 1];

/** Offset of a symbol's first auxiliary record in the table's view. @throws MalformedError if it has none */
export function auxiliaryAt(table: CoffSymbolTable, symbol: number): number {
  if (auxCountOf(table, symbol) === 0 || symbol + 1 >= table.count)
    throw malformedSymbol(table, symbol, 'no auxiliary record');
  return (symbol + 1) * table.recordBytes;
}
