import type { ByteSource } from '../../../bytes/byte-source.js';
import type { ImageSection, ObjectImage } from '../../image/object-image.js';
import { NONE } from '../../table.js';
import { HeldRelocations } from '../references/held-relocations.js';
import { type ElfSections, sectionAt } from '../sections.js';
import { readHomes } from './data-columns.js';
import { type HeldTables, readHeldTables } from './held-tables.js';
import { readImageSymbols } from './image-symbols.js';
import { LazySection, type SectionReader } from './lazy-section.js';
import { SectionContents } from './section-contents.js';
import { readImageGroups } from './section-groups.js';

/**
 * The image of an ELF object of either class and byte order.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for features that linkers support and this reader does not (SHT_CREL, unknown bindings)
 */
export function readElfImage(object: ByteSource): ObjectImage {
  const { sections, table, useOf, unchecked, relocations, named, columns, groupKinds } = readHeldTables(
    object,
    true,
    (opened, held) => ({
      columns: readHomes(opened, held?.count ?? 0),
      groupKinds: opened.core.exports.elfGroupKinds(),
    }),
  );
  const { listed, rowOf: rowOfSection } = listedSections(sections, useOf);
  const symbols = readImageSymbols(table, rowOfSection, columns);
  const groups = readImageGroups(sections, table, rowOfSection, listed, groupKinds);
  const contents = new SectionContents(sections, symbols, new HeldRelocations(sections, relocations, named));
  for (const section of unchecked) contents.decode(sectionAt(sections, section));
  const home = { sections, rowOfSection, reader: contents };
  const ignoredHome = { ...home, reader: NOTHING };
  const own = new Array<ImageSection>(listed.length);
  for (let row = 0; row < listed.length; row++) {
    const use = useOf(listed[row]) ?? 'ignored';
    const from = use === 'ignored' ? ignoredHome : home;
    own[row] = new LazySection(from, listed[row], use, groups.groupOf[row]);
  }
  return {
    attributes: attributesOf(sections),
    sections: own,
    symbols: symbols.symbols,
    groups: groups.groups,
    placesAllSymbols: true,
  };
}

/** Numbers of the sections that an image lists: all but tables. By section number: its row, or NONE. */
function listedSections(
  { count }: ElfSections,
  useOf: HeldTables['useOf'],
): { readonly listed: Int32Array; readonly rowOf: Int32Array } {
  const listed = new Int32Array(count);
  const rowOf = new Int32Array(count).fill(NONE);
  let rows = 0;
  for (let section = 1; section < count; section++) {
    if (useOf(section) === null) continue;
    rowOf[section] = rows;
    listed[rows++] = section;
  }
  return { listed: listed.subarray(0, rows), rowOf };
}

/** e_flags, EI_OSABI and EI_ABIVERSION, and the properties that two objects of one machine share. */
export function attributesOf({ object, header }: ElfSections): string[] {
  const view = object.view(0, header.bits === 64 ? 64 : 52, 'ELF header', header.littleEndian);
  const { machine, bits, littleEndian } = header;
  return [
    `abi ${view.u8(7)} ${view.u8(8)}`,
    `flags 0x${view.u32(bits === 64 ? 48 : 36).toString(16)}`,
    `machine ${machine} ${bits} ${littleEndian ? 'little' : 'big'}`,
  ];
}

const NOTHING: SectionReader = {
  bytes: () => new Uint8Array(0),
  relocations: () => [],
  eachTarget: () => {},
};
