import { SHT_GROUP, SHT_SYMTAB, SHT_SYMTAB_SHNDX } from '../../core/elf/constants.js';
import { entryBytes } from './header.js';
import { type ElfSections, sectionType } from './sections.js';

/** Numbers of the sections with symbol tables; 0 without one. */
export interface ElfTables {
  readonly symtab: number;
  readonly symtabShndx: readonly number[];
  readonly groups: readonly number[];
}

/** The one symbol table that a linker reads, and what goes with it. */
export function findTables(sections: ElfSections): ElfTables {
  const symtabs: number[] = [];
  const symtabShndx: number[] = [];
  const groups: number[] = [];
  for (let index = 1; index < sections.count; index++) {
    const type = sectionType(sections, index);
    if (type !== SHT_SYMTAB && type !== SHT_SYMTAB_SHNDX && type !== SHT_GROUP) continue;
    requireName(sections, index);
    (type === SHT_GROUP ? groups : type === SHT_SYMTAB ? symtabs : symtabShndx).push(index);
  }
  return { symtab: symtabs[0] ?? 0, symtabShndx, groups };
}

/** No reader uses these names, but one that is out of range is a sign of damage. @throws MalformedError */
function requireName({ header, headers, names }: ElfSections, index: number): void {
  const at = index * entryBytes(header);
  const name = headers.u32(at);
  if (name !== 0 && name > names.lastNul) throw headers.error(at, `section ${index}: no name at ${name}`);
}
