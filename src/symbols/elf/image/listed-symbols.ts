import type { ByteView } from '../../../bytes/byte-view.js';
import { SHT_LLVM_ADDRSIG } from '../../../core/elf/constants.js';
import type { ElfRelocation } from '../references/relocation-table.js';
import type { ElfSection } from '../sections.js';

/** Symbols that a section names by their numbers, as relocations would; and its bytes without those numbers. */
export interface ListedSymbols {
  readonly symbols: readonly ElfRelocation[];
  readonly rest: Uint8Array;
}

/**
 * Sections whose bytes are symbol numbers: `.llvm_addrsig` (ULEB128 each: whose addresses are significant, so that
 * `--icf=safe` folds the others), and `.llvm.call-graph-profile` before LLVM 13 (from 0, to 4, weight 8).
 * @returns null for a section that names none by number
 */
export function listedSymbols(section: ElfSection, view: ByteView): ListedSymbols | null {
  if (section.type === SHT_LLVM_ADDRSIG) {
    return { symbols: readNumbers(view).map((number) => symbolAt(0, number)), rest: new Uint8Array(0) };
  }
  if (view.length === 0 || view.length % 16 !== 0 || section.link === 0) return null;
  const rest = Uint8Array.from(view.bytes);
  const symbols: ElfRelocation[] = [];
  for (let at = 0; at < view.length; at += 16) {
    symbols.push(symbolAt(at, view.u32(at)), symbolAt(at + 4, view.u32(at + 4)));
    rest.fill(0, at, at + 8);
  }
  return { symbols, rest };
}

const symbolAt = (offset: number, symbol: number): ElfRelocation => ({
  offset,
  type: 0,
  symbol,
  addend: 0,
});

/** ULEB128 numbers, one after the other. @throws MalformedError */
function readNumbers(view: ByteView): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < view.length; ) {
    const start = at;
    let number = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = view.u8(at++);
      number += (byte & 0x7f) * shift;
      if (number > 0xffff_ffff) throw view.error(start, 'no symbol number');
      if (byte < 0x80) break;
    }
    numbers.push(number);
  }
  return numbers;
}
