import type { ByteSource } from '../../../bytes/byte-source.js';
import {
  SHF_LINK_ORDER,
  SHF_WRITE,
  SHT_CREL,
  SHT_GROUP,
  SHT_NULL,
  SHT_REL,
  SHT_RELA,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import type { ImageSection, ObjectImage, SectionUse } from '../../image/object-image.js';
import { endOfString, heldStrings, type StringTable } from '../../string-table.js';
import { NONE } from '../../table.js';
import { findTables } from '../find-tables.js';
import { type ElfHeader, entryBytes, readElfHeader, refuseOtherThanObjects } from '../header.js';
import { readRelocationTables } from '../relocations.js';
import {
  type ElfSection,
  type ElfSections,
  readSections,
  sectionAt,
  sectionName,
  sectionType,
} from '../sections.js';
import { readSymbolTable } from '../symtab.js';
import { readImageSymbols } from './image-symbols.js';
import { LazySection, type SectionReader } from './lazy-section.js';
import { SectionContents } from './section-contents.js';
import { type ImageGroups, readImageGroups } from './section-groups.js';
import { elfHoldsState, elfUseOf } from './section-use.js';

/** Data of the whole object that reading one section needs. */
interface Reading {
  readonly sections: ElfSections;
  /** The names of sections, in memory of their own. */
  readonly names: StringTable;
  readonly rowOfSection: Int32Array;
  readonly groups: ImageGroups;
  readonly contents: SectionContents;
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
  const symbols = readImageSymbols(sections, table, rowOfSection);
  const groups = readImageGroups(sections, table, rowOfSection, listed);
  const tables = readRelocationTables(sections, isCompared);
  const contents = new SectionContents(sections, symbols, tables);
  const reading: Reading = {
    ...{ sections, rowOfSection, groups, contents },
    names: heldStrings(sections.names),
  };
  return {
    attributes: attributesOf(object, header),
    sections: listed.map((section, row) => readSection(reading, section, row, uses[row])),
    symbols: symbols.symbols,
    groups: groups.groups,
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
  if (use === 'ignored') return new LazySection(facts, place, NOTHING);
  reading.contents.check(section);
  return new LazySection(facts, place, reading.contents);
}

const NOTHING: SectionReader = { bytes: () => new Uint8Array(0), relocations: () => [] };

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
