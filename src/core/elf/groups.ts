import { Column } from '../column';
import { Budget, Problem, Table } from '../problem';
import { addGroup } from '../rows';
import { GRP_COMDAT } from './constants';
import { Limit } from './limit';
import { Bytes, objectSize, refuse, u32At } from './object';
import { headerOf, headers, nameIn, sectionCount, sectionNames } from './sections';
import { groupPlace, groupSections, groupSize, groupSymbol, linkonceSections } from './survey';
import { internNameOf, table, tableSymbols } from './symtab';

/** By section: its COMDAT group, or −1. Only where the object has groups. */
const groupOfSection = new Column<i32>();
let hasGroups: bool = false;

const spending = new Limit(Budget.SECTION_GROUPS);

/** Bytes read at once: groups have a few words each and lie close together. */
const WINDOW: f64 = 4096;
const window = new Bytes();

/** `Selection` 'any': the only one of ELF. */
const ANY: u8 = 0;

export function groupOfSectionAt(section: i32): i32 {
  return hasGroups ? groupOfSection[section] : -1;
}

/**
 * The COMDAT group of each section. A SHT_GROUP section is a word of flags and the numbers of its sections (all 32 bits
 * of them: no SHN_XINDEX here); without GRP_COMDAT its sections live and die together, but nothing competes with them.
 *
 * `.gnu.linkonce.t.f`, the form before groups, competes by the section's own name. (GNU ld also lets it compete
 * with a group `f` of one section; lld links all copies but those of a few names.)
 */
export function readGroups(hasTable: bool): void {
  hasGroups = groupSections.length > 0 || linkonceSections.length > 0;
  if (!hasGroups) return;
  groupOfSection.fill(sectionCount, 0xff);
  for (let at = 0; at < linkonceSections.length; at++) {
    const section = linkonceSections.section[at];
    groupOfSection[section] = addGroup(sectionNames.internAt(nameIn(headerOf(section))), ANY, 0, 0);
  }
  if (hasTable) readGroupSections();
}

/** Number of groups from which tables are read as a whole, since each group may refer to a different part. */
const MANY_GROUPS: i32 = 16;

function readGroupSections(): void {
  window.clear();
  if (groupSections.length >= MANY_GROUPS) {
    headers.loadAll();
    table.loadAll();
  }
  spending.begin(objectSize());
  for (let at = 0; at < groupSections.length; at++) {
    const section = groupSections.section[at];
    const offset = groupPlace[at];
    const size = groupSize[at];
    if (size < 4 || (<u64>size & 3) !== 0) refuse(Problem.GROUP_SIZE, offset, section, size);
    spending.spend(size);
    const words = wordsAt(offset, size);
    if ((u32At(words) & GRP_COMDAT) === 0) continue;
    const symbol = groupSymbol[at];
    if (symbol >= <u32>tableSymbols) refuse(Problem.GROUP_SYMBOL, offset, section, symbol);
    addMembers(at, addGroup(internNameOf(symbol), ANY, 0, 0), words);
  }
}

/** @param at row of `groupSections` @param words its words, of which the first is not a section */
function addMembers(at: i32, group: i32, words: usize): void {
  for (let word = words + 4, end = words + <usize>groupSize[at]; word < end; word += 4) {
    const member = u32At(word);
    if (member >= <u32>sectionCount)
      refuse(Problem.GROUP_MEMBER, groupPlace[at], groupSections.section[at], member);
    groupOfSection[member] = group;
  }
}

/** The bytes of a group, with those of the groups that follow it. */
function wordsAt(offset: f64, size: f64): usize {
  const isRead = offset >= window.offset && offset + size <= window.offset + <f64>window.length;
  if (!isRead) {
    const isLast = size >= WINDOW || offset + WINDOW > objectSize();
    window.read(Table.SECTION_GROUP, offset, isLast ? size : WINDOW);
  }
  return window.start + <usize>(offset - window.offset);
}
