import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { Scratch } from '../scratch.js';
import { type StringTable, stringAt, stringTable } from '../string-table.js';
import type { SymtabCommand } from './commands.js';
import { N_ALT_ENTRY, N_SECT, N_STAB, N_TYPE } from './constants.js';
import type { MachoHeader } from './header.js';

/**
 * Symbols (nlist, nlist_64) and their strings.
 *
 *     n_strx 0   n_type 4   n_sect 5   n_desc 6   n_value 8    12 bytes, or 16 in 64-bit files
 */
export interface MachoSymbolTable {
  readonly view: ByteView;
  readonly count: number;
  readonly entrySize: number;
  readonly is64: boolean;
  readonly strings: StringTable;
}

const symbolsScratch = new Scratch();
const stringsScratch = new Scratch();

export function readSymbolTable(
  object: ByteSource,
  { bits, littleEndian }: MachoHeader,
  command: SymtabCommand,
): MachoSymbolTable {
  const { symbolsOffset, symbolCount: count, stringsOffset, stringsSize } = command;
  const is64 = bits === 64;
  const entrySize = is64 ? 16 : 12;
  const size = count * entrySize;
  return {
    view: symbolsScratch.view(object, symbolsOffset, size, 'symbol table', littleEndian),
    count,
    entrySize,
    is64,
    strings: stringTable(
      stringsScratch.view(object, stringsOffset, stringsSize, 'string table', littleEndian),
    ),
  };
}

export interface MachoSymbol {
  readonly nameOffset: number;
  readonly type: number;
  /** Counted from 1; 0 means no section. */
  readonly section: number;
  readonly description: number;
  readonly value: number;
}

/** @throws MalformedError if the index is out of range */
export function symbolAt({ view, entrySize, is64 }: MachoSymbolTable, symbol: number): MachoSymbol {
  const at = symbol * entrySize;
  return {
    nameOffset: view.u32(at),
    type: view.u8(at + 4),
    section: view.u8(at + 5),
    description: view.u16(at + 6),
    value: is64 ? view.u64(at + 8) : view.u32(at + 8),
  };
}

export const isPlaced = ({ type }: MachoSymbol): boolean =>
  (type & N_STAB) === 0 && (type & N_TYPE) === N_SECT;

/** `Ltmp0`, `L_.str`: for the assembler alone. `l_` is for the linker, and may well name state. */
export const isTemporaryName = (name: string): boolean => name.startsWith('L') || /^ltmp\d+$/.test(name);

/**
 * Addresses at which something begins, in order: nlist has no sizes, so what a symbol names ends where the next one
 * begins. Not at an alternative entry or a temporary label, which are within.
 */
export function readBoundaries(table: MachoSymbolTable): Float64Array {
  const boundaries: number[] = [];
  for (let number = 0; number < table.count; number++) {
    const symbol = symbolAt(table, number);
    if (!isPlaced(symbol) || (symbol.description & N_ALT_ENTRY) !== 0) continue;
    if (table.strings.bytes[symbol.nameOffset] === 0x4c /* L */) continue;
    boundaries.push(symbol.value);
  }
  return Float64Array.from(boundaries).sort();
}

export const nameOf = ({ strings }: MachoSymbolTable, { nameOffset }: MachoSymbol): string =>
  nameOffset === 0 ? '' : stringAt(strings, nameOffset);
