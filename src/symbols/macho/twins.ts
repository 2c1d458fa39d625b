import type { ByteSource } from '../../bytes/byte-source.js';
import type { MachoSection } from './commands.js';
import { S_ATTR_DEBUG, S_ATTR_PURE_INSTRUCTIONS, SECTION_TYPE } from './constants.js';
import type { MachoHeader } from './header.js';
import { isPlaced, type MachoSymbolTable, symbolAt } from './symtab.js';

/** One external relocation of a 64-bit object. */
interface Relocation {
  /** Of the entry in the object. */
  readonly at: number;
  readonly offset: number;
  readonly fields: number;
  readonly symbol: number;
  readonly type: number;
  readonly addend: bigint;
}

const X86_64_RELOC_UNSIGNED = 0;
const X86_64_RELOC_GOT = 4;
const X86_64_RELOC_SUBTRACTOR = 5;
/** SIGNED_1, SIGNED_2, SIGNED_4: so many bytes of the instruction follow the slot, and its number is less by them. */
const X86_64_SIGNED_BIAS: Record<number, bigint> = { 6: 1n, 7: 2n, 8: 4n };
const ARM64_RELOC_UNSIGNED = 0;
const ARM64_RELOC_SUBTRACTOR = 1;
const ARM64_RELOC_POINTER_TO_GOT = 7;
const ARM64_RELOC_ADDEND = 10;

/**
 * Of a compact unwind entry of 32 bytes, where the personality routine is; the other slots name the function itself.
 */
const UNWIND_ENTRY = 32;
const UNWIND_PERSONALITY = 16;

/**
 * Offsets of relocation entries that use one of these definitions. Entries that describe the definition itself are not
 * included and keep their target: unwind and debug information, subtracted symbols, and labels inside a function.
 */
export function usesOf(
  object: ByteSource,
  header: MachoHeader,
  sections: readonly MachoSection[],
  table: MachoSymbolTable,
  wanted: ReadonlySet<number>,
): { readonly at: number; readonly symbol: number }[] {
  const isCode = (symbol: number): boolean => {
    const definition = symbolAt(table, symbol);
    const section = isPlaced(definition) ? sections[definition.section - 1] : undefined;
    return section !== undefined && (section.flags & S_ATTR_PURE_INSTRUCTIONS) !== 0;
  };
  return sections
    .filter((section) => (section.flags & S_ATTR_DEBUG) === 0 && section.segment !== '__DWARF')
    .flatMap((section) =>
      readExternal(object, header, section)
        .filter(({ symbol }) => symbol < table.count && wanted.has(symbol))
        .filter((relocation) => isUse(header, section, relocation, isCode))
        .map(({ at, symbol }) => ({ at, symbol })),
    );
}

/** All external relocation entries, with the symbol that each names. */
export const relocationSymbols = (
  object: ByteSource,
  header: MachoHeader,
  sections: readonly MachoSection[],
): { readonly at: number; readonly symbol: number }[] =>
  header.bits === 32
    ? []
    : sections.flatMap((section) =>
        readExternal(object, header, section).map(({ at, symbol }) => ({ at, symbol })),
      );

function isUse(
  header: MachoHeader,
  section: MachoSection,
  { type, offset, symbol, addend }: Relocation,
  isCode: (symbol: number) => boolean,
): boolean {
  const isX86 = header.machine === 'x86-64';
  if (type === (isX86 ? X86_64_RELOC_SUBTRACTOR : ARM64_RELOC_SUBTRACTOR)) return false;
  if (section.name === '__compact_unwind') return offset % UNWIND_ENTRY === UNWIND_PERSONALITY;
  if (section.name === '__eh_frame') return type === (isX86 ? X86_64_RELOC_GOT : ARM64_RELOC_POINTER_TO_GOT);
  return addend === 0n || !isCode(symbol);
}

function readExternal(object: ByteSource, header: MachoHeader, section: MachoSection): Relocation[] {
  const { littleEndian } = header;
  const size = section.relocationCount * 8;
  const view = object.view(size === 0 ? 0 : section.relocationsOffset, size, 'relocations', littleEndian);
  const isX86 = header.machine === 'x86-64';
  const found: Relocation[] = [];
  let pending = 0n;
  for (let at = 0; at < view.length; at += 8) {
    const fields = view.u32(at + 4);
    const type = fields >>> 28;
    const symbol = fields & 0xffffff;
    if (!isX86 && type === ARM64_RELOC_ADDEND) {
      pending = BigInt((symbol << 8) >> 8);
      continue;
    }
    const offset = view.u32(at);
    const isExternal = ((fields >>> 27) & 1) === 1;
    const isInSlot = isX86 || type === ARM64_RELOC_UNSIGNED;
    if (isExternal)
      found.push({
        at: section.relocationsOffset + at,
        offset,
        fields,
        symbol,
        type,
        addend: isInSlot ? slotAddend(object, header, section, offset, fields) : pending,
      });
    pending = 0n;
  }
  return found;
}

/** The number in the slot; of a branch or a reference by displacement without what the processor adds. */
function slotAddend(
  object: ByteSource,
  { littleEndian, machine }: MachoHeader,
  section: MachoSection,
  offset: number,
  fields: number,
): bigint {
  const type = fields >>> 28;
  const isWide = ((fields >>> 25) & 3) === 3;
  const width = isWide ? 8 : 4;
  const isZeroFilled = (section.flags & SECTION_TYPE) === 1;
  if (isZeroFilled || offset + width > section.size) return 0n;
  const slot = object.view(section.offset + offset, width, 'relocated slot', littleEndian);
  const low = BigInt(slot.i32(0));
  const value = isWide ? (BigInt(slot.i32(4)) << 32n) | (low & 0xffffffffn) : low;
  return machine === 'x86-64' && type !== X86_64_RELOC_UNSIGNED
    ? value + (X86_64_SIGNED_BIAS[type] ?? 0n)
    : value;
}
