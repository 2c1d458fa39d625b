import type { ByteSource } from '../../../bytes/byte-source.js';
import { STB_WEAK, STT_OBJECT } from '../../../core/elf/constants.js';
import type { DataImage, DataSection, DataSymbols } from '../../image/data-image.js';
import { stringAt } from '../../string-table.js';
import { NONE } from '../../table.js';
import { RelocationsOnDemand } from '../references/relocations-on-demand.js';
import { sectionAt } from '../sections.js';
import type { ElfSymbolTable } from '../symtab.js';
import { type DataColumns, readDataColumns } from './data-columns.js';
import { attributesOf } from './elf-image.js';
import { readHeldTables } from './held-tables.js';
import { LazySection } from './lazy-section.js';
import { SectionContents } from './section-contents.js';

/**
 * The data of an ELF object. For an object with tens of thousands of sections, few of which are compared: all tables
 * are checked, since a linker rejects an object with any damage, but bytes and relocations of a section are read on
 * demand.
 *
 * Rows of sections and symbols are their numbers.
 *
 * @throws MalformedError for a broken object
 * @throws UnreadableError for an ELF file that is not an object
 */
export function readElfDataImage(object: ByteSource): DataImage {
  const held = readHeldTables(object, false, (opened, table) => ({
    symbols: readDataColumns(opened, table?.count ?? 0),
  }));
  const { sections, table, symbols } = held;
  const contents = new SectionContents(
    sections,
    symbols,
    new RelocationsOnDemand(sections, held.relocations),
  );
  for (const section of held.unchecked) contents.decode(sectionAt(sections, section));
  const known = new Map<number, DataSection>();
  const home = { sections, rowOfSection: NO_ROWS, reader: contents };
  return {
    attributes: attributesOf(sections),
    symbols: dataSymbols(table, symbols),
    section: (row) => {
      const section = known.get(row) ?? new LazySection(home, row, held.useOf(row) ?? 'other', NONE);
      known.set(row, section);
      return section;
    },
  };
}

function dataSymbols(table: ElfSymbolTable | null, columns: DataColumns): DataSymbols {
  const { section, value, isLocal, compared, placed, firstPlaced } = columns;
  const symbols = { section, value, isLocal, compared, placed: { rows: placed, first: firstPlaced } };
  if (table === null) return { ...symbols, size: () => 0, isWeak: NEVER, isData: NEVER, name: () => '' };
  const { view, layout, is64, strings } = table;
  return {
    ...symbols,
    size: (number) => {
      const at = number * layout.bytes + layout.size;
      return is64 ? view.u64(at) : view.u32(at);
    },
    isWeak: (number) => view.u8(number * layout.bytes + layout.info) >>> 4 === STB_WEAK,
    isData: (number) => (view.u8(number * layout.bytes + layout.info) & 15) === STT_OBJECT,
    name: (number) => stringAt(strings, view.u32(number * layout.bytes)),
  };
}

const NEVER = (): boolean => false;

/** Which section follows which is not asked. */
const NO_ROWS = new Int32Array(0);
