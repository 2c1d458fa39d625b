import { entryBytes } from './header.js';
import { type ElfSections, sectionAt } from './sections.js';
import type { ElfSymbolTable } from './symtab.js';

/** Bytes of the longest ELF header. */
const HEADER_BYTES = 64;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether no two of the tables that an edit changes or a reader of symbols needs overlap, as in every object that a
 * compiler makes: then an edit of one changes nothing else.
 *
 * @param others numbers of further sections that a reader of symbols needs
 */
export function areTablesDisjoint(
  sections: ElfSections,
  table: ElfSymbolTable,
  others: readonly number[],
): boolean {
  const { header, count, namesSection } = sections;
  const needed = new Set([
    table.section,
    sectionAt(sections, table.section).link,
    ...(namesSection === 0 ? [] : [namesSection]),
    ...others,
  ]);
  const ranges: Range[] = [
    { start: 0, end: HEADER_BYTES },
    { start: header.sectionsOffset, end: header.sectionsOffset + count * entryBytes(header) },
  ];
  for (const section of needed) {
    const { offset, size } = sectionAt(sections, section);
    ranges.push({ start: offset, end: offset + size });
  }
  ranges.sort((one, other) => one.start - other.start);
  return ranges.every(({ start }, at) => at === 0 || start >= ranges[at - 1].end);
}
