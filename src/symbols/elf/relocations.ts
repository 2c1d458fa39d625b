import type { ByteView } from '../../bytes/byte-view.js';
import { EM_MIPS, SHT_CREL, SHT_REL, SHT_RELA } from '../../core/elf/constants.js';
import { budgetOf, type Spend } from '../budget.js';
import { UnreadableError } from '../object-format.js';
import { type ElfSection, type ElfSections, sectionAt, sectionBytes } from './sections.js';

/** A relocation: the linker writes the address of a symbol plus an addend into one slot of a section. */
export interface ElfRelocation {
  readonly offset: number;
  readonly type: number;
  /** Number of the symbol table's row. */
  readonly symbol: number;
  /** Null: the section's bytes hold it (SHT_REL). */
  readonly addend: bigint | null;
}

/**
 * The relocations of some sections, in the order of their offsets; without an entry for sections that have none.
 *
 * @param tables numbers of relocation sections, those of other sections among them; if not given, all that there are
 * @throws MalformedError for a table that is cut off, UnreadableError for compact ones
 */
export function readRelocations(
  sections: ElfSections,
  isWanted: (section: number) => boolean,
  tables: Iterable<number> = relocationTables(sections),
): ReadonlyMap<number, readonly ElfRelocation[]> {
  const found = new Map<number, ElfRelocation[]>();
  const spend = budgetOf(sections.object, 'relocations');
  for (const index of tables) {
    const section = sectionAt(sections, index);
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

function* relocationTables(sections: ElfSections): Iterable<number> {
  for (let index = 1; index < sections.count; index++)
    if ([SHT_REL, SHT_RELA, SHT_CREL].includes(sectionAt(sections, index).type)) yield index;
}

/**
 *     ELF32   8 or 12 bytes:  offset 0  info 4 (symbol << 8 | type)   addend 8
 *     ELF64  16 or 24 bytes:  offset 0  info 8 (symbol << 32 | type)  addend 16
 */
function readTable(sections: ElfSections, section: ElfSection, spend: Spend): ElfRelocation[] {
  spend(section.size);
  const view = sectionBytes(sections, section, 'relocations');
  const is64 = sections.header.bits === 64;
  const entrySize = (is64 ? 8 : 4) * (section.type === SHT_RELA ? 3 : 2);
  if (view.length % entrySize !== 0)
    throw view.error(0, `${view.length} bytes are not a whole number of relocations`);
  const read = is64 ? reader64(view, sections.header.machine, section) : reader32(view, section);
  return Array.from({ length: view.length / entrySize }, (_, entry) => read(entry * entrySize));
}

type ReadEntry = (at: number) => ElfRelocation;

const reader32 =
  (view: ByteView, { type }: ElfSection): ReadEntry =>
  (at) => {
    const info = view.u32(at + 4);
    const addend = type === SHT_RELA ? BigInt(view.i32(at + 8)) : null;
    return { offset: view.u32(at), type: info & 0xff, symbol: info >>> 8, addend };
  };

/**
 * MIPS64 has a 32-bit symbol and then four bytes (a special symbol and three types) whatever the byte order: they are
 * one number here.
 */
function reader64(view: ByteView, machine: number, section: ElfSection): ReadEntry {
  const data = new DataView(view.bytes.buffer, view.bytes.byteOffset, view.length);
  const { littleEndian } = view;
  const symbolAt = !littleEndian || machine === EM_MIPS ? 8 : 12;
  const typeAt = symbolAt === 8 ? 12 : 8;
  const hasAddend = section.type === SHT_RELA;
  return (at) => ({
    offset: view.u64(at),
    type: view.u32(at + typeAt),
    symbol: view.u32(at + symbolAt),
    addend: hasAddend ? data.getBigInt64(at + 16, littleEndian) : null,
  });
}
