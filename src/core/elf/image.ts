import * as check from './check-contents';
import * as symbols from './data-symbols';
import { groupKinds } from './group-sections';
import { openObject } from './object';
import { findPossiblePlaces, mayBeReached } from './possible-places';
import { findReached, isReached } from './reached';
import { forgetRelocations } from './relocations';
import * as graph from './section-graph';
import { findUses, useOfSection } from './section-use';
import { headers, readSections, sectionCount } from './sections';
import { findSymbolTable } from './survey';
import { readSymbolTable } from './symtab';
import { firstNamed, named, sortTargets } from './target-symbols';

/*
 * Reads all sections, symbols and relocations of an object, for images of it.
 */

/** Reads headers and symbols; numbers are those of the object's header. Fails for a broken object. */
export function elfOpen(
  size: f64,
  bits64: bool,
  bigEndian: bool,
  sectionsOffset: f64,
  sectionCount: i32,
  namesSection: i32,
): void {
  openObject(size, bits64, bigEndian);
  readSections(sectionsOffset, sectionCount, namesSection);
  // Relocation tables and sections refer to each other in any order.
  headers.loadAll();
  findSymbolTable();
  readSymbolTable();
  findUses();
  forgetRelocations();
}

/**
 * Checks sections and relocations of the object that was opened, and returns how many sections are left to check.
 * @param collectsTargets whether `elfNamed` is asked for the symbols that relocations name
 */
export function elfCheckContents(isMips: bool, collectsTargets: bool): i32 {
  check.checkContents(isMips, true, collectsTargets);
  if (collectsTargets) sortTargets();
  return check.unchecked.length;
}

/** Symbols that relocations name: `elfNamed` from `elfFirstNamed` of a section up to that of the next. */
export function elfFirstNamed(): usize {
  return firstNamed.start;
}

export function elfNamed(): usize {
  return named.start;
}

export function elfUnchecked(at: i32): i32 {
  return check.unchecked[at];
}

/** How many relocation sections there are of the sections that an image has the content of. */
export function elfTableCount(): i32 {
  return check.relocating.length;
}

/** Addresses of their columns, in the order of `TABLE_COLUMNS` in src/symbols/elf/image/held-tables.ts. */
export function elfTableColumn(column: i32): usize {
  switch (column) {
    case 0:
      return check.relocating.start;
    case 1:
      return check.relocatedSection.start;
    case 2:
      return check.tableOffset.start;
    default:
      return check.tableSize.start;
  }
}

/**
 * Address of a column by section of the opened object: whether the section may be reached by other means than a name.
 */
export function elfReached(isMips: bool): usize {
  findReached(isMips);
  return isReached.start;
}

/**
 * Reads symbols of an object without opening it, and without their names. Returns the address of a column by section:
 * whether the symbols allow that the section is reached by other means than a name.
 */
export function elfPossiblePlaces(
  size: f64,
  bits64: bool,
  bigEndian: bool,
  sectionsOffset: f64,
  sections: i32,
): usize {
  findPossiblePlaces(size, bits64, bigEndian, sectionsOffset, sections);
  return mayBeReached.start;
}

/** How many sections it has. */
export function elfSectionCount(): i32 {
  return sectionCount;
}

/** Finds which sections refer to each other. Returns false if references reach only parts of the object's sections. */
export function elfReadSectionGraph(isMips: bool, splitsCode: bool): bool {
  return graph.findSectionGraph(isMips, splitsCode);
}

/** How many visible symbols it has. */
export function elfVisibleCount(): i32 {
  return graph.visible.length;
}

/** Addresses of its columns, in the order of `GRAPH_COLUMNS` in src/symbols/elf/references/section-graph.ts. */
export function elfGraphColumn(column: i32): usize {
  switch (column) {
    case 0:
      return graph.firstTarget.start;
    case 1:
      return graph.targets.start;
    case 2:
      return graph.visible.start;
    default:
      return graph.isReached.start;
  }
}

export function elfGroupKinds(): i32 {
  return groupKinds();
}

/** Where the `SectionUse` of each section is. */
export function elfUses(): usize {
  return useOfSection.start;
}

/** Reads the symbols of the object that was opened, and returns how many are compared. */
export function elfReadDataSymbols(): i32 {
  symbols.readDataSymbols();
  return symbols.compared.length;
}

/** Addresses of their columns, in the order of `DATA_COLUMNS` in src/symbols/elf/image/data-columns.ts. */
export function elfDataColumn(column: i32): usize {
  switch (column) {
    case 0:
      return symbols.sectionOf.start;
    case 1:
      return symbols.placeOf.start;
    case 2:
      return symbols.isLocal.start;
    case 3:
      return symbols.rowOf.start;
    case 4:
      return symbols.sectionNamedBy.start;
    case 5:
      return symbols.compared.start;
    case 6:
      return symbols.firstPlaced.start;
    default:
      return symbols.placed.start;
  }
}
