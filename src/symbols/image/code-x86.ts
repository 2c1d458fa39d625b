import type { ImageSection, ObjectImage } from './object-image.js';
import type { CodeTarget, SplitCode } from './split-code.js';

/*
 * Functions of an x86-64 section (ELF), and the jumps between them that an assembler has resolved. Instructions are not
 * decoded: whatever could be the displacement of a call, a jump or an address counts as one, at every byte. So more is
 * found than there is, and nothing is missed.
 */

const EM_X86_64 = 62;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;

/** Whether an object is ELF for x86-64. */
export const isX86Code = ({ attributes }: ObjectImage): boolean =>
  attributes.some((text) => text.startsWith(`machine ${EM_X86_64} 64 `));

/** @returns by section; null for other machines, and where the section has one function */
export function x86CodeOf(image: ObjectImage): (row: number) => SplitCode | null {
  if (!isX86Code(image)) return () => null;
  const bounds = functionBounds(image);
  return (row) => splitCode(image.sections[row], bounds.get(row) ?? []);
}

/** By section: where its functions begin and end. */
function functionBounds({ symbols }: ObjectImage): ReadonlyMap<number, readonly number[]> {
  const bounds = new Map<number, number[]>();
  for (const { section, type, value, size } of symbols) {
    if (type !== STT_FUNC && type !== STT_GNU_IFUNC) continue;
    const known = bounds.get(section);
    if (known === undefined) bounds.set(section, [Number(value), Number(value + size)]);
    else known.push(Number(value), Number(value + size));
  }
  return bounds;
}

function splitCode(section: ImageSection, found: readonly number[]): SplitCode | null {
  const { size } = section;
  const bounds = new Set([0, ...found.filter((bound) => bound < size)]);
  // A section of one function is not decoded here.
  if (bounds.size < 2 || section.bytes.length < size) return null;
  let relocated: ReadonlySet<number> | undefined;
  return {
    starts: [...bounds].sort((a, b) => a - b),
    targetsOf: (start, end) => {
      relocated ??= new Set(section.relocations.map(({ offset }) => offset));
      return targetsIn(section.bytes, relocated, start, end);
    },
  };
}

const LEA = 0x8d;

/**
 * Whether a displacement is that of `lea` with an operand that is relative to the instruction: a ModRM byte with mod 0
 * and r/m 5.
 */
export const takesAddress = (bytes: Uint8Array, at: number): boolean =>
  bytes[at - 2] === LEA && hasRelativeOperand(bytes, at);

export const hasRelativeOperand = (bytes: Uint8Array, at: number): boolean => (bytes[at - 1] & 0xc7) === 5;

function* targetsIn(
  bytes: Uint8Array,
  relocated: ReadonlySet<number>,
  start: number,
  end: number,
): Generator<CodeTarget> {
  const isOutside = (place: number) => (place < start || place >= end) && place >= 0 && place < bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = start + 1; at < end; at++) {
    const near = at + 1 + view.getInt8(at);
    if (isShortJump(bytes[at - 1]) && isOutside(near)) yield { place: near, isAddress: false };
    if (at + 4 > end || relocated.has(at)) continue;
    for (const more of spansAfter(bytes, at)) {
      const place = at + 4 + view.getInt32(at, true) + more;
      if (isOutside(place)) yield { place, isAddress: takesAddress(bytes, at) };
    }
  }
  if (!endsHere(bytes, start, end) && end < bytes.length) yield { place: end, isAddress: false };
}

/** How many bytes of its instruction may follow a displacement: of a jump none, of an address a number. */
function spansAfter(bytes: Uint8Array, at: number): readonly number[] {
  if (isJump(bytes, at)) return [0];
  return isRelative(bytes[at - 1]) ? [0, 1, 2, 4] : [];
}

/** JMP, Jcc, LOOP, JRCXZ with one byte. */
const isShortJump = (byte: number): boolean =>
  byte === 0xeb || (byte >= 0x70 && byte <= 0x7f) || (byte >= 0xe0 && byte <= 0xe3);

/** CALL, JMP or Jcc with four bytes. */
function isJump(bytes: Uint8Array, at: number): boolean {
  const before = bytes[at - 1];
  if (before === 0xe8 || before === 0xe9) return true;
  return at >= 2 && bytes[at - 2] === 0x0f && before >= 0x80 && before <= 0x8f;
}

/** A ModRM byte that says: relative to the instruction pointer. */
const isRelative = (byte: number): boolean => (byte & 0xc7) === 0x05;

/** Whether control does not run on past the end: a return, a jump, a call of what does not return, a trap. */
function endsHere(bytes: Uint8Array, start: number, end: number): boolean {
  const back = (count: number): number => (end - count >= start ? bytes[end - count] : -1);
  if ([0xc3, 0xf4, 0xcc].includes(back(1)) || back(3) === 0xc2) return true;
  if (back(5) === 0xe8 || back(5) === 0xe9 || back(2) === 0xeb) return true;
  if (back(2) === 0x0f && back(1) === 0x0b) return true;
  if (back(2) === 0xff && back(1) >= 0xd0 && back(1) <= 0xe7) return true;
  return back(6) === 0xff && (back(5) === 0x15 || back(5) === 0x25);
}

/**
 * How many bytes of its instruction may follow a 32-bit displacement relative to the instruction pointer: the size of
 * the constant that the opcode takes. More than one number where the prefix hides the opcode map (VEX, EVEX).
 */
export function constantAfter(bytes: Uint8Array, at: number): readonly number[] {
  const [opcode, before, first] = [bytes[at - 2], bytes[at - 3], bytes[at - 4]];
  if (at < 2 || !isRelative(bytes[at - 1])) return [0];
  if ([before, first, bytes[at - 5], bytes[at - 6]].some((byte) => VECTOR_PREFIXES.has(byte))) return [0, 1];
  if (before === 0x0f) return [TWO_BYTE_CONSTANTS.has(opcode) ? 1 : 0];
  if (before === 0x3a && first === 0x0f) return [1];
  if (BYTE_CONSTANTS.has(opcode)) return [1];
  const isTest = (bytes[at - 1] & 0x30) === 0;
  if (opcode === 0xf6) return [isTest ? 1 : 0];
  const isWide = opcode === 0xc7 || opcode === 0x81 || opcode === 0x69 || (opcode === 0xf7 && isTest);
  return isWide ? [4, 2] : [0];
}

const VECTOR_PREFIXES = new Set([0xc4, 0xc5, 0x62]);
/** MOV, the arithmetic group, IMUL and shifts with a constant of one byte. */
const BYTE_CONSTANTS = new Set([0xc6, 0x80, 0x83, 0x6b, 0xc0, 0xc1]);
/** PSHUF, shifts of two registers, bit tests, CMPPS, PINSRW, SHUFPS. */
const TWO_BYTE_CONSTANTS = new Set([0x70, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc6]);
