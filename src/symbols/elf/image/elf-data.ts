import type { ByteSource } from '../../../bytes/byte-source.js';
import { SHF_ALLOC, SHN_UNDEF, STB_LOCAL, STT_FILE, STT_SECTION } from '../../../core/elf/constants.js';
import { nextBoundary } from '../../boundaries.js';
import { budgetOf, type Spend } from '../../budget.js';
import { byOffset, type WithinRange } from '../../image/by-offset.js';
import {
  alignmentAt,
  CODE,
  contentOfNumber,
  type DataContent,
  type DataSlot,
  isLabelName,
  withoutZeros,
} from '../../image/data-content.js';
import { ABSOLUTE_SECTION, COMMON_SECTION } from '../../image/object-image.js';
import { elfAddressTypes } from '../../image/stored-addresses.js';
import { UnreadableError } from '../../object-format.js';
import { stringAt } from '../../string-table.js';
import { NONE } from '../../table.js';
import { findTables } from '../find-tables.js';
import { readElfHeader, refuseOtherThanObjects } from '../header.js';
import type { ElfRelocation } from '../references/relocation-table.js';
import { readRelocations } from '../relocations.js';
import {
  alignmentOf,
  type ElfSection,
  type ElfSections,
  readSections,
  sectionAt,
  sectionBytes,
} from '../sections.js';
import { type ElfSymbolTable, readSymbolTable, sectionOf } from '../symtab.js';
import { placeOf } from './place.js';
import { elfUseOf } from './section-use.js';

