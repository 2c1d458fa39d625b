import { FIRST_VALUE } from '../macho/constants.js';

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
export interface DataSlot {
  readonly offset: number;
  readonly type: number;
  /** The name without what link-time optimisation added to it; null where it is local. */
  readonly target: string | null;
  /** Number added to the target's address; null where the bytes hold it. */
  readonly addend: number | null;
}

/** Content of a name that an object defines; undefined for any other name. */
export type ContentOfName = (name: string) => DataContent | undefined;

const NO_BYTES = new Uint8Array(0);

/**
 * Content of each name in code without a size: a function, or a label that an assembler gave no type. Such code may
 * differ in its bytes between two compilations of one unit.
 */
export const CODE: DataContent = { size: -1, bytes: NO_BYTES, slots: [] };

/** Content of an absolute name, which is its value, and of a COMMON, which is its size. */
export const contentOfNumber = (size: number): DataContent => ({ size, bytes: NO_BYTES, slots: [] });

/** A target's name, by which two objects agree on it. */
export const withoutPromotion = (name: string): string => name.replace(/\.llvm\.\d+$/, '');

export function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Labels of the assembler (`L_.str`, `ltmp0`) are within what they are in. */
export const isLabelName = (name: string): boolean => /^(?:\.?L|ltmp\d)/.test(name);

/**
 * Bytes and slots that are compared for one pair of objects; further names are not the same. Real units have a few
 * megabytes of data; a made-up one may have thousands of names for one large range.
 */
const MOST_COMPARED = 1 << 28;

/** Names whose contents are that of a name: of a thread-local variable of Mach-O, its descriptor and its value. */
const namesOfContent = (name: string): readonly string[] => [name, `${name}${FIRST_VALUE}`];

/**
 * Names with the same content in two objects, by bytes and by what the linker fills in. A target that is local in one
 * object has no name to compare: link-time optimisation makes names local, and local ones global. What is added to it
 * then depends on where its section has it, and is not compared either.
 * @param asked names, as the objects spell them
 */
export function namesOfSameData(
  mine: ContentOfName,
  its: ContentOfName,
  asked: Iterable<string>,
): Set<string> {
  const same = new Set<string>();
  let compared = 0;
  for (const name of asked) {
    if (compared > MOST_COMPARED) break;
    const contents = namesOfContent(name).map((each) => [mine(each), its(each)] as const);
    if (contents[0][0] === undefined) continue;
    for (const [content] of contents) compared += content ? content.bytes.length + content.slots.length : 0;
    if (contents.every(([one, other]) => areEqual(one, other))) same.add(name);
  }
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
  one.slots.every((slot, at) => isEqualSlot(slot, other.slots[at]));

function isEqualSlot(one: DataSlot, other: DataSlot): boolean {
  if (one.offset !== other.offset || one.type !== other.type) return false;
  if (one.target === null || other.target === null) return true;
  return one.target === other.target && one.addend === other.addend;
}
