import type { ByteSource } from '../../bytes/byte-source.js';
import { ByteView } from '../../bytes/byte-view.js';
import { SHN_XINDEX, SHT_NOBITS, SHT_NULL } from '../../core/elf/constants.js';
import { OWN_MEMORY, Scratch, type TableMemory } from '../scratch.js';
import { type StringTable, stringAt, stringTable } from '../string-table.js';
import { type ElfHeader, entryBytes } from './header.js';

/** One section header, decoded: for the few sections that are looked at closely. */
export interface ElfSection {
  readonly index: number;
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

/** The section header table with its names. Headers stay as bytes: an object may have tens of thousands. */
export interface ElfSections {
  readonly object: ByteSource;
  readonly header: ElfHeader;
  readonly count: number;
  readonly headers: ByteView;
  /** One of those headers, where not all are in memory. */
  readonly headerOf?: (section: number) => ByteView;
  /** The string table with the names of sections; its section number is 0 if there is none. */
  readonly names: StringTable;
  readonly namesSection: number;
}

/** Where headers and names are read into. */
interface SectionsMemory {
  readonly headers: TableMemory;
  readonly names: TableMemory;
}

const REUSED: SectionsMemory = { headers: new Scratch(), names: new Scratch() };

/**
 * Section headers: 64 bytes in ELF64 (40 in ELF32).
 *
 *     name 0 (0)   type 4 (4)   flags 8 (8)   offset 24 (16)   size 32 (20)   link 40 (24)   info 44 (28)
 *
 * @param memory where not given, the next call reuses the memory of what is returned
 */
export function readSections(
  object: ByteSource,
  header: ElfHeader,
  memory: SectionsMemory = REUSED,
): ElfSections {
  const { sectionsOffset, littleEndian } = header;
  const nothing = new ByteView(
    new Uint8Array(0),
    'section headers',
    object.label,
    object.start,
    littleEndian,
  );
  const none = { object, header, count: 0, headers: nothing, names: stringTable(nothing), namesSection: 0 };
  if (sectionsOffset === 0) return none;

  // Counts that do not fit in the header's 16 bits are in section 0, which is otherwise all zero.
  let count = header.sectionCount;
  let namesSection = header.sectionNames;
  if (count === 0 || namesSection === SHN_XINDEX) {
    const first = object.view(sectionsOffset, entryBytes(header), 'section 0', littleEndian);
    const sectionZero = decode(first, 0, header.bits, 0);
    if (count === 0) count = sectionZero.size;
    if (namesSection === SHN_XINDEX) namesSection = sectionZero.link;
  }
  const size = count * entryBytes(header);
  const headers = memory.headers.view(object, sectionsOffset, size, 'section headers', littleEndian);
  const sections = { ...none, count, headers, namesSection };
  return namesSection === 0
    ? sections
    : { ...sections, names: readStrings(sections, namesSection, memory.names) };
}

/** @throws MalformedError if the index is out of range */
export function sectionAt(sections: ElfSections, index: number): ElfSection {
  if (index >= sections.count) throw sections.headers.error(0, `no section ${index} of ${sections.count}`);
  const own = sections.headerOf?.(index);
  return own === undefined
    ? decode(sections.headers, index * entryBytes(sections.header), sections.header.bits, index)
    : decode(own, 0, sections.header.bits, index);
}

/** The type of a section that exists: what tells the few tables of an object from its thousands of sections. */
export const sectionType = ({ headers, header }: ElfSections, index: number): number =>
  headers.u32(index * entryBytes(header) + 4);

/** The low word of the flags of a section that exists: all flags that matter here are in it. */
export const sectionFlags = ({ headers, header }: ElfSections, index: number): number =>
  headers.u32(index * entryBytes(header) + (header.bits === 64 && !headers.littleEndian ? 12 : 8));

/** Offset of the name of a section that exists. */
export const nameOffset = ({ headers, header }: ElfSections, index: number): number =>
  headers.u32(index * entryBytes(header));

/** @param at where the header of section `index` is */
function decode(headers: ByteView, at: number, bits: 32 | 64, index: number): ElfSection {
  const is64 = bits === 64;
  return {
    index,
    nameOffset: headers.u32(at),
    type: headers.u32(at + 4),
    // All flags that matter here are in the low word.
    flags: headers.u32(at + (is64 && !headers.littleEndian ? 12 : 8)),
    offset: is64 ? headers.u64(at + 24) : headers.u32(at + 16),
    size: is64 ? headers.u64(at + 32) : headers.u32(at + 20),
    link: headers.u32(at + (is64 ? 40 : 24)),
    info: headers.u32(at + (is64 ? 44 : 28)),
  };
}

/** The bytes of a section; none for those that occupy no space in the file. */
export function sectionBytes(
  { object, header }: ElfSections,
  section: ElfSection,
  what: string,
  memory: TableMemory = OWN_MEMORY,
): ByteView {
  const size = section.type === SHT_NOBITS || section.type === SHT_NULL ? 0 : section.size;
  return memory.view(object, size === 0 ? 0 : section.offset, size, what, header.littleEndian);
}

/** @param memory a table is good until the next one that is read into the same */
export const readStrings = (sections: ElfSections, index: number, memory: TableMemory): StringTable =>
  stringTable(sectionBytes(sections, sectionAt(sections, index), 'string table', memory));

export const sectionName = ({ names }: ElfSections, section: ElfSection): string =>
  stringAt(names, section.nameOffset);
