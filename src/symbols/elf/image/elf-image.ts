import type { ByteSource } from '../../../bytes/byte-source.js';
import { SHF_LINK_ORDER, SHF_WRITE } from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import type { ImageSection, ObjectImage, SectionUse } from '../../image/object-image.js';
import { endOfString } from '../../string-table.js';
import { NONE } from '../../table.js';
import { entryBytes } from '../header.js';
import { readRelocationTables } from '../relocations.js';
import { type ElfSection, type ElfSections, sectionAt, sectionName } from '../sections.js';
import { readHeldTables } from './held-tables.js';
import { readImageSymbols } from './image-symbols.js';
import { LazySection, type SectionReader } from './lazy-section.js';
import { listedRows } from './listed-rows.js';
import { SectionContents } from './section-contents.js';
import { type ImageGroups, readImageGroups } from './section-groups.js';
import { elfHoldsState, elfUseOf } from './section-use.js';

/** Data of the whole object that reading one section needs. */
interface Reading {
  readonly sections: ElfSections;
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
  const { sections, table } = readHeldTables(object);
  const { count, rowOf: rowOfSection } = listedRows(sections);
  const listed = new Array<ElfSection>(count);
  for (const [index, row] of rowOfSection.entries())
    if (row !== NONE) listed[row] = sectionAt(sections, index);
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
  const reading: Reading = { sections, rowOfSection, groups, contents };
  return {
    attributes: attributesOf(sections),
    sections: listed.map((section, row) => readSection(reading, section, row, uses[row])),
    symbols: symbols.symbols,
    groups: groups.groups,
  };
}

/** e_flags, EI_OSABI and EI_ABIVERSION, and what makes two objects of one machine. */
export function attributesOf({ object, header }: ElfSections): string[] {
  const view = object.view(0, header.bits === 64 ? 64 : 52, 'ELF header', header.littleEndian);
  const { machine, bits, littleEndian } = header;
  return [
    `abi ${view.u8(7)} ${view.u8(8)}`,
    `flags 0x${view.u32(bits === 64 ? 48 : 36).toString(16)}`,
    `machine ${machine} ${bits} ${littleEndian ? 'little' : 'big'}`,
  ];
}

function readSection(reading: Reading, section: ElfSection, row: number, use: SectionUse): ImageSection {
  const { sections, groups, rowOfSection } = reading;
  const isFollowing = (section.flags & SHF_LINK_ORDER) !== 0 && section.link !== 0;
  const facts = {
    ...sectionFacts(sections, section, use),
    group: groups.groupOf[row],
    follows: isFollowing ? rowOfSection[sectionAt(sections, section.link).index] : NONE,
  };
  const place = { strings: sections.names, offset: section.nameOffset };
  if (use === 'ignored') return new LazySection(facts, place, NOTHING);
  reading.contents.check(section);
  return new LazySection(facts, place, reading.contents);
}

/** Facts of a section that are in its header alone. */
export function sectionFacts(sections: ElfSections, section: ElfSection, use: SectionUse) {
  const { flags, alignment, entrySize } = headerFields(sections, section);
  return {
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
  };
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
