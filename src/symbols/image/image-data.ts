import { NONE } from '../table.js';
import { byOffset, type WithinRange } from './by-offset.js';
import {
  CODE,
  type DataContent,
  type DataPlace,
  type DataSlot,
  type ObjectData,
  type PlacedContent,
  withoutPromotion,
} from './data-content.js';
import type { DataImage, DataSymbols } from './data-image.js';
import { endOfMerged, isMergedSection } from './merged-entries.js';
import { ABSOLUTE_SECTION, COMMON_SECTION, type ImageRelocation } from './object-image.js';
import { PlacedSymbols } from './placed-symbols.js';
import { addressTypesOf } from './stored-addresses.js';

/** Each content is read when it is asked for: of a large object a few names are. */
export function dataOf(image: DataImage): ObjectData {
  const reading = new DataReading(image);
  const rows = namedContents(image);
  // A name is asked for as itself and as an alias of others.
  const known = new Map<string, DataContent>();
  return {
    of: (name) => {
      const row = rows.get(name);
      if (row === undefined) return undefined;
      const content = known.get(name) ?? reading.contentOf(row);
      known.set(name, content);
      return content;
    },
    startOf: (place) => reading.startOf(place),
    at: (place) => reading.contentAt(place),
  };
}

/** By name: the row of the symbol whose content it has. */
function namedContents({ symbols }: DataImage): Map<string, number> {
  const rows = new Map<string, number>();
  for (const row of symbols.compared) rows.set(symbols.name(row), row);
  return rows;
}

class DataReading {
  readonly #types: ReadonlySet<number>;
  readonly #finders = new Map<number, WithinRange<ImageRelocation>>();
  #placed: PlacedSymbols | undefined;

  constructor(readonly image: DataImage) {
    this.#types = addressTypesOf(image);
  }

  contentOf(symbol: number): DataContent {
    const { symbols } = this.image;
    const row = symbols.section[symbol];
    const value = symbols.value[symbol];
    const recorded = symbols.size(symbol);
    if (row === ABSOLUTE_SECTION) return contentOfNumber(value);
    if (row === COMMON_SECTION) return contentOfNumber(recorded, value);
    const { use, size } = this.image.section(row);
    if (use === 'code' && recorded === 0) return CODE;
    const next = recorded > 0 ? value + recorded : Math.min(this.#endOf(row, value), size);
    return this.#contentBetween(row, value, Math.max(value, next));
  }

  startOf({ section: row, offset }: DataPlace): DataPlace {
    const { symbols } = this.image;
    const section = this.image.section(row);
    if (isMergedSection(section)) return { section: row, offset };
    const isWanted = section.use === 'code' ? (symbol: number) => symbols.isData(symbol) : () => true;
    return { section: row, offset: this.#symbolsByPlace().startOf(row, offset, isWanted) };
  }

  contentAt({ section: row, offset: start }: DataPlace): PlacedContent {
    const { symbols } = this.image;
    const found = this.#symbolsByPlace().at(row, start);
    const names = found.map((symbol) => withoutPromotion(symbols.name(symbol)));
    const section = this.image.section(row);
    if (section.use === 'code' && !found.some((symbol) => symbols.isData(symbol)))
      return { content: CODE, names, isSized: false, isWritable: false };
    const sized = found.find((symbol) => symbols.size(symbol) > 0);
    const next =
      sized === undefined ? Math.min(this.#endOf(row, start), section.size) : start + symbols.size(sized);
    const end = endOfMerged(section, start, Math.max(start, next));
    const content = this.#contentBetween(row, start, end);
    return { content, names, isSized: sized !== undefined, isWritable: section.isWritable };
  }

  #contentBetween(row: number, start: number, end: number): DataContent {
    const { bytes, alignment, number } = this.image.section(row);
    const slots = this.#relocationsOf(row)(start, end);
    return {
      size: end - start,
      bytes: withoutZeros(bytes.subarray(start, end)),
      slots: slots.map((slot, at) => this.#slotOf(slot, start, slots[at - 1])),
      alignment: alignmentAt(alignment, start),
      home: { section: number, offset: start },
    };
  }

  /** @param before the slot before it: of one place two relocations are a difference */
  #slotOf(slot: ImageRelocation, start: number, before: ImageRelocation | undefined): DataSlot {
    const { offset, type, addend } = slot;
    const target = targetOf(this.image.symbols, slot);
    const isWeak = target !== null && this.image.symbols.isWeak(slot.symbol);
    const isAddress = this.#types.has(type) && before?.offset !== offset;
    const place = isAddress ? this.#placeOf(slot) : null;
    const isUnknown = target === null && place === null && refersToAny(slot);
    return { offset: offset - start, type, target, isWeak, addend, place, isUnknown };
  }

  #placeOf({ symbol, section, addend }: ImageRelocation): DataPlace | null {
    const { symbols } = this.image;
    const row = symbol === NONE ? section : symbols.section[symbol];
    if (row < 0 || addend === null) return null;
    const offset = (symbol === NONE ? 0 : symbols.value[symbol]) + addend;
    const { size, use } = this.image.section(row);
    return offset >= 0 && offset <= size && use !== 'ignored' ? { section: row, offset } : null;
  }

  /** Where what begins at a place ends if its size is not recorded; Infinity after the last symbol. */
  #endOf(section: number, start: number): number {
    return this.#symbolsByPlace().next(section, start);
  }

  #symbolsByPlace(): PlacedSymbols {
    this.#placed ??= new PlacedSymbols(this.image.symbols);
    return this.#placed;
  }

  #relocationsOf(section: number): WithinRange<ImageRelocation> {
    const finder = this.#finders.get(section) ?? byOffset(this.image.section(section).relocations);
    this.#finders.set(section, finder);
    return finder;
  }
}

function targetOf(symbols: DataSymbols, { symbol }: ImageRelocation): string | null {
  return symbol === NONE || symbols.isLocal[symbol] === 1 ? null : symbols.name(symbol);
}

const refersToAny = ({ symbol, section }: ImageRelocation): boolean => symbol !== NONE || section !== NONE;

/** Content of an absolute name, which is its value, and of a COMMON, which is its size. */
const contentOfNumber = (size: number, alignment = 0): DataContent => ({
  size,
  bytes: new Uint8Array(0),
  slots: [],
  alignment,
  home: null,
});

/** Alignment of a place in a section. */
function alignmentAt(section: number, start: number): number {
  let alignment = section;
  while (alignment > 1 && start % alignment !== 0) alignment /= 2;
  return alignment;
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