/** A symbol that one of the names asked for names. */
interface NamedData {
  readonly name: string;
  /** Number of a section, ABSOLUTE_SECTION or COMMON_SECTION. */
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

/**
 * Data of some names of an ELF object: the same as its image has, but only the sections of these names are read, which
 * of a large object are few.
 *
 * @param asked names, as the object spells them
 * @returns content by name; without an entry for a name that the object does not define
 * @throws MalformedError for an object that is broken where these names need it
 * @throws UnreadableError where relocations have their addends in the section (SHT_REL) or are compact (SHT_CREL), and
 *     where data holds the address of a place in the object: then its image tells what is there
 */
export function readElfData(
  object: ByteSource,
  asked: ReadonlySet<string>,
): ReadonlyMap<string, DataContent> {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const sections = readSections(object, header);
  const table = readSymbolTable(sections, findTables(sections));
  if (table === null) return new Map();
  const found = namedData(sections, table, asked);
  const ends = endsOf(sections, table, found);
  const relocations = relocationFinders(sections, new Set(found.map(({ section }) => section)));
  const spend = budgetOf(object, 'data of names');
  const addressTypes = elfAddressTypes(header.machine);
  const reading = { sections, table, ends, relocations, spend, addressTypes };
  return new Map(found.map((data) => [data.name, contentOf(reading, data)]));
}

function namedData(sections: ElfSections, table: ElfSymbolTable, asked: ReadonlySet<string>): NamedData[] {
  const { view, layout, strings } = table;
  const found: NamedData[] = [];
  for (let number = 1; number < table.count; number++) {
    const at = number * layout.bytes;
    const info = view.u8(at + layout.info);
    const type = info & 15;
    const isNamed = type !== STT_FILE && type !== STT_SECTION && info >> 4 !== STB_LOCAL;
    if (!isNamed || view.u16(at + layout.sectionIndex) === SHN_UNDEF) continue;
    const name = stringAt(strings, view.u32(at));
    if (!asked.has(name)) continue;
    const { section } = placeOf(sections, table, number);
    if (!hasContent(sections, section)) continue;
    found.push({ name, section, value: word(table, at + layout.value), size: word(table, at + layout.size) });
  }
  return found;
}

const word = ({ view, is64 }: ElfSymbolTable, at: number): number => (is64 ? view.u64(at) : view.u32(at));

const hasContent = (sections: ElfSections, section: number): boolean =>
  section === ABSOLUTE_SECTION ||
  section === COMMON_SECTION ||
  (section > 0 && (sectionAt(sections, section).flags & SHF_ALLOC) !== 0);

/** Places of symbols by section, sorted: where data without a size ends. */
type Ends = ReadonlyMap<number, Float64Array>;

function endsOf(sections: ElfSections, table: ElfSymbolTable, found: readonly NamedData[]): Ends {
  const places = new Map<number, number[]>();
  for (const { section, size } of found) if (section > 0 && size === 0) places.set(section, []);
  if (places.size === 0) return new Map();
  const { layout } = table;
  const isAsked = new Uint8Array(sections.count);
  for (const section of places.keys()) isAsked[section] = 1;
  for (let number = 1; number < table.count; number++) {
    const section = sectionOf(table, number);
    if (section === NONE || isAsked[section] !== 1) continue;
    if (isBoundary(table, number))
      places.get(section)?.push(word(table, number * layout.bytes + layout.value));
  }
  return new Map([...places].map(([section, own]) => [section, Float64Array.from(own).sort()]));
}

/** Whether data ends where the symbol is. */
function isBoundary({ view, layout, strings }: ElfSymbolTable, number: number): boolean {
  const at = number * layout.bytes;
  const info = view.u8(at + layout.info);
  if ((info & 15) === STT_FILE || (info & 15) === STT_SECTION) return false;
  return info >> 4 !== STB_LOCAL || !isLabelName(stringAt(strings, view.u32(at)));
}

type Finders = ReadonlyMap<number, WithinRange<ElfRelocation>>;

function relocationFinders(sections: ElfSections, wanted: ReadonlySet<number>): Finders {
  const finders = new Map<number, WithinRange<ElfRelocation>>();
  for (const [section, own] of readRelocations(sections, (number) => wanted.has(number))) {
    if (own.some(({ addend }) => addend === null))
      throw new UnreadableError('addends in the section (SHT_REL)');
    finders.set(section, byOffset(own));
  }
  return finders;
}

interface Reading {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable;
  readonly ends: Ends;
  readonly relocations: Finders;
  /** Names may name the same data, but sound objects do not repeat more than they hold. */
  readonly spend: Spend;
  readonly addressTypes: ReadonlySet<number>;
}

function contentOf(
  reading: Reading,
  { section: number, value: start, size: recorded }: NamedData,
): DataContent {
  const { sections, ends, relocations, spend } = reading;
  if (number === ABSOLUTE_SECTION) return contentOfNumber(start);
  if (number === COMMON_SECTION) return contentOfNumber(recorded, start);
  const section = sectionAt(sections, number);
  if (recorded === 0 && elfUseOf(sections, section) === 'code') return CODE;
  const next = nextBoundary(ends.get(number) ?? new Float64Array(0), start);
  const end = recorded > 0 ? start + recorded : Math.max(start, Math.min(next, section.size));
  const own = relocations.get(number)?.(start, end) ?? [];
  const bytes = bytesBetween(sections, section, start, end);
  spend(bytes.length + own.length);
  const slots = own.map((relocation) => slotOf(reading, relocation, start));
  const alignment = alignmentAt(alignmentOf(sections, section), start);
  return { size: end - start, bytes: withoutZeros(bytes), slots, alignment, home: `${number} ${start}` };
}

function slotOf(
  { sections, table, addressTypes }: Reading,
  { offset, type, symbol, addend }: ElfRelocation,
  start: number,
): DataSlot {
  if (symbol >= table.count)
    throw sections.object.error(
      table.view.fileOffset - sections.object.start,
      `no symbol ${symbol} of ${table.count}`,
    );
  if (addressTypes.has(type) && sectionOf(table, symbol) !== NONE)
    throw new UnreadableError('data with an address of the object itself');
  return { offset: offset - start, type, target: targetOf(table, symbol), addend, place: null };
}

/** Null for a local symbol, and for none. */
function targetOf({ view, layout, strings }: ElfSymbolTable, symbol: number): string | null {
  const at = symbol * layout.bytes;
  if (symbol === 0 || view.u8(at + layout.info) >> 4 === STB_LOCAL) return null;
  return stringAt(strings, view.u32(at));
}

/** Bytes of a range of a section that the file has. */
function bytesBetween(sections: ElfSections, section: ElfSection, start: number, end: number): Uint8Array {
  const from = Math.min(start, section.size);
  const part = { ...section, offset: section.offset + from, size: Math.min(end, section.size) - from };
  return sectionBytes(sections, part, 'section content').bytes;
}
