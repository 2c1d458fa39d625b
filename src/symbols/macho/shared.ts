import type { ByteSource } from '../../bytes/byte-source.js';
import { budgetOf, namesLimit } from '../budget.js';
import { DEFINITION, NO_KIND, REFERENCE, TLS, WEAK } from '../flags.js';
import type { SharedLibraryFormat, SharedLibraryInfo } from '../object-format.js';
import { endOfString } from '../string-table.js';
import { NONE, type SymbolSink } from '../table.js';
import { type LibraryCommands, readLibraryCommands } from './commands.js';
import {
  DYNAMIC_LOOKUP_ORDINAL,
  EXPORT_SYMBOL_FLAGS_KIND_MASK,
  EXPORT_SYMBOL_FLAGS_KIND_THREAD_LOCAL,
  EXPORT_SYMBOL_FLAGS_WEAK_DEFINITION,
  MH_DYLIB,
  MH_DYLIB_STUB,
  MH_MAGIC,
  MH_MAGIC_64,
  MH_TWOLEVEL,
  N_EXT,
  N_PBUD,
  N_PEXT,
  N_STAB,
  N_TYPE,
  N_UNDF,
  N_WEAK_DEF,
  N_WEAK_REF,
} from './constants.js';
import { readExportTrie } from './exports.js';
import { type MachoHeader, readMachoHeader } from './header.js';
import { type MachoSymbol, type MachoSymbolTable, readSymbolTable, symbolAt } from './symtab.js';

/**
 * Mach-O shared libraries (MH_DYLIB, and MH_DYLIB_STUB without the code): the names of the export trie, or of the
 * symbol table in libraries that predate the trie. An undefined symbol is a reference to other files of the link only
 * if any image may define it: in a flat namespace, by dynamic lookup, or by the program itself.
 *
 * Source: mach-o/loader.h; lld/MachO/InputFiles.cpp `DylibFile`; ld64 src/ld/parsers/generic_dylib_file.hpp.
 */
export const machoShared: SharedLibraryFormat = {
  matches(head) {
    if (head.length < 16) return false;
    const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
    return [true, false].some((littleEndian) => {
      const isMacho = [MH_MAGIC, MH_MAGIC_64].includes(data.getUint32(0, littleEndian));
      return isMacho && [MH_DYLIB, MH_DYLIB_STUB].includes(data.getUint32(12, littleEndian));
    });
  },
  read: readLibrary,
};

function readLibrary(library: ByteSource, out: SymbolSink): SharedLibraryInfo {
  const header = readMachoHeader(library);
  const commands = readLibraryCommands(header);
  const table = commands.symtab === null ? null : readSymbolTable(library, header, commands.symtab);
  if (commands.exports === null) readExportedSymbols(library, table, out);
  else readExports(library, commands.exports, out);
  readWanted(library, header, table, out);
  const { machine, bits, littleEndian } = header;
  return { format: 'macho', machine, bits, littleEndian, reexported: commands.reexported, problem: null };
}

function readExports(
  library: ByteSource,
  { offset, size }: NonNullable<LibraryCommands['exports']>,
  out: SymbolSink,
): void {
  const trie = library.view(offset, size, 'trie of exports');
  for (const { name, flags } of readExportTrie(trie, budgetOf(library, 'exported names', namesLimit(size)))) {
    const isThreadLocal = (flags & EXPORT_SYMBOL_FLAGS_KIND_MASK) === EXPORT_SYMBOL_FLAGS_KIND_THREAD_LOCAL;
    const weak = (flags & EXPORT_SYMBOL_FLAGS_WEAK_DEFINITION) !== 0 ? WEAK : 0;
    const row = DEFINITION | (isThreadLocal ? TLS : NO_KIND) | weak;
    if (name.length > 0) out.symbol(out.intern(name, 0, name.length), row, NONE, 0, NONE, 0);
  }
}

/** Visible symbols of other files: definitions, or what they are searched for. */
function* globalsOf(
  library: ByteSource,
  table: MachoSymbolTable | null,
  out: SymbolSink,
): Generator<{ symbol: MachoSymbol; isDefined: boolean; add: (flags: number) => void }> {
  if (table === null) return;
  const { bytes } = table.strings;
  const spendName = budgetOf(library, 'symbol names', namesLimit(bytes.length));
  for (let number = 0; number < table.count; number++) {
    const symbol = symbolAt(table, number);
    if ((symbol.type & N_STAB) !== 0 || (symbol.type & N_EXT) === 0 || (symbol.type & N_PEXT) !== 0) continue;
    const kind = symbol.type & N_TYPE;
    const end = endOfString(table.strings, symbol.nameOffset);
    spendName(end - symbol.nameOffset);
    if (end === symbol.nameOffset) continue;
    const add = (flags: number) =>
      out.symbol(out.intern(bytes, symbol.nameOffset, end), flags, NONE, 0, NONE, 0);
    yield { symbol, isDefined: kind !== N_UNDF && kind !== N_PBUD, add };
  }
}

function readExportedSymbols(library: ByteSource, table: MachoSymbolTable | null, out: SymbolSink): void {
  for (const { symbol, isDefined, add } of globalsOf(library, table, out))
    if (isDefined) add(DEFINITION | ((symbol.description & N_WEAK_DEF) !== 0 ? WEAK : 0));
}

function readWanted(
  library: ByteSource,
  { flags }: MachoHeader,
  table: MachoSymbolTable | null,
  out: SymbolSink,
): void {
  for (const { symbol, isDefined, add } of globalsOf(library, table, out)) {
    // Above the ordinals of libraries are dynamic lookup and the program.
    const isOfAnyone = (flags & MH_TWOLEVEL) === 0 || symbol.description >>> 8 >= DYNAMIC_LOOKUP_ORDINAL;
    if (!isDefined && isOfAnyone) add(REFERENCE | ((symbol.description & N_WEAK_REF) !== 0 ? WEAK : 0));
  }
}
