import type { ImageRelocation, ImageSection, SectionUse } from '../../image/object-image.js';
import { type StringTable, stringAt } from '../../string-table.js';

/** Reads parts of an object's sections when they are asked for. Their bounds were checked before. */
export interface SectionReader {
  /** @param section number of the section in the object */
  bytes(section: number): Uint8Array;
  relocations(section: number): readonly ImageRelocation[];
}

/** Where the name of a section is. */
export interface NamePlace {
  readonly strings: StringTable;
  /** Was checked. */
  readonly offset: number;
}

/** The facts of a section that are decoded at once. */
export type SectionFacts = Omit<ImageSection, 'name' | 'bytes' | 'relocations'>;

/**
 * Decoded relocations that stay in memory, of all sections together. An object with debug information has a million,
 * which take eighty bytes each as objects; most are looked at once, all of a section one after the other.
 */
const MOST_DECODED = 100_000;

/** Sections whose relocations are decoded, oldest first. */
const decodedSections = new Set<LazySection>();
let decodedCount = 0;

/**
 * A section of an image whose name, bytes and relocations are decoded when they are first asked for: of the tens of
 * thousands of sections of an object with a section for each function few are looked into.
 */
export class LazySection implements ImageSection {
  readonly number: number;
  readonly use: SectionUse;
  readonly type: number;
  readonly flags: bigint;
  readonly isWritable: boolean;
  readonly alignment: number;
  readonly entrySize: number;
  readonly size: number;
  readonly group: number;
  readonly follows: number;
  readonly #place: NamePlace;
  readonly #reader: SectionReader;
  #name: string | undefined;
  #bytes: Uint8Array | undefined;
  #relocations: readonly ImageRelocation[] | undefined;

  constructor(facts: SectionFacts, place: NamePlace, reader: SectionReader) {
    this.number = facts.number;
    this.use = facts.use;
    this.type = facts.type;
    this.flags = facts.flags;
    this.isWritable = facts.isWritable;
    this.alignment = facts.alignment;
    this.entrySize = facts.entrySize;
    this.size = facts.size;
    this.group = facts.group;
    this.follows = facts.follows;
    this.#place = place;
    this.#reader = reader;
  }

  get name(): string {
    this.#name ??= stringAt(this.#place.strings, this.#place.offset);
    return this.#name;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#reader.bytes(this.number);
    return this.#bytes;
  }

  /** May be decoded again: two calls can give two arrays. */
  get relocations(): readonly ImageRelocation[] {
    const decoded = this.#relocations ?? this.#reader.relocations(this.number);
    if (this.#relocations === undefined && decoded.length > 0) this.#keep(decoded);
    return decoded;
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
}
