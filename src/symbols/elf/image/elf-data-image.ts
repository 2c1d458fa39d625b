import type { ByteSource } from '../../../bytes/byte-source.js';
import {
  SHN_LORESERVE,
  SHN_UNDEF,
  STB_LOCAL,
  STT_FILE,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_SECTION,
} from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import { type DataImage, type DataSection, type DataSymbols, LABEL } from '../../image/data-image.js';
import { type SectionUse, UNDEFINED_SECTION, UNLISTED_SECTION } from '../../image/object-image.js';
import { Scratch } from '../../scratch.js';
import { endOfString, stringAt } from '../../string-table.js';
import { NONE } from '../../table.js';
import { readRelocationTables, relocationTables } from '../relocations.js';
import { RelocationsOnDemand } from '../relocations-on-demand.js';
import { type ElfSection, type ElfSections, sectionAt } from '../sections.js';
import type { ElfSymbolTable } from '../symtab.js';
import { attributesOf } from './elf-image.js';
import { readHeldTables } from './held-tables.js';
import { LazySection } from './lazy-section.js';
import { listedRows } from './listed-rows.js';
import { placeOf } from './place.js';
import { SectionContents } from './section-contents.js';
import { elfUseOf } from './section-use.js';

/**
 * The data of an ELF object. For an object with tens of thousands of sections, of which a few hold what is compared:
 * headers and symbols are read at once, bytes and relocations of a section when they are asked for. Nothing is said of
 * sections that are not asked for before `requireWhole`.
 *
 * Rows of sections and symbols are their numbers.
 *
 * @throws MalformedError for a broken object
 * @throws UnreadableError for an ELF file that is not an object
 */
export function readElfDataImage(object: ByteSource): DataImage {
  const { sections, table } = readHeldTables(object);
  const { rowOf: listed } = listedRows(sections);
  const symbols = readSymbols(sections, table, listed);
  const contents = new SectionContents(sections, symbols, new RelocationsOnDemand(sections));
  const uses = new Array<SectionUse | undefined>(sections.count);
  const useOf = (row: number): SectionUse => {
    uses[row] ??= elfUseOf(sections, sectionAt(sections, row));
    return uses[row];
  };
  const known = new Map<number, DataSection>();
  return {
    attributes: attributesOf(sections),
    symbols: table === null ? NO_SYMBOLS : dataSymbols(table, symbols),
    useOf,
    section: (row) => {
      const section = known.get(row) ?? readSection(sections, sectionAt(sections, row), useOf(row), contents);
      known.set(row, section);
      return section;
    },
    requireWhole: () => requireWhole(sections, symbols, listed, useOf),
  };
}

/**
 * Checks the sections that an image has, with their relocations.
 * @param listed by section: its row in an image, or NONE
 */
function requireWhole(
  sections: ElfSections,
  symbols: SymbolColumns,
  listed: Int32Array,
  useOf: (section: number) => SectionUse,
): void {
  const isCompared = (section: number) =>
    section < sections.count && listed[section] !== NONE && useOf(section) !== 'ignored';
  const tables = readRelocationTables(sections, isCompared, relocationTables(sections), tablesScratch);
  const contents = new SectionContents(sections, symbols, tables);
  for (let section = 1; section < sections.count; section++)
    if (isCompared(section)) contents.check(sectionAt(sections, section));
}

const tablesScratch = new Scratch();

function readSection(
  sections: ElfSections,
  section: ElfSection,
  use: SectionUse,
  contents: SectionContents,
): DataSection {
  let isChecked = false;
  const checked = (): SectionContents => {
    if (!isChecked) contents.check(section);
    isChecked = true;
    return contents;
  };
  const reader = {
    bytes: (number: number) => checked().bytes(number),
    relocations: (number: number) => checked().relocations(number),
  };
  return new LazySection({ sections, rowOfSection: NO_ROWS, reader }, section, use, NONE);
}

/** Columns by number of a symbol, number 0 included. */
interface SymbolColumns {
  readonly count: number;
  /** As `DataSymbols.section`. */
  readonly section: Int32Array;
  /** The number itself; NONE for a symbol that relocations do not name as one: of a section, of a source file. */
  readonly rowOf: Int32Array;
  /** The section that a section symbol names, or NONE. */
  readonly sectionOf: Int32Array;
}

