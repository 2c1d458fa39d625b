import { EM_MIPS, SHT_RELA } from '../../../core/elf/constants.js';
import type { ElfHeader } from '../header.js';
import { type ElfSection, type ElfSections, sectionBytes } from '../sections.js';

/** A relocation: the linker writes the address of a symbol plus an addend into one slot of a section. */
export interface ElfRelocation {
  readonly offset: number;
  readonly type: number;
  /** Number of the symbol table's row. */
  readonly symbol: number;
  /** Null: the section's bytes hold it (SHT_REL). */
  readonly addend: number | null;
}

/**
 * Where the fields of a relocation are. MIPS64 has a 32-bit symbol and then four bytes (a special symbol and three
 * types) whatever the byte order: these are one number here.
 *
 *     ELF32   8 or 12 bytes:  offset 0  info 4 (symbol << 8 | type)   addend 8
 *     ELF64  16 or 24 bytes:  offset 0  info 8 (symbol << 32 | type)  addend 16
 */
export interface RelocationLayout {
  readonly bytes: number;
  readonly is64: boolean;
  /** Of ELF64. */
  readonly symbol: 8 | 12;
  /** SHT_RELA: addends are in the table, and not in the section. */
  readonly hasAddends: boolean;
}

const WORD = 0x1_0000_0000;

/** One relocation section as it is in the file: it may have a hundred thousand rows, of which few are asked for. */
export class RelocationTable {
  readonly #data: DataView;
  readonly #start: number;
  readonly #layout: RelocationLayout;
  readonly #littleEndian: boolean;
  readonly count: number;

  /**
   * @param data  bytes of many tables: an object with a section for each function has a hundred thousand
   * @param start where this one begins in them
   */
  constructor(data: DataView, start: number, count: number, layout: RelocationLayout, littleEndian: boolean) {
    this.#data = data;
    this.#start = start;
    this.#layout = layout;
    this.#littleEndian = littleEndian;
    this.count = count;
  }

  get hasAddends(): boolean {
    return this.#layout.hasAddends;
  }

  /** Exact up to 2⁵³; a larger one is out of every section. */
  offset(entry: number): number {
    const at = this.#start + entry * this.#layout.bytes;
    const first = this.#data.getUint32(at, this.#littleEndian);
    if (!this.#layout.is64) return first;
    const second = this.#data.getUint32(at + 4, this.#littleEndian);
    return this.#littleEndian ? second * WORD + first : first * WORD + second;
  }

  /** Number of the symbol table's row. */
  symbol(entry: number): number {
    const { bytes, is64, symbol } = this.#layout;
    const at = this.#start + entry * bytes;
    return is64
      ? this.#data.getUint32(at + symbol, this.#littleEndian)
      : this.#data.getUint32(at + 4, this.#littleEndian) >>> 8;
  }

  type(entry: number): number {
    const { bytes, is64, symbol } = this.#layout;
    const at = this.#start + entry * bytes;
    return is64
      ? this.#data.getUint32(at + 20 - symbol, this.#littleEndian)
      : this.#data.getUint32(at + 4, this.#littleEndian) & 0xff;
  }

  /** Null where the section's bytes hold it (SHT_REL). Exact up to 2⁵³, either sign. */
  addend(entry: number): number | null {
    const { bytes, is64, hasAddends } = this.#layout;
    if (!hasAddends) return null;
    const at = this.#start + entry * bytes;
    if (!is64) return this.#data.getInt32(at + 8, this.#littleEndian);
    const [high, low] = this.#littleEndian ? [at + 20, at + 16] : [at + 16, at + 20];
    const upper = this.#data.getInt32(high, this.#littleEndian);
    return upper * WORD + this.#data.getUint32(low, this.#littleEndian);
  }

  read(entry: number): ElfRelocation {
    return {
      offset: this.offset(entry),
      type: this.type(entry),
      symbol: this.symbol(entry),
      addend: this.addend(entry),
    };
  }
}

/** @throws MalformedError for a table that is cut off */
export function relocationTable(sections: ElfSections, section: ElfSection): RelocationTable {
  const { bytes, littleEndian } = sectionBytes(sections, section, 'relocations');
  const layout = layoutOf(sections.header, section.type);
  requireWhole(sections, section, layout);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return new RelocationTable(data, 0, bytes.length / layout.bytes, layout, littleEndian);
}

/** @param type of the relocation section */
export function layoutOf(header: ElfHeader, type: number): RelocationLayout {
  const is64 = header.bits === 64;
  const hasAddends = type === SHT_RELA;
  const bytes = (is64 ? 8 : 4) * (hasAddends ? 3 : 2);
  const symbol = !header.littleEndian || header.machine === EM_MIPS ? 8 : 12;
  return { bytes, is64, symbol, hasAddends };
}

function requireWhole(
  { object }: ElfSections,
  { offset, size }: ElfSection,
  { bytes }: RelocationLayout,
): void {
  object.require(offset, size, 'relocations');
  if (size % bytes !== 0) throw object.error(offset, `${size} bytes are not a whole number of relocations`);
}
