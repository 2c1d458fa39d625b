import type { ByteSource } from '../../bytes/byte-source.js';
import { IMAGE_SCN_LNK_NRELOC_OVFL } from './constants.js';
import { type CoffSection, type CoffSections, sectionAt } from './sections.js';

/** VirtualAddress 0, SymbolTableIndex 4, Type 8 (u16). */
const RELOCATION_BYTES = 10;

/** Sections that describe a function where it is: they keep naming the definition itself. */
const DESCRIBES = ['.pdata', '.debug', '.stab', '.eh_frame'];

/** Tables of symbol numbers without relocations (/guard:cf): a twin is not in them. */
const INDEX_TABLES = ['.gfids', '.giats', '.gljmp', '.gehcont', '.sxdata'];

export function listsIndexes(sections: CoffSections): boolean {
  for (let number = 1; number <= sections.count; number++) {
    const { name, size } = sectionAt(sections, number);
    if (size > 0 && INDEX_TABLES.some((table) => name.startsWith(table))) return true;
  }
  return false;
}

interface CoffUse {
  /** Of the relocation entry in the object. */
  readonly at: number;
  readonly symbol: number;
}

/** Relocation entries that use one of these definitions. */
export function usesOf(object: ByteSource, sections: CoffSections, wanted: ReadonlySet<number>): CoffUse[] {
  const isUsing = (name: string) => !DESCRIBES.some((described) => name.startsWith(described));
  return relocationSymbols(object, sections, isUsing).filter(({ symbol }) => wanted.has(symbol));
}

/** All relocation entries of the given sections, with the symbol of each. */
export function relocationSymbols(
  object: ByteSource,
  sections: CoffSections,
  isWanted: (section: string) => boolean = () => true,
): CoffUse[] {
  const found: CoffUse[] = [];
  for (let number = 1; number <= sections.count; number++) {
    const section = sectionAt(sections, number);
    if (!isWanted(section.name)) continue;
    const { offset, count } = relocationsOf(object, section);
    const view = object.view(count === 0 ? 0 : offset, count * RELOCATION_BYTES, 'relocations');
    for (let at = 0; at < view.length; at += RELOCATION_BYTES)
      found.push({ at: offset + at, symbol: view.u32(at + 4) });
  }
  return found;
}

/** Beyond 65,535 relocations the first entry holds their number, itself included. */
function relocationsOf(object: ByteSource, section: CoffSection): { offset: number; count: number } {
  const { relocationsOffset: offset, relocationCount, characteristics } = section;
  const isOverflowing = (characteristics & IMAGE_SCN_LNK_NRELOC_OVFL) !== 0 && relocationCount === 0xffff;
  return {
    offset,
    count: isOverflowing ? object.view(offset, 4, 'number of relocations').u32(0) : relocationCount,
  };
}
