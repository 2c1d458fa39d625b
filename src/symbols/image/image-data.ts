import { nextBoundary } from '../boundaries.js';
import { FIRST_VALUE } from '../macho/constants.js';
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
import { endOfMerged } from './merged-entries.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageRelocation,
  type ImageSymbol,
  type ObjectImage,
} from './object-image.js';
import { addressTypesOf } from './stored-addresses.js';

/** Each content is read when it is asked for: of a large object a few names are. */
export function dataOfImage(image: ObjectImage): ObjectData {
  const reading = new DataReading(image);
  const rows = new Map<string, number>();
  for (const [row, symbol] of image.symbols.entries())
    if (hasContent(image, symbol)) rows.set(symbol.name, row);
  // A name is asked for as itself and as an alias of others.
  const known = new Map<string, DataContent>();
  return {
    of: (name) => {
      const row = rows.get(name);
      if (row === undefined) return undefined;
      const content = known.get(name) ?? reading.contentOf(image.symbols[row]);
      known.set(name, content);
      return content;
    },
    at: (place) => reading.contentAt(place),
  };
}

function hasContent({ sections }: ObjectImage, symbol: ImageSymbol): boolean {
  const { binding, section: row } = symbol;
  if (binding === 'local' && !isFirstValue(symbol)) return false;
  if (row === ABSOLUTE_SECTION || row === COMMON_SECTION) return true;
  return row >= 0 && sections[row].use !== 'ignored';
}

/** Of a thread-local variable of Mach-O: the variable itself is a descriptor. */
const isFirstValue = ({ name }: ImageSymbol): boolean => name.endsWith(FIRST_VALUE);

class DataReading {
  readonly #types: ReadonlySet<number>;
  readonly #finders = new Map<number, WithinRange<ImageRelocation>>();
  #boundaries: Float64Array | undefined;
  #named: Map<number, ImageSymbol[]> | undefined;

  constructor(readonly image: ObjectImage) {
    this.#types = addressTypesOf(image);
  }

  contentOf({ section: row, value, size: recorded }: ImageSymbol): DataContent {
    if (row === ABSOLUTE_SECTION) return contentOfNumber(Number(value));
    if (row === COMMON_SECTION) return contentOfNumber(Number(recorded), Number(value));
    const { use, size } = this.image.sections[row];
    if (use === 'code' && recorded === 0n) return CODE;
    const start = Number(value);
    const next = recorded > 0n ? start + Number(recorded) : Math.min(this.#endOf(row, start), size);
    return this.#contentBetween(row, start, Math.max(start, next));
  }

  contentAt({ section: row, offset: start }: DataPlace): PlacedContent {
    this.#named ??= namedPlaces(this.image);
    const symbols = this.#named.get(placeKey(row, start)) ?? [];
    const names = symbols.map(({ name }) => withoutPromotion(name));
    const section = this.image.sections[row];
    if (section.use === 'code') return { content: CODE, names, isSized: false, isWritable: false };
    const sized = symbols.find(({ size }) => size > 0n);
    const next = sized ? start + Number(sized.size) : Math.min(this.#endOf(row, start), section.size);
    const end = endOfMerged(section, start, Math.max(start, next));
    const content = this.#contentBetween(row, start, end);
    return { content, names, isSized: sized !== undefined, isWritable: section.isWritable };
  }

  #contentBetween(row: number, start: number, end: number): DataContent {
    const { bytes, alignment, number } = this.image.sections[row];
    const slots = this.#relocationsOf(row)(start, end);
    return {
      size: end - start,
      bytes: withoutZeros(bytes.subarray(start, end)),
      slots: slots.map((slot, at) => this.#slotOf(slot, start, slots[at - 1])),
      alignment: alignmentAt(alignment, start),
      home: `${number} ${start}`,
    };
  }

  /** @param before the slot before it: of one place two relocations are a difference */
  #slotOf(slot: ImageRelocation, start: number, before: ImageRelocation | undefined): DataSlot {
    const { offset, type, addend } = slot;
    const target = targetOf(this.image.symbols, slot);
    const isAddress = this.#types.has(type) && before?.offset !== offset;
    return { offset: offset - start, type, target, addend, place: isAddress ? this.#placeOf(slot) : null };
  }

  #placeOf({ symbol, section, addend }: ImageRelocation): DataPlace | null {
    const { symbols, sections } = this.image;
    const row = symbol === NONE ? section : symbols[symbol].section;
    if (row < 0 || addend === null || sections[row].use === 'ignored') return null;
    const offset = (symbol === NONE ? 0 : Number(symbols[symbol].value)) + addend;
    return offset >= 0 && offset <= sections[row].size ? { section: row, offset } : null;
  }

  #endOf(section: number, start: number): number {
    this.#boundaries ??= boundariesOf(this.image);
    return nextBoundary(this.#boundaries, placeKey(section, start)) - placeKey(section, 0);
  }

  #relocationsOf(section: number): WithinRange<ImageRelocation> {
    const finder = this.#finders.get(section) ?? byOffset(this.image.sections[section].relocations);
    this.#finders.set(section, finder);
    return finder;
  }
}

function namedPlaces(image: ObjectImage): Map<number, ImageSymbol[]> {
  const named = new Map<number, ImageSymbol[]>();
  for (const symbol of image.symbols) {
    if (symbol.section < 0 || isLabel(symbol)) continue;
    const key = placeKey(symbol.section, Number(symbol.value));
    const known = named.get(key);
    if (known) known.push(symbol);
    else named.set(key, [symbol]);
  }
  return named;
}

function targetOf(symbols: readonly ImageSymbol[], { symbol }: ImageRelocation): string | null {
  if (symbol === NONE || symbols[symbol].binding === 'local') return null;
  return symbols[symbol].name;
}

/** Sections one after the other, each of 4 GiB. */
const placeKey = (section: number, value: number): number => section * 2 ** 32 + value;

/** Labels of the assembler (`L_.str`, `ltmp0`) are within what they are in. */
const isLabel = ({ binding, name }: ImageSymbol): boolean =>
  binding === 'local' && /^(?:\.?L|ltmp\d)/.test(name);

function boundariesOf({ symbols }: ObjectImage): Float64Array {
  const placed = symbols.filter((symbol) => symbol.section >= 0 && !isLabel(symbol));
  return Float64Array.from(placed, ({ section, value }) => placeKey(section, Number(value))).sort();
}

/** Content of an absolute name, which is its value, and of a COMMON, which is its size. */
const contentOfNumber = (size: number, alignment = 0): DataContent => ({
  size,
  bytes: new Uint8Array(0),
  slots: [],
  alignment,
  home: '',
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
