import { nextBoundary } from '../boundaries.js';
import { FIRST_VALUE } from '../macho/constants.js';
import { NONE } from '../table.js';
import { byOffset, type WithinRange } from './by-offset.js';
import {
  CODE,
  type ContentOfName,
  contentOfNumber,
  type DataContent,
  isLabelName,
  withoutPromotion,
  withoutZeros,
} from './data-content.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageRelocation,
  type ImageSymbol,
  type ObjectImage,
} from './object-image.js';

/** Each content is read when it is asked for: of a large object a few names are. */
export function dataOfImage(image: ObjectImage): ContentOfName {
  const rows = new Map<string, number>();
  for (const [row, symbol] of image.symbols.entries())
    if (hasContent(image, symbol)) rows.set(symbol.name, row);
  let boundaries: Float64Array | undefined;
  const endOf: EndOf = (section, start) => {
    boundaries ??= boundariesOf(image);
    return nextBoundary(boundaries, placeKey(section, start)) - placeKey(section, 0);
  };
  const finders = new Map<number, WithinRange<ImageRelocation>>();
  const relocationsOf = (section: number): WithinRange<ImageRelocation> => {
    const finder = finders.get(section) ?? byOffset(image.sections[section].relocations);
    finders.set(section, finder);
    return finder;
  };
  return (name) => {
    const row = rows.get(name);
    return row === undefined ? undefined : contentOf(image, image.symbols[row], endOf, relocationsOf);
  };
}

/** The next place after `start` in a section where a symbol is. */
type EndOf = (section: number, start: number) => number;

function hasContent({ sections }: ObjectImage, symbol: ImageSymbol): boolean {
  const { binding, section: row } = symbol;
  if (binding === 'local' && !isFirstValue(symbol)) return false;
  if (row === ABSOLUTE_SECTION || row === COMMON_SECTION) return true;
  return row >= 0 && sections[row].use !== 'ignored';
}

/** Of a thread-local variable of Mach-O: the variable itself is a descriptor. */
const isFirstValue = ({ name }: ImageSymbol): boolean => name.endsWith(FIRST_VALUE);

function contentOf(
  { sections, symbols }: ObjectImage,
  { section: row, value, size: recorded }: ImageSymbol,
  endOf: EndOf,
  relocationsOf: (section: number) => WithinRange<ImageRelocation>,
): DataContent {
  if (row === ABSOLUTE_SECTION) return contentOfNumber(Number(value));
  if (row === COMMON_SECTION) return contentOfNumber(Number(recorded));
  const section = sections[row];
  if (section.use === 'code' && recorded === 0n) return CODE;
  const start = Number(value);
  const end =
    recorded > 0n ? start + Number(recorded) : Math.max(start, Math.min(endOf(row, start), section.size));
  const slots = relocationsOf(row)(start, end).map((slot) => ({
    offset: slot.offset - start,
    type: slot.type,
    target: targetOf(symbols, slot),
    addend: slot.addend,
  }));
  return { size: end - start, bytes: withoutZeros(section.bytes.subarray(start, end)), slots };
}

function targetOf(symbols: readonly ImageSymbol[], { symbol }: ImageRelocation): string | null {
  if (symbol === NONE || symbols[symbol].binding === 'local') return null;
  return withoutPromotion(symbols[symbol].name);
}

/** Sections one after the other, each of 4 GiB. */
const placeKey = (section: number, value: number): number => section * 2 ** 32 + value;

const isLabel = ({ binding, name }: ImageSymbol): boolean => binding === 'local' && isLabelName(name);

function boundariesOf({ symbols }: ObjectImage): Float64Array {
  const placed = symbols.filter((symbol) => symbol.section >= 0 && !isLabel(symbol));
  return Float64Array.from(placed, ({ section, value }) => placeKey(section, Number(value))).sort();
}
