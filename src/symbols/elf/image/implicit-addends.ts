import type { ByteView } from '../../../bytes/byte-view.js';
import { EM_386, EM_ARM, EM_MIPS } from '../../../core/elf/constants.js';

/** R_386_16, _PC16, _8, _PC8, and R_386_TLS_DESC_CALL, which marks an instruction and has no slot. */
const SLOTS_386: Readonly<Record<number, number>> = { 20: 2, 21: 2, 22: 1, 23: 1, 40: 0 };
/**
 * ABS32, REL32, GOTOFF32, BASE_PREL, GOT_BREL, TARGET1, TARGET2, GOT_PREL and TLS words: data. Others are instructions.
 */
const WORDS_ARM = new Set([2, 3, 24, 25, 26, 38, 41, 96, 104, 105, 106, 107, 108]);
/** R_MIPS_32 and R_MIPS_GPREL32. */
const WORDS_MIPS = new Set([2, 12]);

/** Bytes of the slot that holds a SHT_REL relocation's addend as a plain number; null when an instruction holds it. */
export function slotSize(machine: number, type: number): number | null {
  if (machine === EM_386) return SLOTS_386[type] ?? 4;
  const words = machine === EM_ARM ? WORDS_ARM : machine === EM_MIPS ? WORDS_MIPS : null;
  return words?.has(type) ? 4 : null;
}

/** Reads the addend in a slot of that many bytes, and clears it. @throws MalformedError past the section's end */
export function takeAddend(slots: ByteView, offset: number, size: number): number {
  if (size === 0) return 0;
  const slot = slots.slice(offset, size, 'addend');
  const value = size === 1 ? slot.u8(0) : size === 2 ? slot.u16(0) : slot.u32(0);
  slot.bytes.fill(0);
  const unused = 32 - size * 8;
  return (value << unused) >> unused;
}
