import { Column } from '../column';
import { Budget, SectionUse } from '../problem';
import { SHN_LORESERVE, SHN_UNDEF, SHN_XINDEX, STB_LOCAL } from './constants';
import { Limit } from './limit';
import { objectSize } from './object';
import { Relocations, symbolIn } from './relocations';
import { useOfSection } from './section-use';
import { headers, infoIn, isOfRelocations, sectionCount, sizeIn, typeIn } from './sections';
import { entryOf, extendedIndex, indexAt, infoAt, tableSymbols } from './symtab';

/*
 * Sections with a definition that may be reached in another way than by its linkage name.
 */

/** By section: 1 if the object's own code or data refers to a place in it, or if it has a second linkage name. */
export const isReached = Column.of<u8>();

/** By number of a local symbol: its section, or 0. */
const home = Column.of<i32>();
/** By section: whether a linkage name in it was seen. */
const isNamed = Column.of<u8>();

const relocations = new Relocations();
const tables = new Limit(Budget.RELOCATIONS);

/** Uses must be known. Fails for a broken object. */
export function findReached(isMips: bool): void {
  isReached.fill(sectionCount, 0);
  if (tableSymbols === 0) return;
  findHomes();
  tables.begin(objectSize());
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (!isOfRelocations(typeIn(header)) || !usesTargets(infoIn(header))) continue;
    tables.spend(sizeIn(header));
    relocations.open(header);
    for (let entry = relocations.next(); entry !== 0; entry = relocations.next()) {
      const symbol = symbolIn(entry, isMips);
      if (symbol < <u32>tableSymbols) isReached[home[symbol]] = 1;
    }
  }
  isReached[0] = 0;
}

/** Debug information, unwind tables and lists of addresses refer to definitions without using them. */
function usesTargets(section: u32): bool {
  if (section >= <u32>sectionCount) return false;
  const use = useOfSection[section];
  return use !== <u8>SectionUse.IGNORED && use !== <u8>SectionUse.UNWIND && use !== <u8>SectionUse.ADDRSIG;
}

function findHomes(): void {
  home.fill(tableSymbols, 0);
  isNamed.fill(sectionCount, 0);
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    const section = sectionOf(symbol, entry);
    if (section === 0 || section >= <u32>sectionCount) continue;
    if (infoAt(entry) >>> 4 === STB_LOCAL) home[symbol] = section;
    else if (isNamed[section] !== 0) isReached[section] = 1;
    else isNamed[section] = 1;
  }
}

/** Number of the section that a symbol is in, which may not exist; 0 for a symbol that is in none. */
function sectionOf(symbol: i32, entry: usize): u32 {
  const index = indexAt(entry);
  if (index === SHN_XINDEX) return extendedIndex(symbol);
  return index === SHN_UNDEF || index >= <u32>SHN_LORESERVE ? 0 : index;
}
