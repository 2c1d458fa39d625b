import { ByteView } from '../../bytes/byte-view.js';
import type { Spend } from '../budget.js';
import { exactNumber } from '../image/exact-number.js';
import type { ImageRelocation } from '../image/object-image.js';
import { NONE } from '../table.js';
import {
  IMAGE_FILE_MACHINE_AMD64,
  IMAGE_FILE_MACHINE_ARM64,
  IMAGE_FILE_MACHINE_ARMNT,
  IMAGE_FILE_MACHINE_I386,
  IMAGE_SCN_LNK_NRELOC_OVFL,
} from './constants.js';
import type { CoffHeader } from './header.js';
import type { CoffImageSymbols } from './image-symbols.js';
import { type CoffSection, type CoffSections, sectionBytes } from './sections.js';

/** Data of the whole object that reading contents needs. */
export interface ContentReading {
  readonly sections: CoffSections;
  readonly header: CoffHeader;
  readonly symbols: CoffImageSymbols;
  readonly spendBytes: Spend;
  readonly spendRelocations: Spend;
}

interface Content {
  readonly bytes: Uint8Array;
  readonly relocations: readonly ImageRelocation[];
}

/** Sections of which the bytes are symbol numbers of 4 bytes: tables of Control Flow Guard and of safe handlers. */
const NUMBER_LIST = /^\.(gfids|giats|gljmp|gehcont|sxdata)(\$|$)/;
/** A type that relocations of objects do not have: a symbol number in the bytes. */
const LISTED = 0x10000;

export function readContent(reading: ContentReading, section: CoffSection): Content {
  const content = sectionBytes(reading.sections, section, 'section content');
  reading.spendBytes(content.length);
  const slots = new ByteView(Uint8Array.from(content.bytes), content.what, content.label, content.fileOffset);
  if (section.relocationCount === 0 && NUMBER_LIST.test(section.name))
    return listOf(reading, slots, takeWords(slots, 4, [0]));
  if (section.relocationCount === 0 && section.name === '.llvm.call-graph-profile')
    return listOf(reading, slots, takeWords(slots, 16, [0, 4]));
  const relocations = readRelocations(reading, section, slots);
  return { bytes: slots.bytes, relocations: relocations.sort((one, other) => one.offset - other.offset) };
}

/**
 * The symbols of `.llvm_addrsig`. LLVM's tools renumber symbols without updating the table.
 * @returns null for an outdated table, which has no meaning
 */
export function readAddressSignificance(reading: ContentReading, section: CoffSection): Content | null {
  const table = sectionBytes(reading.sections, section, 'address significance');
  reading.spendBytes(table.length);
  const numbers = readNumbers(table);
  const { rowOf, sectionOf } = reading.symbols;
  const isSymbol = (number: number) =>
    number < rowOf.length && (rowOf[number] !== NONE || sectionOf[number] !== NONE);
  if (!numbers.every(isSymbol)) return null;
  return { ...listOf(reading, table, numbers), bytes: new Uint8Array(0) };
}

/** Symbol numbers in bytes as relocations, which are the same whatever numbers the symbols have. */
function listOf(reading: ContentReading, slots: ByteView, numbers: readonly number[]): Content {
  const relocations = numbers.map((number, at) => toSymbol(reading, slots, at, LISTED, number, 0));
  return { bytes: slots.bytes, relocations };
}

/** ULEB128 numbers, one after the other. @throws MalformedError */
function readNumbers(slots: ByteView): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < slots.length; ) {
    let number = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = slots.u8(at++);
      number += (byte & 0x7f) * scale;
      if (number > 0xffff_ffff) throw slots.error(at, 'no symbol number');
      if (byte < 0x80) break;
    }
    numbers.push(number);
  }
  return numbers;
}

/** The words at these places of each entry, which are cleared. */
function takeWords(slots: ByteView, entry: number, places: readonly number[]): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + entry <= slots.length; at += entry)
    for (const place of places) {
      numbers.push(slots.u32(at + place));
      slots.bytes.fill(0, at + place, at + place + 4);
    }
  return numbers;
}

