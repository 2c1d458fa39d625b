import { SHF_ALLOC, SHF_LINK_ORDER, SHF_WRITE } from '../../../core/elf/constants.js';
import type { ImageRelocation, ImageSection, SectionUse, VisitTarget } from '../../image/object-image.js';
import { NONE } from '../../table.js';
import { entryBytes } from '../header.js';
import { holdsState } from '../scratch.js';
import {
  type ElfSection,
  type ElfSections,
  sectionAt,
  sectionFlags,
  sectionName,
  sectionType,
} from '../sections.js';

/** Reads parts of an object's sections when they are asked for. Their bounds were checked before. */
export interface SectionReader {
  /** @param section number of the section in the object */
  bytes(section: number): Uint8Array;
  relocations(section: number): readonly ImageRelocation[];
  /** Visits their targets, equal ones perhaps once. */
  eachTarget(section: number, visit: VisitTarget): void;
}

/** The object that sections are in. */
export interface SectionHome {
  /** In memory that no later read reuses; names of sections were checked. */
  readonly sections: ElfSections;
  /** By section number: its row in the image, or NONE. */
  readonly rowOfSection: Int32Array;
  readonly reader: SectionReader;
}

/**
 * Decoded relocations that stay in memory, of all sections together. An object with debug information has a million
 * relocations, which take eighty bytes each as objects; most are visited once, section by section.
 */
const MOST_DECODED = 100_000;

const WRITTEN = SHF_WRITE | SHF_ALLOC;

/** Sections whose relocations are decoded, oldest first. */
const decodedSections = new Set<LazySection>();
let decodedCount = 0;

/**
 * A section of an image whose fields, name, bytes and relocations are decoded on demand: an object with a section for
 * each function has tens of thousands of sections, few of which are needed.
 */
export class LazySection implements ImageSection {
  readonly number: number;
  readonly use: SectionUse;
  readonly group: number;
  readonly #home: SectionHome;
  #name: string | undefined;
  #isWritable: boolean | undefined;
  #bytes: Uint8Array | undefined;
  #relocations: readonly ImageRelocation[] | undefined;

  constructor(home: SectionHome, number: number, use: SectionUse, group: number) {
    this.#home = home;
    this.number = number;
    this.use = use;
    this.group = group;
  }

  get size(): number {
    return this.#field(20, 32);
  }

  get type(): number {
    return sectionType(this.#home.sections, this.number);
  }

  /** All 64 bits. */
  get flags(): bigint {
    const { headers, header } = this.#home.sections;
    const at = this.number * entryBytes(header) + 8;
    if (header.bits === 32) return BigInt(headers.u32(at));
    const [high, low] = headers.littleEndian ? [at + 4, at] : [at, at + 4];
    return (BigInt(headers.u32(high)) << 32n) | BigInt(headers.u32(low));
  }

  get isWritable(): boolean {
    this.#isWritable ??= (this.#lowFlags() & WRITTEN) === WRITTEN && holdsState(this.name);
    return this.#isWritable;
  }

  get alignment(): number {
    return this.#field(32, 48) || 1;
  }

  get entrySize(): number {
    // Compilers leave out that constructor arrays hold words; binutils' tools add it.
    return this.use === 'constructors' || this.use === 'destructors' ? 0 : this.#field(36, 56);
  }

  get follows(): number {
    if ((this.#lowFlags() & SHF_LINK_ORDER) === 0) return NONE;
    const { link } = this.#header();
    return link !== 0 ? this.#home.rowOfSection[link] : NONE;
  }

  get name(): string {
    this.#name ??= sectionName(this.#home.sections, this.#header());
    return this.#name;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#home.reader.bytes(this.number);
    return this.#bytes;
  }

  /** May be decoded again: two calls can give two arrays. */
  get relocations(): readonly ImageRelocation[] {
    const decoded = this.#relocations ?? this.#home.reader.relocations(this.number);
    if (this.#relocations === undefined && decoded.length > 0) this.#keep(decoded);
    return decoded;
  }

  eachTarget(visit: VisitTarget): void {
    if (this.#relocations === undefined) this.#home.reader.eachTarget(this.number, visit);
    else for (const { symbol, section } of this.#relocations) visit(symbol, section);
  }

  #keep(decoded: readonly ImageRelocation[]): void {
    this.#relocations = decoded;
    decodedCount += decoded.length;
    for (const oldest of decodedSections) {
      if (decodedCount <= MOST_DECODED) break;
      oldest.#forget();
    }
    decodedSections.add(this);
  }

  #forget(): void {
    decodedCount -= this.#relocations?.length ?? 0;
    this.#relocations = undefined;
    decodedSections.delete(this);
  }

  #lowFlags(): number {
    return sectionFlags(this.#home.sections, this.number);
  }

  #header(): ElfSection {
    return sectionAt(this.#home.sections, this.number);
  }

  /** A field that is a word in its class. @param at32 its offset in a header of ELF32 @param at64 in one of ELF64 */
  #field(at32: number, at64: number): number {
    const { headers, header } = this.#home.sections;
    const at = this.number * entryBytes(header);
    return header.bits === 32 ? headers.u32(at + at32) : headers.u64(at + at64);
  }
}
