import type { ByteSource } from '../../../bytes/byte-source.js';
import { SHF_LINK_ORDER } from '../../../core/elf/constants.js';
import type { ObjectImage } from '../../image/object-image.js';
import { NONE } from '../../table.js';
import { readRelocationTables } from '../relocations.js';
import { type ElfSection, type ElfSections, sectionAt } from '../sections.js';
import { type HeldTables, readHeldTables } from './held-tables.js';
import { readImageSymbols } from './image-symbols.js';
import { LazySection, type SectionReader } from './lazy-section.js';
import { SectionContents } from './section-contents.js';
import { readImageGroups } from './section-groups.js';

/**
 * The image of an ELF object of either class and byte order.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for what a linker would understand and this reader does not (SHT_CREL, unknown bindings)
 */
export function readElfImage(object: ByteSource): ObjectImage {
  const { sections, table, useOf, unchecked } = readHeldTables(object, () => ({}));
  const { listed, rowOf: rowOfSection } = listedSections(sections, useOf);
  const symbols = readImageSymbols(sections, table, rowOfSection);
  const groups = readImageGroups(sections, table, rowOfSection, listed);
  const isCompared = (section: number) => (useOf(section) ?? 'ignored') !== 'ignored';
  const contents = new SectionContents(sections, symbols, readRelocationTables(sections, isCompared));
  for (const section of unchecked) contents.decode(sectionAt(sections, section));
  const home = { sections, rowOfSection, reader: contents };
  const ignoredHome = { ...home, reader: NOTHING };
  return {
    attributes: attributesOf(sections),
    sections: listed.map((section, row) => {
      requireLeader(sections, section);
      const use = useOf(section.index) ?? 'ignored';
      return new LazySection(use === 'ignored' ? ignoredHome : home, section, use, groups.groupOf[row]);
    }),
    symbols: symbols.symbols,
    groups: groups.groups,
  };
}

/** The sections that an image lists: all but tables. By section number: its row, or NONE. */
function listedSections(
  sections: ElfSections,
  useOf: HeldTables['useOf'],
): { readonly listed: readonly ElfSection[]; readonly rowOf: Int32Array } {
  const listed: ElfSection[] = [];
  const rowOf = new Int32Array(sections.count).fill(NONE);
  for (let section = 1; section < sections.count; section++) {
    if (useOf(section) === null) continue;
    rowOf[section] = listed.length;
    listed.push(sectionAt(sections, section));
  }
  return { listed, rowOf };
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

/** @throws MalformedError for a section that is to follow one that is not there */
function requireLeader(sections: ElfSections, { flags, link }: ElfSection): void {
  if ((flags & SHF_LINK_ORDER) !== 0) sectionAt(sections, link);
}

const NOTHING: SectionReader = { bytes: () => new Uint8Array(0), relocations: () => [] };
