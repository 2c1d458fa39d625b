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
interface DataContent {
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

/** Content of a name that an object defines; undefined for any other name. */
type ContentOfName = (name: string) => DataContent | undefined;

/** Each content is read when it is asked for: of a large object a few names are. */
function dataContents(image: ObjectImage): ContentOfName {
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
/** Names whose contents are the content of a name. */
const namesOfContent = (name: string): readonly string[] => [name, `${name}${FIRST_VALUE}`];

function contentOf(
  { sections, symbols }: ObjectImage,
  { section: row, value, size: recorded }: ImageSymbol,
  endOf: EndOf,
  relocationsOf: (section: number) => WithinRange<ImageRelocation>,
): DataContent {
  if (row === ABSOLUTE_SECTION) return { size: Number(value), bytes: NO_BYTES, slots: [] };
  if (row === COMMON_SECTION) return { size: Number(recorded), bytes: NO_BYTES, slots: [] };
  const section = sections[row];
  if (section.use === 'code' && recorded === 0n) return CODE;
  const start = Number(value);
  const end =
    recorded > 0n ? start + Number(recorded) : Math.max(start, Math.min(endOf(row, start), section.size));
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
 * Names with the same content in two objects, by bytes and by what the linker fills in. A target that is local in one
 * object has no name to compare: link-time optimisation makes names local, and local ones global.
 * @param asked names, as the objects spell them
 */
export function namesOfSameData(one: ObjectImage, other: ObjectImage, asked: Iterable<string>): Set<string> {
  const [mine, its] = [dataContents(one), dataContents(other)];
  const same = new Set<string>();
  for (const name of asked)
    if (mine(name) !== undefined && namesOfContent(name).every((each) => areEqual(mine(each), its(each))))
      same.add(name);
  return same;
}

function areEqual(one: DataContent | undefined, other: DataContent | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.size === other.size && Buffer.compare(one.bytes, other.bytes) === 0 && haveEqualSlots(one, other)
  );
}

const haveEqualSlots = (one: DataContent, other: DataContent): boolean =>
  one.slots.length === other.slots.length &&
  one.slots.every(({ offset, type, target }, at) => {
    const its = other.slots[at];
    const isNamed = target !== null && its.target !== null;
    return offset === its.offset && type === its.type && (!isNamed || target === its.target);
  });