/**
 * @param listed by section: its row in an image, or NONE
 * @throws MalformedError for a symbol of a section that is not there, or a name outside of the string table
 */
function readSymbols(sections: ElfSections, table: ElfSymbolTable | null, listed: Int32Array): SymbolColumns {
  const count = table?.count ?? 0;
  const section = new Int32Array(count).fill(UNLISTED_SECTION);
  const rowOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  const sectionOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  if (table === null) return { count, section, rowOf, sectionOf };
  const { bytes, data, layout, littleEndian, strings } = table;
  const spend = budgetOf(sections.object, 'symbol names', namesLimit(strings.bytes.length));
  for (let number = 1; number < count; number++) {
    const at = number * layout.bytes;
    const type = bytes[at + layout.info] & 15;
    if (type === STT_FILE) continue;
    const home = homeOf(sections, table, number, listed);
    if (type === STT_SECTION) {
      if (home >= 0) sectionOf[number] = home;
      continue;
    }
    const name = data.getUint32(at, littleEndian);
    spend(endOfString(strings, name) - name);
    section[number] = home;
    rowOf[number] = number;
  }
  return { count, section, rowOf, sectionOf };
}

/** @param listed by section: its row in an image, or NONE */
function homeOf(sections: ElfSections, table: ElfSymbolTable, number: number, listed: Int32Array): number {
  const { data, layout, littleEndian } = table;
  const raw = data.getUint16(number * layout.bytes + layout.sectionIndex, littleEndian);
  const isPlain = raw > SHN_UNDEF && raw < SHN_LORESERVE && raw < listed.length;
  const place = isPlain ? raw : placeOf(sections, table, number).section;
  return place >= 0 && listed[place] === NONE ? UNLISTED_SECTION : place;
}

function dataSymbols(table: ElfSymbolTable, { count, section }: SymbolColumns): DataSymbols {
  const { bytes, data, layout, is64, littleEndian, strings } = table;
  const value = new Float64Array(count);
  const isLocal = new Uint8Array(count);
  const [low, high] = littleEndian ? [0, 4] : [4, 0];
  const word = (at: number): number =>
    is64
      ? data.getUint32(at + high, littleEndian) * 2 ** 32 + data.getUint32(at + low, littleEndian)
      : data.getUint32(at, littleEndian);
  for (let number = 0; number < count; number++) {
    const at = number * layout.bytes;
    if (section[number] !== UNDEFINED_SECTION) value[number] = word(at + layout.value);
    if (bytes[at + layout.info] >> 4 === STB_LOCAL) isLocal[number] = 1;
  }
  const nameAt = (number: number): number => data.getUint32(number * layout.bytes, littleEndian);
  const name = (number: number): string => stringAt(strings, nameAt(number));
  return {
    section,
    value,
    isLocal,
    // Code may differ in its bytes between two compilations of one unit: functions are not asked for.
    isCompared: (number) =>
      isLocal[number] === 0 && !FUNCTIONS.has(bytes[number * layout.bytes + layout.info] & 15),
    // Few names begin with such a byte; the others are not decoded.
    isLabel: (number) =>
      isLocal[number] === 1 && LABEL_BYTES.has(strings.bytes[nameAt(number)]) && LABEL.test(name(number)),
    size: (number) => word(number * layout.bytes + layout.size),
    name,
  };
}

const FUNCTIONS: ReadonlySet<number> = new Set([STT_FUNC, STT_GNU_IFUNC]);

/** First bytes of the names of labels: `.`, `L` and `l`. */
const LABEL_BYTES: ReadonlySet<number> = new Set([0x2e, 0x4c, 0x6c]);

/** Which section follows which is not asked. */
const NO_ROWS = new Int32Array(0);

const NO_SYMBOLS: DataSymbols = {
  section: new Int32Array(0),
  value: new Float64Array(0),
  isLocal: new Uint8Array(0),
  isCompared: () => false,
  isLabel: () => false,
  size: () => 0,
  name: () => '',
};
