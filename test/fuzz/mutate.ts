import type { Dice } from '../random/dice.js';
import { mutateJson } from './mutate-json.js';

/** The original constructor: the mutator's allocations must not count as allocations of the fuzzed reader. */
const Bytes = Uint8Array;

/** Material for mutations: other inputs to splice with, words of the format, and the largest size of the result. */
export interface Material {
  readonly others: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
  readonly largest: number;
}

type Mutation = (bytes: Uint8Array, dice: Dice, material: Material) => Uint8Array;

/** Values that counts, sizes and offsets go wrong with. */
const NUMBERS = [0, 1, 2, 7, 8, 16, 60, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000];
const LARGE_NUMBERS = [0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff];
/** And as text, in headers of archives. */
const DECIMALS = ['0', '1', '60', '-1', '4294967295', '9999999999', ' ', '0x10'];

/** One to eight mutations, few more often than many. */
export function mutate(bytes: Uint8Array, dice: Dice, material: Material): Uint8Array {
  let mutated = Bytes.from(bytes);
  for (let more = 1 << dice.below(4); more > 0; more--)
    mutated = dice.pick(MUTATIONS)(mutated, dice, material) as typeof mutated;
  return mutated.length > material.largest ? mutated.subarray(0, material.largest) : mutated;
}

const setByte: Mutation = (bytes, dice) => {
  if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.below(256);
  return bytes;
};

const flipBit: Mutation = (bytes, dice) => {
  if (bytes.length > 0) bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
  return bytes;
};

/** A number of 1, 2, 4 or 8 bytes, of either byte order. */
const setNumber: Mutation = (bytes, dice) => {
  const width = dice.pick([1, 2, 4, 4, 8]);
  if (bytes.length < width) return bytes;
  const at = dice.below(bytes.length - width + 1);
  const value = dice.pick([...NUMBERS, ...LARGE_NUMBERS, bytes.length, bytes.length - at]);
  writeNumber(bytes, at, width, value, dice.chance(0.5));
  return bytes;
};

/** A number near the one that is there. */
const addToNumber: Mutation = (bytes, dice) => {
  const width = dice.pick([1, 2, 4]);
  if (bytes.length < width) return bytes;
  const at = dice.below(bytes.length - width + 1);
  const littleEndian = dice.chance(0.5);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const now =
    width === 1
      ? bytes[at]
      : width === 2
        ? view.getUint16(at, littleEndian)
        : view.getUint32(at, littleEndian);
  writeNumber(bytes, at, width, now + dice.below(33) - 16, littleEndian);
  return bytes;
};

function writeNumber(
  bytes: Uint8Array,
  at: number,
  width: number,
  value: number,
  littleEndian: boolean,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (width === 1) bytes[at] = value;
  else if (width === 2) view.setUint16(at, value, littleEndian);
  else if (width === 4) view.setUint32(at, value, littleEndian);
  else view.setBigUint64(at, BigInt(value), littleEndian);
}

/** Replaces a run of digits by another number of the same width, for fields of archive headers. */
const setDecimal: Mutation = (bytes, dice) => {
  if (bytes.length === 0) return bytes;
  let start = dice.below(bytes.length);
  while (start < bytes.length && !isDigit(bytes[start])) start++;
  if (start === bytes.length) return bytes;
  let end = start;
  while (end < bytes.length && isDigit(bytes[end])) end++;
  const number = dice.chance(0.5) ? dice.pick(DECIMALS) : String(dice.below(2 * bytes.length));
  const width = dice.chance(0.8) ? Math.max(end - start, Math.min(number.length, 10)) : end - start;
  return overwrite(bytes, start, Buffer.from(number.slice(0, width).padEnd(width)));
};

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const removeRange: Mutation = (bytes, dice) => {
  const [start, length] = rangeOf(bytes, dice);
  return joined(bytes.subarray(0, start), bytes.subarray(start + length));
};

const doubleRange: Mutation = (bytes, dice) => {
  const [start, length] = rangeOf(bytes, dice);
  return joined(bytes.subarray(0, start + length), bytes.subarray(start));
};

const copyRange: Mutation = (bytes, dice) => {
  const [start, length] = rangeOf(bytes, dice);
  return overwrite(bytes, dice.below(bytes.length + 1), bytes.slice(start, start + length));
};

const insertBytes: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length + 1);
  const byte = dice.pick([0, 0x0a, 0x20, 0xff, dice.below(256)]);
  return joined(bytes.subarray(0, at), new Bytes(1 + dice.below(16)).fill(byte), bytes.subarray(at));
};

const cutEnd: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1));

const placeWord: Mutation = (bytes, dice, { words }) => {
  if (words.length === 0) return flipBit(bytes, dice, { others: [], words, largest: 0 });
  const [at, word] = [dice.below(bytes.length + 1), dice.pick(words)];
  if (dice.chance(0.5)) return overwrite(bytes, at, word);
  return joined(bytes.subarray(0, at), word, bytes.subarray(at));
};

/** The head of one input with the tail of another. */
const splice: Mutation = (bytes, dice, { others }) => {
  const other = dice.pick(others);
  const at = dice.below(bytes.length + 1);
  const from = dice.chance(0.5) ? Math.min(at, other.length) : dice.below(other.length + 1);
  return joined(bytes.subarray(0, at), other.subarray(from));
};

/** A range of another input over the same place of this one. */
const transplant: Mutation = (bytes, dice, { others }) => {
  const other = dice.pick(others);
  const [start, length] = rangeOf(other, dice);
  return overwrite(bytes, Math.min(start, bytes.length), other.slice(start, start + length));
};

const changeJson: Mutation = (bytes, dice, material) =>
  Bytes.from(mutateJson(bytes, dice) ?? flipBit(bytes, dice, material));

const MUTATIONS: readonly Mutation[] = [
  ...[setByte, setByte, flipBit, flipBit, setNumber, setNumber, setNumber, addToNumber, addToNumber],
  ...[setDecimal, removeRange, doubleRange, copyRange, insertBytes, cutEnd, placeWord, placeWord],
  ...[splice, transplant, changeJson, changeJson],
];

/** Mostly short, sometimes anything. */
function rangeOf({ length }: Uint8Array, dice: Dice): [start: number, length: number] {
  const start = dice.below(length + 1);
  const longest = length - start;
  return [start, Math.min(longest, dice.chance(0.8) ? 1 + dice.below(32) : dice.below(longest + 1))];
}

function overwrite(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const out = new Bytes(Math.max(bytes.length, at + part.length));
  out.set(bytes);
  out.set(part, at);
  return out;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Bytes(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
