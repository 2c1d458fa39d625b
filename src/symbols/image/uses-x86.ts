import { hasRelativeOperand, isX86Code, takesAddress } from './code-x86.js';
import type { ImageRelocation, ImageSection, ObjectImage } from './object-image.js';

/*
 * Relocations in code of x86-64 (ELF) that yield no address: calls, jumps, and operands in memory. The bytes before the
 * displacement tell: an operand that is relative to the instruction has a ModRM byte there with mod 0 and r/m 5, which
 * no opcode of a call is.
 */

const GOT_TYPES: ReadonlySet<number> = new Set([9, 41, 42]);
const R_X86_64_PC32 = 2;
const R_X86_64_PLT32 = 4;
const CALL = 0xe8;
const JUMP = 0xe9;
const TWO_BYTES = 0x0f;
/** `call *name@GOTPCREL(%rip)` and the jump. */
const INDIRECT = 0xff;
const CALL_OPERAND = 0x15;
const JUMP_OPERAND = 0x25;

/** Returns a test of whether code uses the target in place; false in doubt. Null for other machines. */
export function useTest(
  image: ObjectImage,
): ((section: ImageSection, relocation: ImageRelocation) => boolean) | null {
  if (!isX86Code(image)) return null;
  return ({ use, bytes }, { offset, type }) => {
    if (use !== 'code' || offset < 2) return false;
    const [first, second] = [bytes[offset - 2], bytes[offset - 1]];
    if (GOT_TYPES.has(type))
      return first === INDIRECT && (second === CALL_OPERAND || second === JUMP_OPERAND);
    if (type !== R_X86_64_PC32 && type !== R_X86_64_PLT32) return false;
    if (hasRelativeOperand(bytes, offset)) return !takesAddress(bytes, offset);
    return second === CALL || second === JUMP || (first === TWO_BYTES && second >> 4 === 8);
  };
}
