import { nextBoundary } from '../boundaries.js';
import { FIRST_VALUE } from '../macho/constants.js';
import { NONE } from '../table.js';
import { byOffset, type WithinRange } from './by-offset.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageRelocation,
  type ImageSymbol,
  type ObjectImage,
} from './object-image.js';

/** Initial value of a name outside of code, as the object has it. */
export interface DataContent {
  /**
   * Bytes, to the next symbol or the section's end where the format records no sizes; a value if absolute; -1 in code.
   */
  readonly size: number;
  /** Without zeros at the end, so that `.bss` and zeros in the file are equal. */
  readonly bytes: Uint8Array;
  readonly slots: readonly DataSlot[];
}

/** A place in data that the linker fills. */
interface DataSlot {
  readonly offset: number;
  readonly type: number;
  /** The name without what link-time optimisation added to it; null where it is local. */
  readonly target: string | null;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Content of each name in code without a size: a function, or a label that an assembler gave no type. Such code may
 * differ in its bytes between two compilations of one unit.
 */
const CODE: DataContent = { size: -1, bytes: NO_BYTES, slots: [] };

/** Content of each name that an object defines. */
export function* dataContents(image: ObjectImage): Generator<readonly [string, DataContent]> {
  const boundaries = boundariesOf(image);
  const finders = new Map<number, WithinRange<ImageRelocation>>();
  const relocationsOf = (section: number): WithinRange<ImageRelocation> => {
    const finder = finders.get(section) ?? byOffset(image.sections[section].relocations);
    finders.set(section, finder);
    return finder;
  };
  for (const symbol of image.symbols) {
    if (symbol.binding === 'local' && !isFirstValue(symbol)) continue;
    const content = contentOf(image, symbol, boundaries, relocationsOf);
    if (content !== null) yield [symbol.name, content];
  }
}

/** Of a thread-local variable of Mach-O: the variable itself is a descriptor. */
const isFirstValue = ({ name }: ImageSymbol): boolean => name.endsWith(FIRST_VALUE);
/** Names whose contents are the content of a name. */
export const namesOfContent = (name: string): readonly string[] => [name, `${name}${FIRST_VALUE}`];

function contentOf(
  { sections, symbols }: ObjectImage,
  { section: row, value, size: recorded }: ImageSymbol,
  boundaries: Float64Array,
  relocationsOf: (section: number) => WithinRange<ImageRelocation>,
): DataContent | null {
  if (row === ABSOLUTE_SECTION) return { size: Number(value), bytes: NO_BYTES, slots: [] };
  if (row === COMMON_SECTION) return { size: Number(recorded), bytes: NO_BYTES, slots: [] };
  const section = sections[row];
  if (section === undefined || section.use === 'ignored') return null;
  if (section.use === 'code' && recorded === 0n) return CODE;
  const start = Number(value);
  const next = nextBoundary(boundaries, placeKey(row, start)) - placeKey(row, 0);
  const end = recorded > 0n ? start + Number(recorded) : Math.max(start, Math.min(next, section.size));
  const slots = relocationsOf(row)(start, end).map((slot) => ({
    offset: slot.offset - start,
    type: slot.type,
    target: targetOf(symbols, slot),
  }));
  return { size: end - start, bytes: withoutZeros(section.bytes.subarray(start, end)), slots };
}

function targetOf(symbols: readonly ImageSymbol[], { symbol }: ImageRelocation): string | null {
  if (symbol === NONE || symbols[symbol].binding === 'local') return null;
  return symbols[symbol].name.replace(/\.llvm\.\d+$/, '');
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
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

/**
 * Whether the slots of two contents may be the same. A target that is local in one object has no name to compare:
 * link-time optimisation makes names local, and local ones global.
 */
export const haveEqualSlots = (one: DataContent, other: DataContent): boolean =>
  one.slots.length === other.slots.length &&
  one.slots.every(({ offset, type, target }, at) => {
    const its = other.slots[at];
    const isNamed = target !== null && its.target !== null;
    return offset === its.offset && type === its.type && (!isNamed || target === its.target);
  });
