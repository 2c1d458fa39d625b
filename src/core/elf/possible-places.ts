import { Column } from '../column';
import { Problem, Table } from '../problem';
import { SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX, SHT_SYMTAB, SHT_SYMTAB_SHNDX, STB_LOCAL } from './constants';
import { Entries } from './entries';
import { Bytes, openObject, refuse, u32At } from './object';
import { bytesIn, headers, linkIn, placeIn, readSections, sectionCount, typeIn } from './sections';
import { indexAt, infoAt, symbolBytes } from './symtab';

/*
 * Sections of which a relocation can refer to a place, by the symbols of an object alone: a relocation to a place names
 * a local symbol of the section. Few sections of an object with a section for each definition have one, so that its
 * relocations need not be read.
 */

const symbols = new Entries(Table.SYMBOLS);
const extended = new Bytes();

/** By section: 1 if a local symbol is in it, or two others. */
export const mayBeReached = Column.of<u8>();
/** By section: whether a linkage name in it was seen. */
const isNamed = Column.of<u8>();

/** Reads headers and symbols, but no names; numbers are those of the object's header. Fails for a broken object. */
export function findPossiblePlaces(
  size: f64,
  bits64: bool,
  bigEndian: bool,
  sectionsOffset: f64,
  sections: i32,
): void {
  openObject(size, bits64, bigEndian);
  readSections(sectionsOffset, sections, 0);
  mayBeReached.fill(sectionCount, 0);
  isNamed.fill(sectionCount, 0);
  const table = sectionOfType(SHT_SYMTAB, 0);
  if (table === 0) return;
  const header = headers.at(table);
  symbols.open(placeIn(header), bytesIn(header), symbolBytes());
  if (<u32>symbols.byteLength % symbolBytes() !== 0)
    refuse(Problem.RAGGED_SYMBOLS, symbols.offset, <f64>symbols.byteLength);
  readExtendedIndexes(table);
  for (let symbol = 1; symbol < symbols.length; symbol++) {
    const entry = symbols.at(symbol);
    const section = sectionOf(symbol, entry);
    if (section === 0 || section >= <u32>sectionCount) continue;
    if (infoAt(entry) >>> 4 === STB_LOCAL || isNamed[section] !== 0) mayBeReached[section] = 1;
    else isNamed[section] = 1;
  }
}

/** The first section of a type that is linked to another one, if that is given; 0 without one. */
function sectionOfType(type: u32, link: u32): i32 {
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (typeIn(header) === type && (link === 0 || linkIn(header) === link)) return section;
  }
  return 0;
}

function readExtendedIndexes(table: u32): void {
  extended.clear();
  const section = sectionOfType(SHT_SYMTAB_SHNDX, table);
  if (section === 0) return;
  const header = headers.at(section);
  extended.read(Table.EXTENDED_INDEXES, placeIn(header), bytesIn(header));
}

/** Number of the section that a symbol is in, which may not exist; 0 for a symbol that is in none. */
function sectionOf(symbol: i32, entry: usize): u32 {
  const index = indexAt(entry);
  if (index !== SHN_XINDEX) return index === SHN_UNDEF || index >= <u32>SHN_LORESERVE ? 0 : index;
  const at = <f64>symbol * 4;
  if (at + 4 > <f64>extended.length) refuse(Problem.NO_EXTENDED_INDEXES, symbols.offset, <f64>symbol);
  return u32At(extended.start + <usize>symbol * 4);
}
