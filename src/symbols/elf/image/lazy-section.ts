import type { ImageRelocation, ImageSection, SectionUse } from '../../image/object-image.js';
import { type StringTable, stringAt } from '../../string-table.js';

/** Parts of a section that are decoded on first use. Their bounds were checked before. */
export interface SectionContent {
  bytes(): Uint8Array;
  relocations(): readonly ImageRelocation[];
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
  readonly #content: SectionContent;
  #name: string | undefined;
  #bytes: Uint8Array | undefined;
  #relocations: readonly ImageRelocation[] | undefined;

  constructor(facts: SectionFacts, place: NamePlace, content: SectionContent) {
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
    this.#content = content;
  }

  get name(): string {
    this.#name ??= stringAt(this.#place.strings, this.#place.offset);
    return this.#name;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#content.bytes();
    return this.#bytes;
  }

  get relocations(): readonly ImageRelocation[] {
    this.#relocations ??= this.#content.relocations();
    return this.#relocations;
  }
}
