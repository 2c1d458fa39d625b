import { Budget } from '../problem';
import { lengthOfText } from '../words';
import { SHN_XINDEX, STT_FUNC, STT_NOTYPE, STT_OBJECT } from './constants';
import { Limit } from './limit';
import { u32At, wordAt } from './object';
import { namesLimit } from './strings';
import { entryOf, extendedIndex, indexAt, infoAt, strings, tableSymbols, valueField } from './symtab';

/*
 * Symbols by the place that they are at: for slots that name a section and an offset in place of a local symbol.
 */

const names = new Limit(Budget.SYMBOL_NAMES);

/** Fails for a symbol with a possible place whose section or name cannot be read. */
export function checkPlaces(): void {
  names.begin(namesLimit(strings));
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    if (!mayHavePlace(entry)) continue;
    sectionIndexOf(symbol, entry);
    names.spend(<f64>lengthOfText(strings.at(u32At(entry))));
  }
}

/**
 * The first named symbol at a place, of which all compilers make the others aliases; −1 without one.
 * @param section as the symbol has it: a section number, or a reserved index
 */
export function symbolAtPlace(section: u32, value: f64): i32 {
  for (let symbol = 1; symbol < tableSymbols; symbol++) {
    const entry = entryOf(symbol);
    if (
      wordAt(entry + valueField()) === value &&
      mayHavePlace(entry) &&
      sectionIndexOf(symbol, entry) === section &&
      isNameOfPlace(strings.at(u32At(entry)))
    )
      return symbol;
  }
  return -1;
}

function mayHavePlace(entry: usize): bool {
  const type = infoAt(entry) & 15;
  return type === STT_FUNC || type === STT_OBJECT || type === STT_NOTYPE;
}

function sectionIndexOf(symbol: i32, entry: usize): u32 {
  const index = indexAt(entry);
  return index === SHN_XINDEX ? extendedIndex(symbol) : index;
}

/** Labels of the assembler (`.L…`) and of the disassembler (`$d`) name no place. */
function isNameOfPlace(name: usize): bool {
  const first = load<u8>(name);
  return first !== 0 && first !== 0x24 && (first !== 0x2e || load<u8>(name + 1) !== 0x4c);
}
