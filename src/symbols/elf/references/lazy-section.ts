import type { ImageRelocation, ImageSection, SectionUse } from '../../image/object-image.js';

/** Parts of a section that are decoded on first use. Their bounds were checked before. */
export interface SectionContent {
  bytes(): Uint8Array;
  relocations(): readonly ImageRelocation[];
}

/**
 * A section of an image whose bytes and relocations are decoded when they are first asked for: of the tens of thousands
 * of sections of an object with a section for each function few are looked into.
 */
export class LazySection implements ImageSection {
  readonly number: number;
  readonly name: string;
  readonly use: SectionUse;
  readonly type: number;
  readonly flags: bigint;
  readonly isWritable: boolean;
  readonly alignment: number;
  readonly entrySize: number;
  readonly size: number;
  readonly group: number;
  readonly follows: number;
  readonly #content: SectionContent;
  #bytes: Uint8Array | undefined;
  #relocations: readonly ImageRelocation[] | undefined;

  constructor(facts: Omit<ImageSection, 'bytes' | 'relocations'>, content: SectionContent) {
    this.number = facts.number;
    this.name = facts.name;
    this.use = facts.use;
    this.type = facts.type;
    this.flags = facts.flags;
    this.isWritable = facts.isWritable;
    this.alignment = facts.alignment;
    this.entrySize = facts.entrySize;
    this.size = facts.size;
    this.group = facts.group;
    this.follows = facts.follows;
    this.#content = content;
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
