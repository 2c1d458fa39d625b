import {
  SHT_CREL,
  SHT_GROUP,
  SHT_NULL,
  SHT_REL,
  SHT_RELA,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
} from '../../../core/elf/constants.js';
import { NONE } from '../../table.js';
import { type ElfSections, sectionAt, sectionType } from '../sections.js';

/** Types of sections that say something of others, and reach an image as that. */
const TABLES = new Set([SHT_NULL, SHT_SYMTAB, SHT_SYMTAB_SHNDX, SHT_RELA, SHT_REL, SHT_CREL, SHT_GROUP]);

/** The sections that an image lists: all but tables, section 0 and strings of symbol tables. */
export interface ListedRows {
  readonly count: number;
  /** By section number: its row, or NONE. */
  readonly rowOf: Int32Array;
}

export function listedRows(sections: ElfSections): ListedRows {
  const rowOf = new Int32Array(sections.count).fill(NONE);
  const strings = new Set([sections.namesSection]);
  const isTable = new Uint8Array(sections.count);
  for (let index = 1; index < sections.count; index++) {
    const type = sectionType(sections, index);
    if (TABLES.has(type)) isTable[index] = 1;
    if (type === SHT_SYMTAB) strings.add(sectionAt(sections, index).link);
  }
  let count = 0;
  for (let index = 1; index < sections.count; index++)
    if (isTable[index] === 0 && !strings.has(index)) rowOf[index] = count++;
  return { count, rowOf };
}
