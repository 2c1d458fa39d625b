import { Problem, Table } from '../problem';
import { SHN_XINDEX, STT_SECTION } from './constants';
import { Entries } from './entries';
import { Bytes, is64, refuse, u16At, u32At } from './object';
import { bytesIn, headerOf, nameIn, namesSection, placeIn, readStrings, sectionNames } from './sections';
import { Strings } from './strings';
import { extendedIndexes, symtab, symtabBytes, symtabLink, symtabPlace } from './survey';

/*
 * `.symtab` and its strings. Fields of a symbol:
 *
 *     ELF32  16 bytes:  name 0  value 4  size 8  info 12  other 13  shndx 14
 *     ELF64  24 bytes:  name 0  info 4  other 5  shndx 6  value 8  size 16
 */

export const table = new Entries(Table.SYMBOLS);
const ownStrings = new Strings(Table.SYMBOL_NAMES);
export const extended = new Bytes();
/** The names of symbols: LLVM keeps section and symbol names in one table, which is read once. */
export let strings: Strings = ownStrings;
export let tableSymbols: i32 = 0;

/** Reads the symbol table, if the object has one. */
export function readSymbolTable(): void {
  tableSymbols = 0;
  strings = ownStrings;
  if (symtab === 0) return;
  if (extendedIndexes !== 0) {
    const indexes = headerOf(extendedIndexes);
    extended.read(Table.EXTENDED_INDEXES, placeIn(indexes), bytesIn(indexes));
  }
  table.open(symtabPlace, symtabBytes, symbolBytes());
  if (<u32>table.byteLength % symbolBytes() !== 0)
    refuse(Problem.RAGGED_SYMBOLS, table.offset, <f64>table.byteLength);
  tableSymbols = table.length;
  if (symtabLink === namesSection) strings = sectionNames;
  else readStrings(symtabLink, ownStrings);
}

/** Gives the memory back, up to the next object. */
export function freeSymbolTable(): void {
  table.free();
  ownStrings.free();
}

export function symbolBytes(): u32 {
  return is64 ? 24 : 16;
}

/** Where a symbol is, up to the next call. */
export function entryOf(symbol: i32): usize {
  return table.at(symbol);
}

export function infoAt(entry: usize): u32 {
  return load<u8>(entry + (is64 ? 4 : 12));
}

export function otherAt(entry: usize): u32 {
  return load<u8>(entry + (is64 ? 5 : 13));
}

/** st_shndx as it is. */
export function indexAt(entry: usize): u32 {
  return u16At(entry + (is64 ? 6 : 14));
}

export function valueField(): u32 {
  return is64 ? 8 : 4;
}

export function sizeField(): u32 {
  return is64 ? 16 : 8;
}

/** Offset of a symbol in the object. */
export function placeOfSymbol(symbol: i32): f64 {
  return table.offset + <f64>symbol * <f64>symbolBytes();
}

/** The true section index of a symbol whose st_shndx says that it did not fit. */
export function extendedIndex(symbol: i32): u32 {
  if (extendedIndexes === 0) refuse(Problem.NO_EXTENDED_INDEXES, placeOfSymbol(symbol), <f64>symbol);
  const at = <f64>symbol * 4;
  if (at + 4 > <f64>extended.length)
    refuse(Problem.EXTENDED_INDEX, extended.offset + at, at, max<f64>(0, <f64>extended.length - at));
  return u32At(extended.start + <usize>symbol * 4);
}

/** The id of a symbol's name: of a section symbol, that of its section. */
export function internNameOf(symbol: i32): i32 {
  const entry = entryOf(symbol);
  if ((infoAt(entry) & 15) !== STT_SECTION) return strings.internAt(u32At(entry));
  const index = indexAt(entry);
  const section = index === SHN_XINDEX ? extendedIndex(symbol) : index;
  return sectionNames.internAt(nameIn(headerOf(section)));
}
