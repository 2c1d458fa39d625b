import type { ByteView } from '../../bytes/byte-view.js';
import type { Selection } from '../table.js';
import type { WithNames } from './file.js';
import type { BitcodeComdat } from './module.js';

/**
 * LLVM's symbol table for linkers (llvm/Object/IRSymtab.h): symbols with the names that native objects would have,
 * those of module-level assembly too. All words are little endian. A *string* is {offset, size} in the string table, a
 * *range* {offset in this table, count}.
 *
 *     word  0 version      1 producer (string)     3 modules      5 comdats    7 symbols   9 uncommons (ranges)
 *          11 triple      13 source file          15 COFF linker options (strings)     17 dependent libraries (range)
 *
 *     module   12 bytes   begin, end, first uncommon
 *     comdat    8 or 12   name (string), from version 3 on: selection
 *     symbol   24         name (string)  name in the module (string)  comdat or −1   flags
 *     uncommon 24         size and alignment of a common, COFF weak fallback (string), section (string)
 *
 * LLVM treats the table as private and reads only tables of its own version. The layout has been the same for eight
 * years, but may change: so the reader checks that the numbers are consistent and that the symbols agree with the
 * module's records.
 */
export interface IrSymbolTable {
  readonly version: number;
  readonly moduleCount: number;
  readonly comdats: readonly BitcodeComdat[];
  readonly symbols: readonly IrSymbol[];
  readonly coffLinkerOptions: string;
  readonly dependentLibraries: readonly string[];
}

export interface IrSymbol {
  readonly name: string;
  /** Empty for symbols of assembly. */
  readonly irName: string;
  /** NONE, or a row of `comdats`. */
  readonly comdat: number;
  readonly flags: number;
  readonly common: { readonly size: number; readonly alignment: number } | null;
}

const HEADER_BYTES = 76;
const MODULE_BYTES = 12;
const SYMBOL_BYTES = 24;
const UNCOMMON_BYTES = 24;
const STRING_BYTES = 8;
const KNOWN_VERSIONS = [2, 3, 4];

const HAS_UNCOMMON = 1 << 2;
const COMMON = 1 << 5;
const SELECTIONS: readonly Selection[] = ['any', 'exact-match', 'largest', 'no-duplicates', 'same-size'];

/** Null for a table with inconsistent numbers, of a different layout or version. */
export function readIrSymbolTable({ block: view, names }: WithNames<ByteView>): IrSymbolTable | null {
  if (view.length < HEADER_BYTES) return null;
  const version = view.u32(0);
  const comdatBytes = version >= 3 ? 12 : 8;
  const [modules, comdats, symbols, uncommons] = [12, 20, 28, 36].map((at) => rangeAt(view, at));
  const libraries = rangeAt(view, 68);
  // Each range starts where the one before ends.
  const isSound =
    KNOWN_VERSIONS.includes(version) &&
    modules.offset === HEADER_BYTES &&
    comdats.offset === modules.offset + modules.count * MODULE_BYTES &&
    symbols.offset === comdats.offset + comdats.count * comdatBytes &&
    uncommons.offset === symbols.offset + symbols.count * SYMBOL_BYTES &&
    libraries.offset === uncommons.offset + uncommons.count * UNCOMMON_BYTES &&
    libraries.offset + libraries.count * STRING_BYTES <= view.length;
  if (!isSound) return null;
  const text = (at: number) => stringAt(view, names, at);
  return {
    version,
    moduleCount: modules.count,
    comdats: rows(comdats, comdatBytes).map((at) => ({
      name: text(at),
      selection: version >= 3 ? (SELECTIONS[view.u32(at + 8)] ?? 'any') : 'any',
    })),
    symbols: readSymbols(view, names, symbols, uncommons),
    coffLinkerOptions: text(60),
    dependentLibraries: rows(libraries, STRING_BYTES).map(text),
  };
}

interface Range {
  readonly offset: number;
  readonly count: number;
}

const rangeAt = (view: ByteView, at: number): Range => ({ offset: view.u32(at), count: view.u32(at + 4) });

const rows = ({ offset, count }: Range, bytes: number): number[] =>
  Array.from({ length: count }, (_, row) => offset + row * bytes);

/** @throws MalformedError */
const stringAt = (view: ByteView, names: ByteView, at: number): string =>
  Buffer.from(names.slice(view.u32(at), view.u32(at + 4), 'bitcode names').bytes).toString('latin1');

/** Uncommons are handed out in order to the symbols that say they have one. */
function readSymbols(view: ByteView, names: ByteView, symbols: Range, uncommons: Range): IrSymbol[] {
  let uncommon = uncommons.offset;
  return rows(symbols, SYMBOL_BYTES).map((at) => {
    const flags = view.u32(at + 20);
    const own = uncommon;
    if ((flags & HAS_UNCOMMON) !== 0) uncommon += UNCOMMON_BYTES;
    const hasSize = (flags & HAS_UNCOMMON) !== 0 && (flags & COMMON) !== 0;
    return {
      name: stringAt(view, names, at),
      irName: stringAt(view, names, at + 8),
      comdat: view.i32(at + 16),
      flags,
      common: hasSize ? { size: view.u32(own), alignment: view.u32(own + 4) } : null,
    };
  });
}
