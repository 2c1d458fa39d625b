import type { ByteView } from '../../../bytes/byte-view.js';
import { SHT_LLVM_ADDRSIG, SHT_LLVM_CALL_GRAPH_PROFILE, SHT_NOBITS } from '../../../core/elf/constants.js';
import { budgetOf, type Spend } from '../../budget.js';
import type { ImageRelocation } from '../../image/object-image.js';
import { UnreadableError } from '../../object-format.js';
import type { RelocationTable } from '../references/relocation-table.js';
import {
  type ElfSection,
  type ElfSections,
  requireSectionBytes,
  sectionAt,
  sectionBytes,
} from '../sections.js';
import type { ImageSymbols } from './image-symbols.js';
import { slotSize, takeAddend } from './implicit-addends.js';
import type { SectionReader } from './lazy-section.js';
import { listedSymbols } from './listed-symbols.js';

/** Relocation tables by number of the section that they are of. */
interface TablesOfSections {
  /** @throws MalformedError, UnreadableError for tables that are read when they are asked for */
  get(section: number): readonly RelocationTable[] | undefined;
}

type RowsOfSymbols = Pick<ImageSymbols, 'count' | 'rowOf' | 'sectionOf'>;

/** The parts of a section that an image has. */
interface SectionContent {
  readonly bytes: Uint8Array;
  readonly relocations: readonly ImageRelocation[];
}

/**
 * Contents of the sections of an object: each is checked first, and decoded when it is asked for, from what stays in
 * memory: headers, relocation tables and the rows of symbols.
 */
export class SectionContents implements SectionReader {
  readonly #sections: ElfSections;
  readonly #spend: Spend;
  /** Contents that the check decodes, by number of the section. */
  readonly #decoded = new Map<number, SectionContent>();

  /** @param sections in memory that no later read reuses */
  constructor(
    sections: ElfSections,
    readonly symbols: RowsOfSymbols,
    readonly tables: TablesOfSections,
  ) {
    this.#sections = sections;
    this.#spend = budgetOf(sections.object, 'section contents');
  }

  /** @throws MalformedError where the section or its relocations do not fit */
  check(section: ElfSection): void {
    const tables = this.tables.get(section.index) ?? [];
    if (section.type !== SHT_NOBITS) this.#spend(section.size);
    requireSectionBytes(this.#sections, section, 'section content');
    const isList = section.type === SHT_LLVM_ADDRSIG || section.type === SHT_LLVM_CALL_GRAPH_PROFILE;
    if (isList && tables.length === 0 && this.#addList(section)) return;
    for (const table of tables) this.#requireFitting(section, table);
    if (tables.some(({ hasAddends }) => !hasAddends))
      this.#decoded.set(section.index, this.#withAddends(section, tables));
  }

  bytes(section: number): Uint8Array {
    const decoded = this.#decoded.get(section);
    return decoded ? decoded.bytes : bytesOf(this.#sections, sectionAt(this.#sections, section)).bytes;
  }

  relocations(section: number): readonly ImageRelocation[] {
    const decoded = this.#decoded.get(section);
    return decoded ? decoded.relocations : decode(this.symbols, this.tables.get(section) ?? []);
  }

  /** Of a section that names symbols by number. @returns false if it does not */
  #addList(section: ElfSection): boolean {
    const { rowOf, sectionOf } = this.symbols;
    const listed = listedSymbols(section, bytesOf(this.#sections, section));
    if (listed === null) return false;
    const relocations = listed.symbols.map((entry) => {
      this.#requireSymbol(section, entry.symbol);
      return { ...entry, symbol: rowOf[entry.symbol], section: sectionOf[entry.symbol] };
    });
    this.#decoded.set(section.index, { bytes: listed.rest, relocations });
    return true;
  }

  /** Of SHT_REL, whose addends are in the section: they are taken out of it. */
  #withAddends(section: ElfSection, tables: readonly RelocationTable[]): SectionContent {
    const slots = bytesOf(this.#sections, section).copy();
    const { machine } = this.#sections.header;
    const relocations = decode(this.symbols, tables).map((relocation) => {
      const size = relocation.addend === null ? slotSize(machine, relocation.type) : null;
      return size === null
        ? relocation
        : { ...relocation, addend: takeAddend(slots, relocation.offset, size) };
    });
    return { bytes: slots.bytes, relocations };
  }

  #requireFitting(section: ElfSection, table: RelocationTable): void {
    for (let entry = 0; entry < table.count; entry++) {
      if (table.offset(entry) > section.size)
        throw this.#sections.object.error(
          section.offset,
          `section ${section.index}: a relocation at ${table.offset(entry)} of ${section.size} bytes`,
        );
      this.#requireSymbol(section, table.symbol(entry));
      const addend = table.addend(entry);
      if (addend !== null && !Number.isSafeInteger(addend))
        throw new UnreadableError(`section ${section.index}: a relocation with addend ${addend}`);
    }
  }

  #requireSymbol({ index, offset }: ElfSection, symbol: number): void {
    const { count } = this.symbols;
    if (symbol === 0 || symbol < count) return;
    throw this.#sections.object.error(
      offset,
      `section ${index}: a relocation to symbol ${symbol} of ${count}`,
    );
  }
}

const bytesOf = (sections: ElfSections, section: ElfSection): ByteView =>
  sectionBytes(sections, section, 'section content');

/** Relocations of checked tables, by offset. */
function decode({ rowOf, sectionOf }: RowsOfSymbols, tables: readonly RelocationTable[]): ImageRelocation[] {
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
