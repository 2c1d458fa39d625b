import { signedWord } from '../../bytes/signed-word.js';
import { EM_MIPS, SHT_CREL, SHT_RELA } from '../../core/elf/constants.js';
import { budgetOf, type Spend } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import { type ElfSection, type ElfSections, sectionAt, sectionBytes } from './sections.js';

/** What a linker writes into one slot of a section: the address of a symbol, and a number added to it. */
export interface ElfRelocation {
  readonly offset: number;
  readonly symbol: number;
  /** null: the slot itself holds it (SHT_REL). */
  readonly addend: number | null;
}

/**
 * The relocations of the sections asked for, in the order of their offsets; no entry for those without any.
 * @param tables relocation sections, those of other sections among them
 */
export function readRelocations(
  sections: ElfSections,
  wanted: ReadonlySet<number>,
  tables: readonly number[],
): ReadonlyMap<number, readonly ElfRelocation[]> {
  const found = new Map<number, ElfRelocation[]>();
  const spend = budgetOf(sections.object, 'relocations');
  for (const index of tables) {
    const section = sectionAt(sections, index);
    if (!wanted.has(section.info)) continue;
    if (section.type === SHT_CREL)
      throw new UnreadableError('compact relocations (SHT_CREL) of a section that acts by itself');
    const relocations = decodeTable(sections, section, spend);
    found.set(section.info, [...(found.get(section.info) ?? []), ...relocations]);
  }
  for (const relocations of found.values()) relocations.sort((one, other) => one.offset - other.offset);
  return found;
}

/**
 *     ELF32   8 or 12 bytes:  offset 0  info 4 (symbol << 8 | type)   addend 8
 *     ELF64  16 or 24 bytes:  offset 0  info 8 (symbol << 32 | type)  addend 16
 */
function decodeTable(sections: ElfSections, section: ElfSection, spend: Spend): ElfRelocation[] {
  spend(section.size);
  const view = sectionBytes(sections, section, 'relocations');
  const is64 = sections.header.bits === 64;
  const hasAddend = section.type === SHT_RELA;
  const entrySize = (is64 ? 8 : 4) * (hasAddend ? 3 : 2);
  if (view.length % entrySize !== 0)
    throw view.error(0, `${view.length} bytes are no whole number of relocations`);
  // MIPS splits the word into a 32-bit symbol and four bytes, in this order whatever the byte order.
  const symbolFirst = !view.littleEndian || sections.header.machine === EM_MIPS;
  const relocations: ElfRelocation[] = [];
  for (let at = 0; at < view.length; at += entrySize) {
    relocations.push(
      is64
        ? {
            offset: view.u64(at),
            symbol: view.u32(at + (symbolFirst ? 8 : 12)),
            addend: hasAddend ? signedWord(view, at + 16, true) : null,
          }
        : {
            offset: view.u32(at),
            symbol: view.u32(at + 4) >>> 8,
            addend: hasAddend ? view.i32(at + 8) : null,
          },
    );
  }
  return relocations;
}
