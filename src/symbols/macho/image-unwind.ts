import type { ByteView } from '../../bytes/byte-view.js';
import { exactNumber } from '../image/exact-number.js';
import type { ImageRelocation } from '../image/object-image.js';
import { NONE } from '../table.js';
import type { MachoSection } from './commands.js';
import type { SectionReading } from './image-reading.js';
import { takeSlot } from './image-slots.js';

/** Pointer encodings (DW_EH_PE_*) that a CIE defines for its FDEs. */
interface Encodings {
  readonly hasAugmentation: boolean;
  readonly code: number;
  /** Of the pointer to language data; DW_EH_PE_omit without one. */
  readonly data: number;
}

const OMITTED = 0xff;
const RELATIVE = 0x10;
/** A type that relocations of objects do not have: a distance that the assembler wrote. */
const DISTANCE = 0x1000;

/**
 * Pointers of `__eh_frame` without a relocation: assemblers write the distance between two sections, which changes when
 * debug information lies between them. Each pointer is cleared in the bytes and returned as a relocation to its target.
 */
export function unwindPointers(
  reading: SectionReading,
  section: MachoSection,
  slots: ByteView,
  relocations: readonly ImageRelocation[],
): ImageRelocation[] {
  const relocated = new Set(relocations.map(({ offset }) => offset));
  const distances = fields(slots, reading.header.bits / 8).filter(({ offset }) => !relocated.has(offset));
  return distances.flatMap(({ offset, width }) => toPlace(reading, section, slots, offset, width) ?? []);
}

interface Field {
  readonly offset: number;
  readonly width: number;
}

/** All fields of all records that may hold a distance. */
function fields(slots: ByteView, word: number): Field[] {
  const encodings = new Map<number, Encodings>();
  const found: Field[] = [];
  for (let at = 0; at + 8 <= slots.length; ) {
    const length = slots.u32(at);
    // Records longer than 4 GB, and the terminator, are in no object of a compiler.
    if (length === 0 || length >= 0xffff_fff0) break;
    const id = slots.u32(at + 4);
    const cie = encodings.get(at + 4 - id);
    if (id === 0) encodings.set(at, readCie(slots, at));
    else if (cie) found.push(...pointersOf(slots, at + 8, cie, word));
    at += 4 + length;
  }
  return found;
}

function readCie(slots: ByteView, at: number): Encodings {
  const cursor = { at: at + 9 };
  const text = Buffer.from(slots.cString(cursor.at)).toString('latin1');
  cursor.at += text.length + 1;
  skipNumber(slots, cursor);
  skipNumber(slots, cursor);
  skipNumber(slots, cursor);
  const found = { hasAugmentation: text.startsWith('z'), code: 0, data: OMITTED };
  if (!found.hasAugmentation) return found;
  skipNumber(slots, cursor);
  for (const letter of text.slice(1)) {
    if (letter === 'R') found.code = slots.u8(cursor.at++);
    else if (letter === 'L') found.data = slots.u8(cursor.at++);
    else if (letter === 'P') cursor.at += 1 + widthOf(slots.u8(cursor.at), 8);
  }
  return found;
}

/** The pointers of an FDE that are distances: to its function, and to its language data. */
function pointersOf(
  slots: ByteView,
  at: number,
  { hasAugmentation, code, data }: Encodings,
  word: number,
): Field[] {
  const width = widthOf(code, word);
  const found = (code & 0x70) === RELATIVE ? [{ offset: at, width }] : [];
  if (!hasAugmentation || data === OMITTED || (data & 0x70) !== RELATIVE) return found;
  const cursor = { at: at + 2 * width };
  skipNumber(slots, cursor);
  return [...found, { offset: cursor.at, width: widthOf(data, word) }];
}

const widthOf = (encoding: number, word: number): number => [word, word, 2, 4, 8][encoding & 7] ?? word;

function skipNumber(slots: ByteView, cursor: { at: number }): void {
  while (slots.u8(cursor.at++) >= 0x80);
}

/** Null where the distance leads to no section: it stays in the bytes. */
function toPlace(
  { sections }: SectionReading,
  section: MachoSection,
  slots: ByteView,
  offset: number,
  width: number,
): ImageRelocation | null {
  const saved = Uint8Array.from(slots.slice(offset, width, 'pointer').bytes);
  const distance = takeSlot(slots, offset, width);
  const address = BigInt(section.address + offset) + distance;
  const row = sections.findIndex(
    (one) => address >= BigInt(one.address) && address < BigInt(one.address + one.size),
  );
  if (distance === 0n || row === NONE) {
    slots.bytes.set(saved, offset);
    return null;
  }
  return {
    offset,
    type: DISTANCE,
    symbol: NONE,
    section: row,
    addend: exactNumber(address - BigInt(sections[row].address)),
  };
}