/** VirtualAddress 0  SymbolTableIndex 4  Type 8 (u16) */
const RELOCATION_BYTES = 10;

/** A count that does not fit in 16 bits is in the first relocation, which it includes. */
function readRelocations(reading: ContentReading, section: CoffSection, slots: ByteView): ImageRelocation[] {
  const { relocationsOffset: offset, relocationCount: count, characteristics } = section;
  const { object } = reading.sections;
  const isOverflown = count === 0xffff && (characteristics & IMAGE_SCN_LNK_NRELOC_OVFL) !== 0;
  const trueCount = isOverflown
    ? object.view(offset, RELOCATION_BYTES, 'relocation count').u32(0) - 1
    : count;
  const length = Math.max(0, trueCount) * RELOCATION_BYTES;
  reading.spendRelocations(length);
  const start = isOverflown ? offset + RELOCATION_BYTES : offset;
  const table = object.view(length === 0 ? 0 : start, length, 'relocations');
  const relocations: ImageRelocation[] = [];
  for (let at = 0; at < length; at += RELOCATION_BYTES) {
    const slot = table.u32(at);
    const type = table.u16(at + 8);
    const width = slotWidth(reading.header, type);
    const addend = width === null ? null : takeSlot(slots, slot, width);
    relocations.push(toSymbol(reading, table, slot, type, table.u32(at + 4), addend));
  }
  return relocations;
}

function toSymbol(
  { symbols }: ContentReading,
  view: ByteView,
  offset: number,
  type: number,
  number: number,
  addend: number | null,
): ImageRelocation {
  if (number >= symbols.rowOf.length)
    throw view.error(0, `a relocation to symbol ${number} of ${symbols.rowOf.length}`);
  return { offset, type, symbol: symbols.rowOf[number], section: symbols.sectionOf[number], addend };
}

/** By machine and type: bytes of slots that hold a number. What is missing are instructions, and pairs. */
const WIDTHS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  // ABSOLUTE, ADDR64, ADDR32, ADDR32NB, REL32 to REL32_5, SECTION, SECREL, SECREL7
  [IMAGE_FILE_MACHINE_AMD64]: {
    0: 0,
    1: 8,
    2: 4,
    3: 4,
    4: 4,
    5: 4,
    6: 4,
    7: 4,
    8: 4,
    9: 4,
    10: 2,
    11: 4,
    12: 1,
  },
  // ABSOLUTE, DIR32, DIR32NB, SECTION, SECREL, TOKEN, SECREL7, REL32
  [IMAGE_FILE_MACHINE_I386]: { 0: 0, 6: 4, 7: 4, 10: 2, 11: 4, 12: 4, 13: 1, 20: 4 },
  // ABSOLUTE, ADDR32, ADDR32NB, SECREL, SECTION, ADDR64, REL32
  [IMAGE_FILE_MACHINE_ARM64]: { 0: 0, 1: 4, 2: 4, 8: 4, 13: 2, 14: 8, 17: 4 },
  // ABSOLUTE, ADDR32, ADDR32NB, REL32, SECTION, SECREL
  [IMAGE_FILE_MACHINE_ARMNT]: { 0: 0, 1: 4, 2: 4, 10: 4, 14: 2, 15: 4 },
};

const slotWidth = ({ machineNumber }: CoffHeader, type: number): number | null =>
  WIDTHS[machineNumber]?.[type] ?? null;

/** The signed number in a slot, which is cleared. @throws MalformedError past the section's end */
function takeSlot(slots: ByteView, offset: number, width: number): number {
  if (width === 0) return 0;
  const slot = slots.slice(offset, width, 'slot');
  const data = new DataView(slot.bytes.buffer, slot.bytes.byteOffset, width);
  const value =
    width === 8
      ? exactNumber(data.getBigInt64(0, true))
      : width === 4
        ? data.getInt32(0, true)
        : width === 2
          ? data.getInt16(0, true)
          : data.getInt8(0);
  slot.bytes.fill(0);
  return value;
}
