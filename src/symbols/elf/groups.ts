import type { ByteView } from '../../bytes/byte-view.js';
import { budgetOf } from '../budget.js';
import { internAt } from '../string-table.js';
import { NONE, type SymbolSink } from '../table.js';
import { GRP_COMDAT, STT_SECTION } from './constants.js';
import { type ElfSection, type ElfSections, sectionAt } from './sections.js';
import type { ElfSurvey } from './survey.js';
import { type ElfSymbolTable, symbolAt } from './symtab.js';

/** Groups are a few words each, and stand close together: one read serves many. */
const WINDOW = 4096;

/**
 * The COMDAT group of each section, or null when there are none. A SHT_GROUP section is a word of flags and the
 * numbers of its sections (all 32 bits of them: no SHN_XINDEX here); without GRP_COMDAT its sections live and die
 * together, but nothing competes with them.
 *
 * `.gnu.linkonce.t.f`, the form before groups, competes by the section's own name. (GNU ld also lets it compete
 * with a group `f` of one section; lld links all copies but those of a few names.)
 */
export function readGroups(
  sections: ElfSections,
  survey: ElfSurvey,
  table: ElfSymbolTable | null,
  out: SymbolSink,
): Int32Array | null {
  if (survey.groups.length === 0 && survey.linkonce.length === 0) return null;
  const groupOf = new Int32Array(sections.count).fill(NONE);
  for (const index of survey.linkonce) {
    const { nameOffset } = sectionAt(sections, index);
    groupOf[index] = out.group(internAt(sections.names, nameOffset, out), 'any');
  }
  if (table !== null) readGroupSections(sections, survey.groups, table, groupOf, out);
  return groupOf;
}

function readGroupSections(
  sections: ElfSections,
  groups: readonly number[],
  table: ElfSymbolTable,
  groupOf: Int32Array,
  out: SymbolSink,
): void {
  let window = sections.headers.slice(0, 0, 'section group');
  const spend = budgetOf(sections.object, 'section groups');
  for (const index of groups) {
    const group = sectionAt(sections, index);
    if (group.size < 4 || group.size % 4 !== 0)
      throw groupError(sections, group, `group of ${group.size} bytes`);
    spend(group.size);
    const windowStart = window.fileOffset - sections.object.start;
    let at = group.offset - windowStart;
    if (!(at >= 0 && at + group.size <= window.length)) {
      window = readWindow(sections, group);
      at = 0;
    }
    if ((window.u32(at) & GRP_COMDAT) === 0) continue;
    const id = out.group(signatureOf(sections, table, group, out), 'any');
    for (let member = at + 4; member < at + group.size; member += 4) {
      const section = window.u32(member);
      if (section >= sections.count)
        throw groupError(sections, group, `no section ${section} to be in the group`);
      groupOf[section] = id;
    }
  }
}

const groupError = (sections: ElfSections, group: ElfSection, problem: string) =>
  sections.object.error(group.offset, `section ${group.index}: ${problem}`);

function readWindow({ object, header }: ElfSections, { offset, size }: ElfSection): ByteView {
  return size >= WINDOW || offset + WINDOW > object.size
    ? object.view(offset, size, 'section group', header.littleEndian)
    : object.view(offset, WINDOW, 'section group', header.littleEndian);
}

/** The name of symbol sh_info; of a section symbol, that of its section. */
function signatureOf(
  sections: ElfSections,
  table: ElfSymbolTable,
  group: ElfSection,
  out: SymbolSink,
): number {
  if (group.info >= table.count)
    throw groupError(sections, group, `no symbol ${group.info} to name the group`);
  const { view, layout, strings } = table;
  const at = group.info * layout.bytes;
  if ((view.u8(at + layout.info) & 15) !== STT_SECTION) return internAt(strings, view.u32(at), out);
  const { sectionIndex } = symbolAt(sections, table, group.info);
  return internAt(sections.names, sectionAt(sections, sectionIndex).nameOffset, out);
}
