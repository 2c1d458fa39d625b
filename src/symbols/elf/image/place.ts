import { SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX } from '../../../core/elf/constants.js';
import { ABSOLUTE_SECTION, COMMON_SECTION, UNDEFINED_SECTION } from '../../image/object-image.js';
import { reservedIndex } from '../reserved.js';
import type { ElfSections } from '../sections.js';
import { type ElfSymbolTable, extendedIndex, malformedSymbol } from '../symtab.js';

/** Where a symbol is defined. */
interface SymbolPlace {
  /** A section's number, UNDEFINED_SECTION, ABSOLUTE_SECTION or COMMON_SECTION. */
  readonly section: number;
  /** The index itself where only its processor knows what that means (large commons); otherwise 0. */
  readonly processorIndex: number;
}

/** @throws MalformedError for a section that is not there */
export function placeOf({ header, count }: ElfSections, table: ElfSymbolTable, number: number): SymbolPlace {
  const raw = table.view.u16(number * table.layout.bytes + table.layout.sectionIndex);
  if (raw === SHN_UNDEF) return { section: UNDEFINED_SECTION, processorIndex: 0 };
  if (raw >= SHN_LORESERVE && raw !== SHN_XINDEX) {
    const meaning = reservedIndex(header.machine, raw);
    const section =
      meaning === 'undefined' ? UNDEFINED_SECTION : meaning === 'common' ? COMMON_SECTION : ABSOLUTE_SECTION;
    return { section, processorIndex: raw >= 0xfff1 ? 0 : raw };
  }
  const index = raw === SHN_XINDEX ? extendedIndex(table, number) : raw;
  if (index >= count) throw malformedSymbol(table, number, `no section ${index} of ${count}`);
  return { section: index, processorIndex: 0 };
}
