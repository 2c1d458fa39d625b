import { Column } from '../column';
import { reservedMeaning } from '../host';
import { ABSOLUTE_SECTION, COMMON_SECTION, UNDEFINED_SECTION, UNLISTED_SECTION } from '../image-sections';
import { List } from '../list';
import { Budget, Problem, ReservedMeaning, SectionUse } from '../problem';
import { lengthOfText } from '../words';
import {
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  STB_LOCAL,
  STT_FILE,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_SECTION,
} from './constants';
import { Limit } from './limit';
import { refuse, u32At, wordAt } from './object';
import { useOfSection } from './section-use';
import { sectionCount } from './sections';
import { namesLimit } from './strings';
import {
  entryOf,
  extendedIndex,
  indexAt,
  infoAt,
  placeOfSymbol,
  strings,
  tableSymbols,
  valueField,
} from './symtab';

/*
 * The symbols of an object whose data is compared: columns by number of a symbol, number 0 included.
 */

/** A section, or one of the constants of `image-sections.ts`; UNLISTED_SECTION for section and file symbols. */
export const sectionOf = Column.of<i32>();
/** Bytes from the start of the section; a value if absolute, the alignment if common. Exact up to 2⁵³. */
export const placeOf = Column.of<f64>();
export const isLocal = Column.of<u8>();
/** The number itself; NONE for a symbol that relocations do not name as one: of a section, of a source file. */
export const rowOf = Column.of<i32>();
/** The section that a section symbol names, or NONE. */
export const sectionNamedBy = Column.of<i32>();
/** Symbols whose data is compared under their names. Code may differ between two compilations of one unit. */
export const compared = List.empty();
/** Symbols other than assembler labels, sorted by section: those of section s begin at `first[s]`. */
export const placed = Column.of<i32>();
export const firstPlaced = Column.of<i32>();

const isPlaced = Column.of<u8>();
const nextPlaced = Column.of<i32>();
const names = new Limit(Budget.SYMBOL_NAMES);

/** Uses must be known. Fails for a symbol of a section that is not there, or a name outside of the string table. */
export function readDataSymbols(): void {
  begin();
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    const info = infoAt(entry);
    isLocal[symbol] = info >>> 4 === STB_LOCAL ? 1 : 0;
    if ((info & 15) !== STT_FILE) readSymbol(symbol, entry, info & 15);
  }
  sortByPlace();
}

function readSymbol(symbol: i32, entry: usize, type: u32): void {
  const home = homeOf(symbol, entry);
  if (home !== UNDEFINED_SECTION) placeOf[symbol] = wordAt(entry + valueField());
  if (type === STT_SECTION) {
    if (home >= 0) sectionNamedBy[symbol] = home;
    return;
  }
  const name = strings.at(u32At(entry));
  names.spend(lengthOfText(name));
  sectionOf[symbol] = home;
  rowOf[symbol] = symbol;
  if (isComparedAt(symbol, type, home)) compared.push(symbol);
  if (home < 0 || (isLocal[symbol] !== 0 && isLabel(name))) return;
  isPlaced[symbol] = 1;
  firstPlaced[home + 1]++;
}

/** Reads only where symbols are, and which are local. Names are within their table, but are not read. */
export function readHomes(): void {
  beginHomes();
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    const info = infoAt(entry);
    isLocal[symbol] = info >>> 4 === STB_LOCAL ? 1 : 0;
    const type = info & 15;
    if (type === STT_FILE) continue;
    const home = homeOf(symbol, entry);
    if (home !== UNDEFINED_SECTION) placeOf[symbol] = wordAt(entry + valueField());
    if (type === STT_SECTION) {
      if (home >= 0) sectionNamedBy[symbol] = home;
    } else {
      strings.at(u32At(entry));
      sectionOf[symbol] = home;
    }
  }
}

function beginHomes(): void {
  sectionOf.reserve(tableSymbols);
  for (let symbol = 0; symbol < tableSymbols; symbol++) sectionOf[symbol] = UNLISTED_SECTION;
  placeOf.fill(tableSymbols, 0);
  isLocal.fill(tableSymbols, 0);
  sectionNamedBy.fill(max(tableSymbols, 1), 0xff);
}

function begin(): void {
  beginHomes();
  compared.clear();
  names.begin(namesLimit(strings));
  isPlaced.fill(tableSymbols, 0);
  rowOf.fill(max(tableSymbols, 1), 0xff);
  firstPlaced.fill(sectionCount + 1, 0);
}

function sortByPlace(): void {
  nextPlaced.reserve(sectionCount + 1);
  for (let section = 0; section < sectionCount; section++) {
    nextPlaced[section] = firstPlaced[section];
    firstPlaced[section + 1] += firstPlaced[section];
  }
  placed.reserve(firstPlaced[sectionCount]);
  for (let symbol = 1; symbol < tableSymbols; symbol++)
    if (isPlaced[symbol] !== 0) placed[nextPlaced[sectionOf[symbol]]++] = symbol;
}

function isComparedAt(symbol: i32, type: u32, home: i32): bool {
  if (isLocal[symbol] !== 0 || type === STT_FUNC || type === STT_GNU_IFUNC) return false;
  if (home < 0) return home === ABSOLUTE_SECTION || home === COMMON_SECTION;
  return useOfSection[home] !== <u8>SectionUse.IGNORED;
}

/** Assembler labels are positions within other data: `.L5`, `L_.str`, `ltmp0`. */
function isLabel(name: usize): bool {
  const first = load<u8>(name);
  if (first === 0x4c) return true;
  if (first === 0x2e) return load<u8>(name + 1) === 0x4c;
  if (first !== 0x6c) return false;
  const digit = <u32>load<u8>(name + 4) - 0x30;
  return load<u32>(name) === 0x706d_746c && digit < 10;
}

/** Where a symbol is defined. */
function homeOf(symbol: i32, entry: usize): i32 {
  let index = indexAt(entry);
  if (index === SHN_UNDEF) return UNDEFINED_SECTION;
  if (index === SHN_XINDEX) index = extendedIndex(symbol);
  else if (index >= <u32>SHN_LORESERVE) return meaningOf(index);
  if (index >= <u32>sectionCount)
    refuse(Problem.SYMBOL_SECTION, placeOfSymbol(symbol), <f64>symbol, index, <f64>sectionCount);
  return useOfSection[index] === <u8>SectionUse.TABLE ? UNLISTED_SECTION : index;
}

function meaningOf(index: u32): i32 {
  switch (reservedMeaning(index)) {
    case ReservedMeaning.UNDEFINED:
      return UNDEFINED_SECTION;
    case ReservedMeaning.COMMON:
      return COMMON_SECTION;
    default:
      return ABSOLUTE_SECTION;
  }
}
