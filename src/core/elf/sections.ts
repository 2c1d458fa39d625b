import { Problem, Table } from '../problem';
import { SHN_XINDEX, SHT_CREL, SHT_NOBITS, SHT_NULL, SHT_REL, SHT_RELA } from './constants';
import { Entries } from './entries';
import { Bytes, is64, isBigEndian, refuse, u32At, wordAt } from './object';
import { Strings } from './strings';

/*
 * Section headers, as they are in the object: 64 bytes in ELF64 (40 in ELF32).
 *
 *     name 0 (0)   type 4 (4)   flags 8 (8)   offset 24 (16)   size 32 (20)   link 40 (24)   info 44 (28)
 */

export const headers = new Entries(Table.SECTION_HEADERS);
/** The names of sections, and the number of the section that holds them: 0 without one. */
export const sectionNames = new Strings(Table.SECTION_NAMES);
export let namesSection: i32 = 0;
export let sectionCount: i32 = 0;

const sectionZero = new Bytes();

/**
 * @param offset e_shoff
 * @param count e_shnum
 * @param names e_shstrndx
 */
export function readSections(offset: f64, count: i32, names: i32): void {
  let trueCount = <f64>count;
  namesSection = names;
  sectionCount = 0;
  headers.clear();
  sectionNames.clear();
  if (offset === 0) {
    namesSection = 0;
    return;
  }
  // Counts that do not fit in the header's 16 bits are in section 0, which is otherwise all zero.
  if (count === 0 || names === SHN_XINDEX) {
    sectionZero.read(Table.SECTION_ZERO, offset, headerBytes());
    if (count === 0) trueCount = sizeIn(sectionZero.start);
    if (names === SHN_XINDEX) namesSection = linkIn(sectionZero.start);
  }
  headers.open(offset, trueCount * headerBytes(), headerBytes());
  sectionCount = <i32>trueCount;
  if (namesSection !== 0) readStrings(namesSection, sectionNames);
}

/** Reads a string table. Fails without such a section. */
export function readStrings(section: i32, strings: Strings): void {
  const header = headerOf(section);
  strings.read(placeIn(header), bytesIn(header));
}

/** The header of a section, up to the next call. Fails without such a section. */
export function headerOf(section: u32): usize {
  if (section >= <u32>sectionCount) refuse(Problem.NO_SECTION, headers.offset, section, <f64>sectionCount);
  return headers.at(section);
}

/** Offset of a header in the object. */
export function placeOfHeader(section: i32): f64 {
  return headers.offset + <f64>section * <f64>headerBytes();
}

export function headerBytes(): u32 {
  return is64 ? 64 : 40;
}

export function nameIn(header: usize): u32 {
  return u32At(header);
}

export function typeIn(header: usize): u32 {
  return u32At(header + 4);
}

/** The low word of the flags, which has all that matter here. */
export function flagsIn(header: usize): u32 {
  return u32At(header + (is64 && isBigEndian ? 12 : 8));
}

/** Whether a section of this type has the relocations of another one. */
export function isOfRelocations(type: u32): bool {
  return type === SHT_RELA || type === SHT_REL || type === SHT_CREL;
}

export function offsetIn(header: usize): f64 {
  return wordAt(header + (is64 ? 24 : 16));
}

export function sizeIn(header: usize): f64 {
  return wordAt(header + (is64 ? 32 : 20));
}

export function linkIn(header: usize): u32 {
  return u32At(header + (is64 ? 40 : 24));
}

export function infoIn(header: usize): u32 {
  return u32At(header + (is64 ? 44 : 28));
}

/** Bytes of a section in the file; none of those that occupy no space there. */
export function bytesIn(header: usize): f64 {
  const type = typeIn(header);
  return type === SHT_NOBITS || type === SHT_NULL ? 0 : sizeIn(header);
}

/** Where they are. */
export function placeIn(header: usize): f64 {
  return bytesIn(header) === 0 ? 0 : offsetIn(header);
}
