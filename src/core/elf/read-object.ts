import { Problem, Table } from '../problem';
import { STB_LOCAL } from './constants';
import { Entries } from './entries';
import { readGroups } from './groups';
import { Bytes, openObject, refuse, requireRange, u32At } from './object';
import { isNamed } from './section-names';
import {
  bytesIn,
  headerOf,
  headers,
  nameIn,
  namesSection,
  offsetIn,
  placeIn,
  readSections,
  sectionNames,
  sizeIn,
} from './sections';
import * as found from './survey';
import { survey } from './survey';
import { readSymbols } from './symbols';
import {
  entryOf,
  extended,
  freeSymbolTable,
  infoAt,
  readSymbolTable,
  strings,
  table,
  tableSymbols,
} from './symtab';

/*
 * Reads ELF relocatable objects of either class and byte order: headers, symbol table, strings, groups. Everything else
 * is read in TypeScript, from the sections that this file lists.
 */

let bitcodeOffset: f64 = 0;
let bitcodeSize: f64 = 0;

/**
 * Adds the rows of an object to the member that was begun last. Numbers are those of its header, as they are there.
 * @param ignoredType a type of symbols that bind nothing
 */
export function readElfObject(
  size: f64,
  bits64: bool,
  bigEndian: bool,
  sectionsOffset: f64,
  sectionCount: i32,
  namesSection: i32,
  ignoredType: i32,
): void {
  openObject(size, bits64, bigEndian);
  readTables(sectionsOffset, sectionCount, namesSection, ignoredType);
}

/** The same for an object that is open. */
export function readTables(
  sectionsOffset: f64,
  sectionCount: i32,
  namesSection: i32,
  ignoredType: i32,
): void {
  readSections(sectionsOffset, sectionCount, namesSection);
  survey();
  readSymbolTable();
  if (found.hasGccLto) refuseSlimLto();
  readGroups(found.symtab !== 0);
  if (found.symtab !== 0) readSymbols(ignoredType);
  findBitcode();
}

/** Frees the memory of the object's tables. */
export function elfFreeTables(): void {
  headers.free();
  sectionNames.free();
  freeSymbolTable();
}

/** Flags of `.note.GNU-stack`, or −1. */
export function elfStackFlags(): f64 {
  return found.stackFlags;
}

/** Whether a link with LTO compiles the object once more. */
export function elfIsRecompiled(): bool {
  return found.hasGccLto || found.hasLlvmLto;
}

/** Where embedded bitcode is. */
export function elfBitcodeOffset(): f64 {
  return bitcodeOffset;
}

/** Size of the embedded bitcode in bytes; 0 without any. */
export function elfBitcodeSize(): f64 {
  return bitcodeSize;
}

export function elfActingCount(): i32 {
  return found.acting.length;
}

/** A section with side effects, by its rank among them. */
export function elfActingSection(at: i32): i32 {
  return found.acting.section[at];
}

/** Its `SectionRole`. */
export function elfActingRole(at: i32): i32 {
  return found.actingRole[at];
}

/** Where its bytes are. */
export function elfActingOffset(at: i32): f64 {
  return placeIn(headerOf(found.acting.section[at]));
}

/** How many it has in the file. */
export function elfActingBytes(at: i32): f64 {
  return bytesIn(headerOf(found.acting.section[at]));
}

/** Its size, in the file or not. */
export function elfActingSize(at: i32): f64 {
  return sizeIn(headerOf(found.acting.section[at]));
}

/** Offset of its name in the names of sections. */
export function elfActingName(at: i32): u32 {
  return nameIn(headerOf(found.acting.section[at]));
}

/** Relocation sections of sections that act. */
export function elfRelocatingCount(): i32 {
  return found.relocating.length;
}

export function elfRelocatingSection(at: i32): i32 {
  return found.relocating.section[at];
}

/** Section number of the symbol table; 0 without one. */
export function elfSymtab(): i32 {
  return found.symtab;
}

/** Whether symbols have section indexes in a table of their own. */
export function elfHasExtendedIndexes(): bool {
  return found.symtab !== 0 && found.extendedIndexes !== 0;
}

/** Number of the section with the names of sections; 0 without one. */
export function elfNamesSection(): i32 {
  return namesSection;
}

function bytesOf(which: Table): Bytes {
  if (which === Table.SECTION_NAMES) return sectionNames.bytes;
  return which === Table.SYMBOL_NAMES ? strings.bytes : extended;
}

function isOfEntries(which: Table): bool {
  return which === Table.SECTION_HEADERS || which === Table.SYMBOLS;
}

function entriesOf(which: Table): Entries {
  return which === Table.SYMBOLS ? table : headers;
}

/** Address of a table of the object, valid until the next object. Reads the table on first use. */
export function elfTableAddress(which: Table): usize {
  return isOfEntries(which) ? entriesOf(which).loadAll() : bytesOf(which).start;
}

export function elfTableLength(which: Table): i32 {
  return isOfEntries(which) ? entriesOf(which).byteLength : bytesOf(which).length;
}

/** Address of the header of an existing section, valid until the next call. */
export function elfHeaderAddress(section: i32): usize {
  return headers.at(section);
}

/** Address of an existing symbol, valid until the next call. */
export function elfSymbolAddress(symbol: i32): usize {
  return entryOf(symbol);
}

/** Where it is in the object. */
export function elfTableOffset(which: Table): f64 {
  return isOfEntries(which) ? entriesOf(which).offset : bytesOf(which).offset;
}

/** clang's `-fembed-bitcode-marker` leaves a single byte as a marker, without bitcode. */
function findBitcode(): void {
  bitcodeOffset = 0;
  bitcodeSize = 0;
  if (found.bitcode === 0) return;
  const header = headerOf(found.bitcode);
  requireRange(Table.EMBEDDED_BITCODE, offsetIn(header), sizeIn(header));
  if (sizeIn(header) <= 1) return;
  bitcodeOffset = offsetIn(header);
  bitcodeSize = sizeIn(header);
}

/**
 * GCC's `-flto` leaves intermediate code that only GCC's plugin reads. *Fat* objects also hold native code, with
 * which we work as any linker without the plugin does; *slim* ones hold nothing else, and say so with a common
 * symbol `__gnu_lto_slim`.
 */
function refuseSlimLto(): void {
  if (!hasNativeSymbols()) refuse(Problem.SLIM_LTO, 0);
}

function hasNativeSymbols(): bool {
  let globals = 0;
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    if (infoAt(entry) >>> 4 === STB_LOCAL) continue;
    const name = u32At(entry);
    if (strings.has(name) && isNamed(strings.at(name), '__gnu_lto_slim')) return false;
    globals++;
  }
  return globals > 0;
}
