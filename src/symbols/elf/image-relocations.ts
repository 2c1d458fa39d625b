import type { ByteView } from '../../bytes/byte-view.js';
import { EM_386, EM_ARM, EM_MIPS, SHT_CREL, SHT_REL, SHT_RELA } from '../../core/elf/constants.js';
import { budgetOf, type Spend } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import { type ElfSection, type ElfSections, sectionAt, sectionBytes } from './sections.js';

/** A relocation as its table has it. */
export interface TableRelocation {
  readonly offset: number;
  readonly type: number;
  /** Number of the symbol table's row. */
  readonly symbol: number;
  /** Null: the section's bytes hold it (SHT_REL). */
  readonly addend: bigint | null;
}

/** By section number: all its relocations in the order of their offsets, else of their tables. */
export function readRelocationTables(
  sections: ElfSections,
  isWanted: (section: number) => boolean,
): ReadonlyMap<number, readonly TableRelocation[]> {
  const found = new Map<number, TableRelocation[]>();
  const spend = budgetOf(sections.object, 'relocations');
  for (let index = 1; index < sections.count; index++) {
    const section = sectionAt(sections, index);
    if (section.type !== SHT_REL && section.type !== SHT_RELA && section.type !== SHT_CREL) continue;
    if (!isWanted(section.info)) continue;
    if (section.type === SHT_CREL) throw new UnreadableError('compact relocations (SHT_CREL)');
    const known = found.get(section.info);
    const relocations = readTable(sections, section, spend);
    if (known === undefined) found.set(section.info, relocations);
    else for (const relocation of relocations) known.push(relocation);
  }
  for (const relocations of found.values()) relocations.sort((one, other) => one.offset - other.offset);
  return found;
}

/**
 *     ELF32   8 or 12 bytes:  offset 0  info 4 (symbol << 8 | type)   addend 8
 *     ELF64  16 or 24 bytes:  offset 0  info 8 (symbol << 32 | type)  addend 16
 *
 * MIPS64 has a 32-bit symbol and then four bytes (a special symbol and three types) whatever the byte order: they are
 * one number here.
 */
function readTable(sections: ElfSections, section: ElfSection, spend: Spend): TableRelocation[] {
  spend(section.size);
  const view = sectionBytes(sections, section, 'relocations');
  const is64 = sections.header.bits === 64;
  const hasAddend = section.type === SHT_RELA;
  const entrySize = (is64 ? 8 : 4) * (hasAddend ? 3 : 2);
  if (view.length % entrySize !== 0)
    throw view.error(0, `${view.length} bytes are not a whole number of relocations`);
  const { littleEndian } = view;
  const data = new DataView(view.bytes.buffer, view.bytes.byteOffset, view.length);
  const symbolFirst = !littleEndian || sections.header.machine === EM_MIPS;
  const relocations: TableRelocation[] = [];
  for (let at = 0; at < view.length; at += entrySize) {
    if (!is64) {
      const info = view.u32(at + 4);
      const addend = hasAddend ? BigInt(view.i32(at + 8)) : null;
      relocations.push({ offset: view.u32(at), type: info & 0xff, symbol: info >>> 8, addend });
    } else {
      const symbol = view.u32(at + (symbolFirst ? 8 : 12));
      const type = view.u32(at + (symbolFirst ? 12 : 8));
      const addend = hasAddend ? data.getBigInt64(at + 16, littleEndian) : null;
      relocations.push({ offset: view.u64(at), type, symbol, addend });
    }
  }
  return relocations;
}

/** R_386_16, _PC16, _8, _PC8, and R_386_TLS_DESC_CALL, which marks an instruction and has no slot. */
const SLOTS_386: Readonly<Record<number, number>> = { 20: 2, 21: 2, 22: 1, 23: 1, 40: 0 };
/** ABS32, REL32, GOTOFF32, BASE_PREL, GOT_BREL, TARGET1, TARGET2, GOT_PREL and TLS words: data. Others are instructions. */
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
export function takeAddend(slots: ByteView, offset: number, size: number): bigint {
  if (size === 0) return 0n;
  const slot = slots.slice(offset, size, 'addend');
  const value = size === 1 ? slot.u8(0) : size === 2 ? slot.u16(0) : slot.u32(0);
  slot.bytes.fill(0);
  return BigInt.asIntN(size * 8, BigInt(value));
}
