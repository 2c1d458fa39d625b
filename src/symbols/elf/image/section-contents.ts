import type { ByteView } from '../../../bytes/byte-view.js';
import { SHT_LLVM_ADDRSIG, SHT_LLVM_CALL_GRAPH_PROFILE } from '../../../core/elf/constants.js';
import type { ImageRelocation, VisitTarget } from '../../image/object-image.js';
import type { RelocationTable } from '../references/relocation-table.js';
import { type ElfSection, type ElfSections, sectionAt, sectionBytes } from '../sections.js';
import type { ImageSymbols } from './image-symbols.js';
import { slotSize, takeAddend } from './implicit-addends.js';
import type { SectionReader } from './lazy-section.js';
import { listedSymbols } from './listed-symbols.js';

/** Relocation tables by number of the section that they are of. */
interface TablesOfSections {
  /** @throws MalformedError, UnreadableError for tables that are read when they are asked for */
  get(section: number): readonly RelocationTable[] | undefined;
  /**
   * Visits the symbols that a section's relocations name, by number, each once.
   * @returns false, without a visit, if they are not known
   */
  eachSymbol?(section: number, visit: (symbol: number) => void): boolean;
}

type RowsOfSymbols = Pick<ImageSymbols, 'count' | 'rowOf' | 'sectionOf'>;

/** The parts of a section that an image has. */
interface SectionContent {
  readonly bytes: Uint8Array;
  readonly relocations: readonly ImageRelocation[];
}

/**
 * Contents of the sections of an object that was checked, decoded when they are asked for, from what stays in memory:
 * headers, relocation tables and the rows of symbols.
 */
export class SectionContents implements SectionReader {
  readonly #sections: ElfSections;
  /** Contents with addends or numbers of symbols in their bytes, by number of the section. */
  readonly #decoded = new Map<number, SectionContent>();

  /** @param sections in memory that no later read reuses */
  constructor(
    sections: ElfSections,
    readonly symbols: RowsOfSymbols,
    readonly tables: TablesOfSections,
  ) {
    this.#sections = sections;
  }

  /** Decodes a section with addends or numbers of symbols in its bytes. @throws MalformedError where they do not fit */
  decode(section: ElfSection): void {
    const tables = this.tables.get(section.index) ?? [];
    const isList = section.type === SHT_LLVM_ADDRSIG || section.type === SHT_LLVM_CALL_GRAPH_PROFILE;
    if (isList && tables.length === 0 && this.#addList(section)) return;
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

  eachTarget(section: number, visit: VisitTarget): void {
    const { rowOf, sectionOf } = this.symbols;
    const visitSymbol = (symbol: number) => visit(rowOf[symbol], sectionOf[symbol]);
    if (!this.#decoded.has(section) && this.tables.eachSymbol?.(section, visitSymbol)) return;
    for (const { symbol, section: target } of this.relocations(section)) visit(symbol, target);
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
