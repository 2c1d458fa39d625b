import type { ByteSource } from '../../../bytes/byte-source.js';
import { ByteView } from '../../../bytes/byte-view.js';
import {
  SHF_LINK_ORDER,
  SHF_WRITE,
  SHT_CREL,
  SHT_GROUP,
  SHT_LLVM_ADDRSIG,
  SHT_LLVM_CALL_GRAPH_PROFILE,
  SHT_NOBITS,
  SHT_NULL,
  SHT_REL,
  SHT_RELA,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from '../../../core/elf/constants.js';
import { budgetOf, namesLimit, type Spend } from '../../budget.js';
import type { ImageRelocation, ImageSection, ObjectImage, SectionUse } from '../../image/object-image.js';
import { UnreadableError } from '../../object-format.js';
import { endOfString, heldStrings, type StringTable } from '../../string-table.js';
import { NONE } from '../../table.js';
import { findTables } from '../find-tables.js';
import { type ElfHeader, entryBytes, readElfHeader, refuseOtherThanObjects } from '../header.js';
import type { RelocationTable } from '../references/relocation-table.js';
import { readRelocationTables } from '../relocations.js';
import {
  type ElfSection,
  type ElfSections,
  readSections,
  requireSectionBytes,
  sectionAt,
  sectionBytes,
  sectionName,
  sectionType,
} from '../sections.js';
import { type ElfSymbolTable, readSymbolTable } from '../symtab.js';
import { type ImageSymbols, readImageSymbols } from './image-symbols.js';
import { slotSize, takeAddend } from './implicit-addends.js';
import { LazySection, type SectionContent } from './lazy-section.js';
import { listedSymbols } from './listed-symbols.js';
import { type ImageGroups, readImageGroups } from './section-groups.js';
import { elfHoldsState, elfUseOf } from './section-use.js';

/** Data of the whole object that reading one section needs. */
interface Reading {
  readonly sections: ElfSections;
  /** The names of sections, in memory of their own. */
  readonly names: StringTable;
  readonly table: ElfSymbolTable | null;
  readonly rowOfSection: Int32Array;
  readonly symbols: ImageSymbols;
  readonly groups: ImageGroups;
  readonly tables: ReadonlyMap<number, readonly RelocationTable[]>;
  readonly spend: Spend;
}

/**
 * The image of an ELF object of either class and byte order.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for what a linker would understand and this reader does not (SHT_CREL, unknown bindings)
 */
export function readElfImage(object: ByteSource): ObjectImage {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const sections = readSections(object, header);
  const found = findTables(sections);
  const table = readSymbolTable(sections, found);
  const { listed, rowOfSection } = listSections(sections);
  const names = budgetOf(object, 'section names', namesLimit(sections.names.bytes.length));
  const uses = listed.map((section) => {
    names(endOfString(sections.names, section.nameOffset) - section.nameOffset);
    return elfUseOf(sections, section);
  });
  const isCompared = (section: number) =>
    section < sections.count && rowOfSection[section] !== NONE && uses[rowOfSection[section]] !== 'ignored';
  const reading: Reading = {
    sections,
    names: heldStrings(sections.names),
    table,
    rowOfSection,
    symbols: readImageSymbols(sections, table, rowOfSection),
    groups: readImageGroups(sections, table, rowOfSection, listed),
    tables: readRelocationTables(sections, isCompared),
    spend: budgetOf(object, 'section contents'),
  };
  return {
    attributes: attributesOf(object, header),
    sections: listed.map((section, row) => readSection(reading, section, row, uses[row])),
    symbols: reading.symbols.symbols,
    groups: reading.groups.groups,
  };
}

/** e_flags, EI_OSABI and EI_ABIVERSION, and what makes two objects of one machine. */
function attributesOf(object: ByteSource, header: ElfHeader): string[] {
  const view = object.view(0, header.bits === 64 ? 64 : 52, 'ELF header', header.littleEndian);
  const { machine, bits, littleEndian } = header;
  return [
    `abi ${view.u8(7)} ${view.u8(8)}`,
    `flags 0x${view.u32(bits === 64 ? 48 : 36).toString(16)}`,
    `machine ${machine} ${bits} ${littleEndian ? 'little' : 'big'}`,
  ];
}

/** Types of sections that say something of others, and reach an image as that. */
const TABLES = new Set([SHT_NULL, SHT_SYMTAB, SHT_SYMTAB_SHNDX, SHT_RELA, SHT_REL, SHT_CREL, SHT_GROUP]);

/** The sections of the image, and by number the row of each, or NONE. */
function listSections(sections: ElfSections): {
  readonly listed: readonly ElfSection[];
  readonly rowOfSection: Int32Array;
} {
  const rowOfSection = new Int32Array(sections.count).fill(NONE);
  const strings = new Set([sections.namesSection]);
  const listed: ElfSection[] = [];
  for (let index = 1; index < sections.count; index++) {
    if (sectionType(sections, index) === SHT_SYMTAB) strings.add(sectionAt(sections, index).link);
  }
  for (let index = 1; index < sections.count; index++) {
    if (TABLES.has(sectionType(sections, index)) || strings.has(index)) continue;
    rowOfSection[index] = listed.length;
    listed.push(sectionAt(sections, index));
  }
  return { listed, rowOfSection };
}

function readSection(reading: Reading, section: ElfSection, row: number, use: SectionUse): ImageSection {
  const { sections, groups, rowOfSection, names } = reading;
  const { flags, alignment, entrySize } = headerFields(sections, section);
  const isFollowing = (section.flags & SHF_LINK_ORDER) !== 0 && section.link !== 0;
  const facts = {
    number: section.index,
    use,
    type: section.type,
    flags,
    isWritable:
      (section.flags & SHF_WRITE) !== 0 && elfHoldsState(section.flags, sectionName(sections, section)),
    alignment,
    // Compilers leave out that constructor arrays hold words; binutils' tools add it.
    entrySize: use === 'constructors' || use === 'destructors' ? 0 : entrySize,
    size: section.size,
    group: groups.groupOf[row],
    follows: isFollowing ? rowOfSection[sectionAt(sections, section.link).index] : NONE,
  };
  const place = { strings: names, offset: section.nameOffset };
  return new LazySection(facts, place, use === 'ignored' ? NOTHING : contentOf(reading, section));
}

const NOTHING: SectionContent = { bytes: () => new Uint8Array(0), relocations: () => [] };

/** Fields that only an image needs: flags 8 (8), alignment 48 (32), entry size 56 (36); all 64 bits of the flags. */
function headerFields(
  { headers, header }: ElfSections,
  { index }: ElfSection,
): { readonly flags: bigint; readonly alignment: number; readonly entrySize: number } {
  const at = index * entryBytes(header);
  if (header.bits === 32)
    return {
      flags: BigInt(headers.u32(at + 8)),
      alignment: headers.u32(at + 32) || 1,
      entrySize: headers.u32(at + 36),
    };
  const data = new DataView(headers.bytes.buffer, headers.bytes.byteOffset, headers.length);
  return {
    flags: data.getBigUint64(at + 8, headers.littleEndian),
    alignment: headers.u64(at + 48) || 1,
    entrySize: headers.u64(at + 56),
  };
}

/** @throws MalformedError where the section or its relocations do not fit: what is decoded later was checked here */
function contentOf(reading: Reading, section: ElfSection): SectionContent {
  const { sections, spend } = reading;
  const tables = reading.tables.get(section.index) ?? [];
  if (section.type !== SHT_NOBITS) spend(section.size);
  requireSectionBytes(sections, section, 'section content');
  const isList = section.type === SHT_LLVM_ADDRSIG || section.type === SHT_LLVM_CALL_GRAPH_PROFILE;
  const listed = isList && tables.length === 0 ? listedSymbols(section, bytesOf(sections, section)) : null;
  if (listed !== null) {
    const { rowOf, sectionOf } = reading.symbols;
    const relocations = listed.symbols.map((entry) => {
      requireSymbol(reading, section, entry.symbol);
      return { ...entry, symbol: rowOf[entry.symbol], section: sectionOf[entry.symbol] };
    });
    return { bytes: () => listed.rest, relocations: () => relocations };
  }
  for (const table of tables) requireFitting(reading, section, table);
  if (tables.some(({ hasAddends }) => !hasAddends)) return contentWithAddends(reading, section, tables);
  return {
    bytes: () => bytesOf(sections, section).bytes,
    relocations: () => decode(reading, tables),
  };
}

const bytesOf = (sections: ElfSections, section: ElfSection): ByteView =>
  sectionBytes(sections, section, 'section content');

/** Of SHT_REL, whose addends are in the section: they are taken out of it. */
function contentWithAddends(
  reading: Reading,
  section: ElfSection,
  tables: readonly RelocationTable[],
): SectionContent {
  const slots = copyOf(bytesOf(reading.sections, section));
  const { machine } = reading.sections.header;
  const relocations = decode(reading, tables).map((relocation) => {
    const size = relocation.addend === null ? slotSize(machine, relocation.type) : null;
    return size === null ? relocation : { ...relocation, addend: takeAddend(slots, relocation.offset, size) };
  });
  return { bytes: () => slots.bytes, relocations: () => relocations };
}

function requireFitting(reading: Reading, section: ElfSection, table: RelocationTable): void {
  for (let entry = 0; entry < table.count; entry++) {
    if (table.offset(entry) > section.size)
      throw reading.sections.object.error(
        section.offset,
        `section ${section.index}: a relocation at ${table.offset(entry)} of ${section.size} bytes`,
      );
    requireSymbol(reading, section, table.symbol(entry));
    const addend = table.addend(entry);
    if (addend !== null && !Number.isSafeInteger(addend))
      throw new UnreadableError(`section ${section.index}: a relocation with addend ${addend}`);
  }
}

/** Relocations of checked tables, by offset. */
function decode(
  { symbols: { rowOf, sectionOf } }: Reading,
  tables: readonly RelocationTable[],
): ImageRelocation[] {
  const relocations: ImageRelocation[] = [];
  let isSorted = true;
  let last = 0;
  for (const table of tables)
    for (let entry = 0; entry < table.count; entry++) {
      const offset = table.offset(entry);
      const type = table.type(entry);
      const addend = table.addend(entry);
      const symbol = table.symbol(entry);
      relocations.push({ offset, type, symbol: rowOf[symbol], section: sectionOf[symbol], addend });
      isSorted &&= offset >= last;
      last = offset;
    }
  return isSorted ? relocations : relocations.sort((one, other) => one.offset - other.offset);
}

function requireSymbol({ sections, table }: Reading, section: ElfSection, symbol: number): void {
  if (symbol !== 0 && symbol >= (table?.count ?? 0))
    throw sections.object.error(
      section.offset,
      `section ${section.index}: a relocation to symbol ${symbol} of ${table?.count ?? 0}`,
    );
}

const copyOf = (view: ByteView): ByteView =>
  new ByteView(Uint8Array.from(view.bytes), view.what, view.label, view.fileOffset, view.littleEndian);
