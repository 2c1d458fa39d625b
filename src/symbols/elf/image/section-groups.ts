import { GRP_COMDAT, SHT_GROUP } from '../../../core/elf/constants.js';
import { LINKONCE_SECTIONS } from '../../../core/elf/group-kinds.js';
import { budgetOf, namesLimit } from '../../budget.js';
import type { ImageGroup } from '../../image/object-image.js';
import { startsWith, stringAt } from '../../string-table.js';
import { NONE } from '../../table.js';
import {
  type ElfSection,
  type ElfSections,
  nameOffset,
  sectionAt,
  sectionBytes,
  sectionType,
} from '../sections.js';
import { type ElfSymbolTable, symbolAt } from '../symtab.js';

/** COMDAT groups of an ELF object: sections that a linker keeps or discards together. */
export interface ImageGroups {
  readonly groups: readonly ImageGroup[];
  /** By section row: row of `groups`, or NONE. */
  readonly groupOf: Int32Array;
}

const LINKONCE = '.gnu.linkonce.';

/**
 * Section groups in the order of the object, then `.gnu.linkonce.*` sections, each a group of its own name.
 * Relocation sections of a group follow the sections that they belong to, and are not listed.
 *
 * @param kinds which of both the object has: bits of src/core/elf/group-sections.ts
 * @param listed numbers of sections, by row
 */
export function readImageGroups(
  sections: ElfSections,
  table: ElfSymbolTable | null,
  rowOfSection: Int32Array,
  listed: Int32Array,
  kinds: number,
): ImageGroups {
  const groups: ImageGroup[] = [];
  const groupOf = new Int32Array(listed.length).fill(NONE);
  if (kinds === 0) return { groups, groupOf };
  const spend = budgetOf(sections.object, 'section groups');
  const spendNames = budgetOf(sections.object, 'group names', namesLimit(table?.strings.bytes.length ?? 0));
  for (let index = 1; index < sections.count; index++) {
    if (sectionType(sections, index) !== SHT_GROUP) continue;
    const section = sectionAt(sections, index);
    spend(section.size);
    if (table === null)
      throw sections.object.error(section.offset, `section ${index}: a group without a symbol table`);
    const group = readGroup(sections, table, section, rowOfSection);
    spendNames(group.signature.length);
    for (const row of group.sections) groupOf[row] = groups.length;
    groups.push(group);
  }
  if ((kinds & LINKONCE_SECTIONS) === 0) return { groups, groupOf };
  for (let row = 0; row < listed.length; row++) {
    const name = nameOffset(sections, listed[row]);
    if (!startsWith(sections.names, name, LINKONCE) || groupOf[row] !== NONE) continue;
    groupOf[row] = groups.length;
    groups.push({ signature: stringAt(sections.names, name), sections: [row], rule: 'linkonce' });
  }
  return { groups, groupOf };
}

function readGroup(
  sections: ElfSections,
  table: ElfSymbolTable,
  section: ElfSection,
  rowOfSection: Int32Array,
): ImageGroup {
  const view = sectionBytes(sections, section, 'section group');
  if (view.length < 4 || view.length % 4 !== 0) throw view.error(0, `group of ${view.length} bytes`);
  const rows: number[] = [];
  for (let at = 4; at < view.length; at += 4) {
    const member = view.u32(at);
    if (member >= sections.count) throw view.error(at, `no section ${member} to be in the group`);
    if (rowOfSection[member] !== NONE) rows.push(rowOfSection[member]);
  }
  const flags = view.u32(0);
  return {
    signature: symbolAt(sections, table, section.info).name,
    sections: rows,
    rule: flags === GRP_COMDAT ? 'comdat' : flags === 0 ? 'group' : `flags 0x${flags.toString(16)}`,
  };
}
