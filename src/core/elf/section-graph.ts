import { Column } from '../column';
import { List } from '../list';
import { SectionUse } from '../problem';
import * as check from './check-contents';
import { STB_GLOBAL, STB_GNU_UNIQUE, STB_WEAK, STT_FUNC, STT_GNU_IFUNC } from './constants';
import { isLocal, placeOf, readHomes, sectionNamedBy, sectionOf } from './data-symbols';
import { wordAt } from './object';
import { Relocations, symbolIn } from './relocations';
import { useOfSection } from './section-use';
import { headers, sectionCount, sizeIn } from './sections';
import { entryOf, infoAt, sizeField, tableSymbols } from './symtab';

/*
 * Sections of an object that refer to each other without a linkage name, of an object in which no two functions share a
 * section: there each section is reached as a whole.
 */

/** Sections that section s refers to: those from `firstTarget[s]` to `firstTarget[s + 1]`. */
export const firstTarget = Column.of<i32>();
export const targets = Column.of<i32>();
/** Sections of the symbols that other objects see, in the order of the table. */
export const visible = List.empty();

/** By section: 1 where definitions may be reached by their place. */
export const isReached = Column.of<u8>();
/** By section: whether a visible symbol in it was seen. */
const isNamed = Column.of<u8>();

/** A reference each: from which section, and to which. */
const referring = List.empty();
const referredTo = List.empty();
/** By section: the relocation table that referred to it last. */
const lastTable = Column.of<i32>();
const nextTarget = Column.of<i32>();

const relocations = new Relocations();

/**
 * Uses must be known. Returns false for an object that is not as simple as that. Fails for a broken one.
 * @param splitsCode whether code that shares a section is reached function by function
 */
export function findSectionGraph(isMips: bool, splitsCode: bool): bool {
  check.checkContents(isMips, false);
  readHomes();
  if (check.unchecked.length > 0 || !areSymbolsSimple(splitsCode)) return false;
  referring.clear();
  referredTo.clear();
  lastTable.fill(sectionCount, 0xff);
  for (let table = 0; table < check.relocating.length; table++) addReferences(table, isMips);
  sortTargets();
  findReached();
  return true;
}

/** Lists the sections of visible symbols. @returns false for an unknown binding, and where functions share a section */
function areSymbolsSimple(splitsCode: bool): bool {
  visible.clear();
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    const section = sectionOf[symbol];
    if (isLocal[symbol] === 0) {
      if (!isKnownBinding(infoAt(entry) >>> 4)) return false;
      if (section >= 0) visible.push(section);
    }
    if (splitsCode && section >= 0 && isPartOfCode(symbol, entry, section)) return false;
  }
  return true;
}

function isKnownBinding(binding: u32): bool {
  return binding === STB_GLOBAL || binding === STB_WEAK || binding === STB_GNU_UNIQUE;
}

/** Whether a function begins or ends within a section of code. */
function isPartOfCode(symbol: i32, entry: usize, section: i32): bool {
  const type = infoAt(entry) & 15;
  if (type !== STT_FUNC && type !== STT_GNU_IFUNC) return false;
  return useOfSection[section] === <u8>SectionUse.CODE && !fillsSection(symbol, entry, section);
}

function fillsSection(symbol: i32, entry: usize, section: i32): bool {
  const size = sizeIn(headers.at(section));
  const start = placeOf[symbol];
  const end = start + wordAt(entry + sizeField());
  return (start === 0 || start >= size) && (end === 0 || end >= size);
}

function addReferences(table: i32, isMips: bool): void {
  const section = check.relocatedSection[table];
  relocations.open(headers.at(check.relocating[table]));
  const hasAddends = relocations.hasAddends;
  const size = sizeIn(headers.at(section));
  for (let entry = relocations.next(); entry !== 0; entry = relocations.next()) {
    check.checkEntry(entry, isMips, section, size, hasAddends);
    const target = targetOf(symbolIn(entry, isMips));
    if (target < 0 || lastTable[target] === table) continue;
    lastTable[target] = table;
    referring.push(section);
    referredTo.push(target);
  }
}

/** The section that a relocation to a symbol refers to; negative where it refers by a linkage name, or to none. */
function targetOf(symbol: u32): i32 {
  if (symbol === 0) return -1;
  return sectionNamedBy[symbol] >= 0
    ? sectionNamedBy[symbol]
    : isLocal[symbol] !== 0
      ? sectionOf[symbol]
      : -1;
}

/** Finds where definitions may be reached by their place, as src/core/elf/reached.ts does. */
function findReached(): void {
  isReached.fill(sectionCount, 0);
  for (let at = 0; at < referring.length; at++) {
    const use = useOfSection[referring[at]];
    if (use !== <u8>SectionUse.UNWIND && use !== <u8>SectionUse.ADDRSIG) isReached[referredTo[at]] = 1;
  }
  isNamed.fill(sectionCount, 0);
  for (let at = 0; at < visible.length; at++) {
    if (isNamed[visible[at]] !== 0) isReached[visible[at]] = 1;
    isNamed[visible[at]] = 1;
  }
}

function sortTargets(): void {
  firstTarget.fill(sectionCount + 1, 0);
  nextTarget.reserve(sectionCount + 1);
  targets.reserve(referring.length);
  for (let at = 0; at < referring.length; at++) firstTarget[referring[at] + 1]++;
  for (let section = 0; section < sectionCount; section++) {
    nextTarget[section] = firstTarget[section];
    firstTarget[section + 1] += firstTarget[section];
  }
  for (let at = 0; at < referring.length; at++) targets[nextTarget[referring[at]]++] = referredTo[at];
}
