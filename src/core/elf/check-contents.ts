import { Column } from '../column';
import { List } from '../list';
import { Budget, Problem, SectionUse, Table } from '../problem';
import { SHF_LINK_ORDER, SHT_LLVM_ADDRSIG, SHT_LLVM_CALL_GRAPH_PROFILE, SHT_NOBITS } from './constants';
import { Limit } from './limit';
import { objectSize, refuse, requireRange } from './object';
import { addendIn, placeInSection, Relocations, symbolIn } from './relocations';
import { useOfSection } from './section-use';
import {
  bytesIn,
  flagsIn,
  headerOf,
  headers,
  infoIn,
  isOfRelocations,
  linkIn,
  offsetIn,
  placeIn,
  sectionCount,
  sizeIn,
  typeIn,
} from './sections';
import { tableSymbols } from './symtab';
import { addTarget, beginTargets } from './target-symbols';

/*
 * Checks that the sections of an object are in it, and that their relocations are: what a linker would find damaged.
 */

/** Sections with addends or numbers of symbols in their bytes, which are checked in TypeScript. */
export const unchecked = List.empty();
/** Relocation sections of the sections that an image has the content of, in order; with their fields. */
export const relocating = List.empty();
export const relocatedSection = Column.of<i32>();
export const tableOffset = Column.of<f64>();
export const tableSize = Column.of<f64>();

const relocations = new Relocations();
const contents = new Limit(Budget.SECTION_CONTENTS);
const tables = new Limit(Budget.RELOCATIONS);

/** 2⁵³ − 1: larger integers are not all exact. */
const LARGEST_EXACT: f64 = 9007199254740991;

/** Whether the symbols that relocations name are collected. */
let collects: bool = false;

/**
 * Uses must be known. Fails for a broken object.
 * @param checksEntries whether relocations are checked, not only where their tables are: a caller that reads them all
 *   may check them with `checkEntry`
 * @param collectsTargets for `target-symbols.ts`, of relocations that are checked
 */
export function checkContents(isMips: bool, checksEntries: bool, collectsTargets: bool = false): void {
  collects = collectsTargets;
  if (collects) beginTargets();
  unchecked.clear();
  relocating.clear();
  contents.begin(objectSize());
  tables.begin(objectSize());
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    const type = typeIn(header);
    if (isOfRelocations(type)) checkTable(section, header, isMips, checksEntries);
    else if (useOfSection[section] !== <u8>SectionUse.TABLE) {
      requireLeader(header);
      if (isCompared(section)) checkSection(section, type, header);
    }
  }
}

function isCompared(section: i32): bool {
  const use = useOfSection[section];
  return use !== <u8>SectionUse.TABLE && use !== <u8>SectionUse.IGNORED;
}

/** Fails for a section that must follow a section that does not exist. */
function requireLeader(header: usize): void {
  if ((flagsIn(header) & SHF_LINK_ORDER) !== 0) headerOf(linkIn(header));
}

function checkSection(section: i32, type: u32, header: usize): void {
  if (type !== SHT_NOBITS) contents.spend(sizeIn(header));
  if (bytesIn(header) > 0) requireRange(Table.SECTION_CONTENT, placeIn(header), bytesIn(header));
  if (type === SHT_LLVM_ADDRSIG || type === SHT_LLVM_CALL_GRAPH_PROFILE) unchecked.push(section);
}

function noteTable(table: i32, section: i32, header: usize): void {
  const row = relocating.length;
  relocating.push(table);
  relocatedSection.reserve(row + 1);
  tableOffset.reserve(row + 1);
  tableSize.reserve(row + 1);
  relocatedSection[row] = section;
  tableOffset[row] = offsetIn(header);
  tableSize[row] = sizeIn(header);
}

function checkTable(table: i32, header: usize, isMips: bool, checksEntries: bool): void {
  const section = infoIn(header);
  if (section >= <u32>sectionCount || !isCompared(section)) return;
  noteTable(table, section, header);
  tables.spend(sizeIn(header));
  relocations.open(header);
  const hasAddends = relocations.hasAddends;
  if (!hasAddends) unchecked.push(section);
  if (!checksEntries) return;
  const target = headers.at(section);
  const size = sizeIn(target);
  for (let entry = relocations.next(); entry !== 0; entry = relocations.next()) {
    checkEntry(entry, isMips, section, size, hasAddends);
    if (collects) addTarget(table, section, symbolIn(entry, isMips));
  }
}

/** Fails for a broken relocation. @param size of the section that it is of */
export function checkEntry(entry: usize, isMips: bool, section: u32, size: f64, hasAddends: bool): void {
  if (placeInSection(entry) > size)
    refuse(Problem.RELOCATION_OFFSET, placeOfContent(section), section, placeInSection(entry), size);
  const symbol = symbolIn(entry, isMips);
  if (symbol >= <u32>tableSymbols && symbol !== 0)
    refuse(Problem.RELOCATION_SYMBOL, placeOfContent(section), section, symbol, <f64>tableSymbols);
  if (hasAddends && abs(addendIn(entry)) > LARGEST_EXACT)
    refuse(Problem.RELOCATION_ADDEND, placeOfContent(section), section, addendIn(entry));
}

function placeOfContent(section: u32): f64 {
  return offsetIn(headers.at(section));
}
