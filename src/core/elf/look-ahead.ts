import { hashOfName, recordAhead } from '../names';
import { lengthOfText } from '../words';
import { STB_LOCAL } from './constants';
import { u32At } from './object';
import { entryOf, infoAt, strings, table } from './symtab';

/*
 * Names of the next global symbols: their hashes, and the parts of the table of names that they need, which are loaded
 * all at once. One after the other, each symbol would wait for far memory.
 */

const AHEAD: i32 = 32;
const hashes = memory.data(4 * 32, 4);
const records = memory.data(4 * 32, 4);
const loaded = memory.data(4, 4);

/** Symbols from `first` up to `end` have been prefetched. */
let first: i32 = 0;
let end: i32 = 0;

/** Begins another table. */
export function lookAheadFrom(symbol: i32): void {
  first = symbol;
  end = symbol;
}

/** Prefetches the next symbols, unless this one was prefetched. */
export function lookAhead(symbol: i32): void {
  if (symbol < end) return;
  entryOf(symbol);
  first = symbol;
  end = min(symbol + AHEAD, table.loadedEnd);
  for (let next = first; next < end; next++) store<u32>(at(hashes, next), hashOf(next));
  for (let next = first; next < end; next++)
    store<usize>(at(records, next), recordAhead(load<u32>(at(hashes, next))));
  let bytes: u64 = 0;
  for (let next = first; next < end; next++) bytes ^= load<u64>(load<usize>(at(records, next)));
  // The compiler would remove a load whose value is unused.
  store<u32>(loaded, <u32>bytes);
}

/** The hash of the name of a prefetched global symbol. */
export function hashAhead(symbol: i32): u32 {
  return load<u32>(at(hashes, symbol));
}

function at(list: usize, symbol: i32): usize {
  return list + ((<usize>(symbol - first)) << 2);
}

/** 0 for a local symbol, and for a symbol whose name is out of range. */
function hashOf(symbol: i32): u32 {
  const entry = entryOf(symbol);
  const name = u32At(entry);
  if (infoAt(entry) >>> 4 === STB_LOCAL || !strings.has(name)) return 0;
  const text = strings.at(name);
  return hashOfName(text, lengthOfText(text));
}
