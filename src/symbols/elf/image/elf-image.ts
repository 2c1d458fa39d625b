import type { ByteSource } from '../../../bytes/byte-source.js';
import { SHF_LINK_ORDER } from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import type { ObjectImage } from '../../image/object-image.js';
import { endOfString } from '../../string-table.js';
import { NONE } from '../../table.js';
import { readRelocationTables } from '../relocations.js';
import { type ElfSection, type ElfSections, sectionAt } from '../sections.js';
import { readHeldTables } from './held-tables.js';
import { readImageSymbols } from './image-symbols.js';
import { LazySection, type SectionReader } from './lazy-section.js';
import { listedRows } from './listed-rows.js';
import { SectionContents } from './section-contents.js';
import { readImageGroups } from './section-groups.js';
import { elfUseOf } from './section-use.js';

/**
 * The image of an ELF object of either class and byte order.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for what a linker would understand and this reader does not (SHT_CREL, unknown bindings)
 */
export function readElfImage(object: ByteSource): ObjectImage {
  const { sections, table } = readHeldTables(object);
  const { count, rowOf: rowOfSection } = listedRows(sections);
  const listed = new Array<ElfSection>(count);
  for (let index = 0; index < rowOfSection.length; index++)
    if (rowOfSection[index] !== NONE) listed[rowOfSection[index]] = sectionAt(sections, index);
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
  const home = { sections, rowOfSection, reader: contents };
  const ignoredHome = { ...home, reader: NOTHING };
  return {
    attributes: attributesOf(sections),
    sections: listed.map((section, row) => {
      requireLeader(sections, section);
      const isIgnored = uses[row] === 'ignored';
      if (!isIgnored) contents.check(section);
      return new LazySection(isIgnored ? ignoredHome : home, section, uses[row], groups.groupOf[row]);
    }),
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

/** @throws MalformedError for a section that is to follow one that is not there */
function requireLeader(sections: ElfSections, { flags, link }: ElfSection): void {
  if ((flags & SHF_LINK_ORDER) !== 0) sectionAt(sections, link);
}

const NOTHING: SectionReader = { bytes: () => new Uint8Array(0), relocations: () => [] };
