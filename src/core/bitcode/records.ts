import { List } from '../list';
import { align32, fixed, isOdd, refuseBits, skip, skipVbr6, vbr } from './bits';

/*
 * Abbreviations of one block, and records, of which the first values are kept. The same as in
 * src/symbols/bitcode/bitstream.ts, but for the errors.
 */

const UNABBREV_RECORD: i32 = 3;
const FIRST_OWN_ABBREV: i32 = 4;

const LITERAL: i32 = 0;
const FIXED: i32 = 1;
const VBR: i32 = 2;
const ARRAY: i32 = 3;
const CHAR6: i32 = 4;
const BLOB: i32 = 5;

/** LLVM writes a few dozen; streams with more are left to TypeScript. */
const MOST_OPERANDS: i32 = 1 << 14;
const MAX_WIDTH: u64 = 32;

/** Operands of all abbreviations: the encoding, and the width of a number, or the literal itself. */
const encodingOf = List.empty();
const widthOf = List.empty();
/** By abbreviation: its first operand. */
const firstOperand = List.empty();

/** The code of a record and as many of its operands as are read. */
const KEPT: i32 = 6;
const values = memory.data(8 * 6, 8);
let kept: i32 = 0;

export function clearAbbreviations(): void {
  encodingOf.clear();
  widthOf.clear();
  firstOperand.clear();
}

export function keptValues(): i32 {
  return kept;
}

export function keptValue(at: i32): u64 {
  return load<u64>(values + ((<usize>at) << 3));
}

export function readAbbreviation(): void {
  const count = vbr(5);
  if (count === 0 || count > <u64>(MOST_OPERANDS - encodingOf.length)) refuseBits();
  firstOperand.push(encodingOf.length);
  for (let left = count; left > 0 && !isOdd; left--) readOperand();
}

function readOperand(): void {
  if (fixed(1) === 1) addOperand(LITERAL, vbr(8));
  else {
    const encoding = <i32>fixed(3);
    if (encoding === FIXED || encoding === VBR) addNumber(encoding, vbr(5));
    else if (encoding >= ARRAY && encoding <= BLOB) addOperand(encoding, 0);
    else refuseBits();
  }
}

/** Numbers of no width are zero; a VBR of one bit has no room for a value. */
function addNumber(encoding: i32, width: u64): void {
  if (width > MAX_WIDTH || (encoding === VBR && width === 1)) refuseBits();
  else addOperand(width === 0 ? LITERAL : encoding, width);
}

function addOperand(encoding: i32, width: u64): void {
  if (width > 0x7fff_ffff) refuseBits();
  encodingOf.push(encoding);
  widthOf.push(<i32>width);
}

/**
 * Reads one record, and keeps its first values: code and operands. Of an unabbreviated record with another code than
 * this one only the code is kept.
 * @param id UNABBREV_RECORD or the id of one of the block's own abbreviations
 */
export function readRecord(id: i32, code: u64): void {
  kept = 0;
  const abbreviation = id - FIRST_OWN_ABBREV;
  if (id === UNABBREV_RECORD) readUnabbreviated(code);
  else if (<u32>abbreviation >= <u32>firstOperand.length) refuseBits();
  else readAbbreviated(firstOperand[abbreviation], endOf(abbreviation));
}

function endOf(abbreviation: i32): i32 {
  return abbreviation + 1 === firstOperand.length ? encodingOf.length : firstOperand[abbreviation + 1];
}

function readUnabbreviated(code: u64): void {
  keep(vbr(6));
  const count = vbr(6);
  const read = keptValue(0) === code ? min<u64>(count, KEPT - 1) : 0;
  for (let left = read; left > 0 && !isOdd; left--) keep(vbr(6));
  skipVbr6(count - read);
}

function readAbbreviated(operand: i32, end: i32): void {
  for (; operand < end && !isOdd; operand++) {
    const encoding = encodingOf[operand];
    if (encoding === ARRAY) readArray(++operand, end);
    else if (encoding === BLOB) skipBlob();
    else keep(readScalar(operand));
  }
}

function skipBlob(): void {
  const bytes = vbr(6);
  align32();
  skip(bytes << 3);
  align32();
}

/** @param element the last operand, which is not one of its own, but describes the array's elements */
function readArray(element: i32, end: i32): void {
  if (element + 1 !== end || encodingOf[element] === ARRAY || encodingOf[element] === BLOB) refuseBits();
  else {
    const count = vbr(6);
    // Literals take no bits: a count of them is bounded by nothing.
    if (encodingOf[element] === LITERAL) return;
    for (let left = count; left > 0 && !isOdd; left--) keep(readScalar(element));
  }
}

function readScalar(operand: i32): u64 {
  switch (encodingOf[operand]) {
    case FIXED:
      return fixed(widthOf[operand]);
    case VBR:
      return vbr(widthOf[operand]);
    case CHAR6:
      return fixed(6);
    default:
      return widthOf[operand];
  }
}

function keep(value: u64): void {
  if (kept === KEPT) return;
  store<u64>(values + ((<usize>kept) << 3), value);
  kept++;
}
