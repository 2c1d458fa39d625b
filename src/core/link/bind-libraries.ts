import { Column } from '../column';
import { isCommon, isDefined } from '../symbol-flags';
import { endSymbol, firstSymbol, flagsOf, isObject, memberCount, nameOf, names } from './graph';
import { rule } from './linker';
import { libraries, loaded } from './load-state';
import { Extraction, Rule } from './rules';
import { replacesCommon, staysWithin } from './symbol-states';
import { refer, winnerOf } from './winners';

const NONE: i32 = -1;

/** By name: 1 if a loaded file requires that it is resolved within the output. */
const isWithin = Column.of<u8>();
/** By name: 1 if an object defines it, loaded or not. */
const isDefinedHere = Column.of<u8>();

/**
 * Binds names to shared libraries: a name that no loaded file defines is bound to the first library that defines it,
 * unless a hidden or protected reference must be resolved within the output. References of a library count as
 * references of the link only if some file on the line could define the name; others are resolved by the library's own
 * dependencies.
 */
export function bindToLibraries(): void {
  if (libraries.length === 0) return;
  findWithin();
  findDefinedHere();
  for (let at = 0; at < libraries.length; at++) {
    const library = libraries[at];
    for (let symbol = firstSymbol(library), end = endSymbol(library); symbol < end; symbol++)
      if (isDefined(flagsOf[symbol])) bindToLibrary(symbol, nameOf[symbol]);
      else if (isDefinedHere[nameOf[symbol]] === 1) refer(nameOf[symbol], flagsOf[symbol]);
  }
}

/** Binds a name to a shared library's definition unless the present one stays: a COMMON may yield to it. */
function bindToLibrary(symbol: i32, name: i32): void {
  const present = winnerOf[name];
  const isReplaced = present === NONE || (isCommon(flagsOf[present]) && replacesCommon(flagsOf[symbol]));
  if (!isReplaced) return;
  if (isWithin[name] === 0) winnerOf[name] = symbol;
  // mold has already chosen the library at that point.
  else if (rule(Rule.EXTRACTION) === Extraction.REACHABILITY) winnerOf[name] = NONE;
}

function findWithin(): void {
  isWithin.fill(names, 0);
  for (let at = 0; at < loaded.length; at++)
    for (let symbol = firstSymbol(loaded[at]), end = endSymbol(loaded[at]); symbol < end; symbol++)
      if (staysWithin(flagsOf[symbol])) isWithin[nameOf[symbol]] = 1;
}

function findDefinedHere(): void {
  isDefinedHere.fill(names, 0);
  for (let member = 0; member < memberCount; member++) {
    if (!isObject(member)) continue;
    for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++)
      if (isDefined(flagsOf[symbol])) isDefinedHere[nameOf[symbol]] = 1;
  }
}
