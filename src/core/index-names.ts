import { Column } from './column';
import { read } from './host';
import { allocate, release, roomFor } from './memory';
import { intern, nameAddress, nameLength } from './names';
import { firstSymbolOf, flagsOf, memberCount, nameOf, symbolCount } from './rows';
import { isDefined } from './symbol-flags';
import { hasSameBytes, lengthOfText, SLACK } from './words';

/*
 * Names of an archive's index as ids. An index mostly lists the definitions of the members in the order of their rows,
 * so that each name is compared with that of the next definition, and searched only if it differs.
 */

/** Bytes of the index that are in memory, followed by NULs; more for a longer name. */
const PIECE: i32 = 1 << 16;
let start: usize = 0;
let room: i32 = 0;
let loaded: i32 = 0;

/** The next definition: the one that an entry probably names. */
let row: i32 = 0;
/** Number of definitions that are searched for a name that differs from the next definition's. */
const SEARCHED: i32 = 8;

const ids = new Column<i32>();

/**
 * Interns names that follow one another, each with a NUL after it, from the start of the file that is read.
 * @param bytes of all names
 * @param member the first one of the archive
 * @returns where the ids are; 0 when there are fewer than `count`
 */
export function internIndex(bytes: f64, count: i32, member: i32): usize {
  ids.reserve(count);
  row = member < memberCount() ? firstSymbolOf[member] : symbolCount();
  loaded = 0;
  let position: f64 = 0;
  let text: i32 = 0;
  for (let entry = 0; entry < count; entry++) {
    let length = text < loaded ? lengthOfText(start + text) : 0;
    while (text + length >= loaded) {
      if (position === bytes) return 0;
      // Doubles the bytes of a long name, so that its end is searched only a few times.
      const more = max(PIECE, loaded - text);
      position += <f64>loadAfter(text, <i32>min<f64>(more, bytes - position), position);
      text = 0;
      length = lengthOfText(start);
    }
    ids[entry] = idOf(start + text, length);
    text += length + 1;
  }
  return ids.start;
}

/** Reads so many bytes, after those that are in memory from `text` on, which move to the start. */
function loadAfter(text: i32, bytes: i32, position: f64): i32 {
  const kept = max(0, loaded - text);
  makeRoom(kept + bytes, text, kept);
  read(position, bytes, start + kept);
  loaded = kept + bytes;
  store<u64>(start + loaded, 0);
  return bytes;
}

function makeRoom(bytes: i32, text: i32, kept: i32): void {
  const before = start;
  const roomBefore = room;
  if (bytes + SLACK > room) {
    room = <i32>roomFor(bytes + SLACK);
    start = allocate(room);
  }
  memory.copy(start, before + text, kept);
  if (before !== start && before !== 0) release(before, roomBefore);
}

function idOf(text: usize, length: i32): i32 {
  let left = SEARCHED;
  for (let at = nextDefinition(row); left > 0 && at < symbolCount(); at = nextDefinition(at + 1)) {
    const name = nameOf[at];
    if (nameLength(name) === length && hasSameBytes(nameAddress(name), text, length)) {
      row = at + 1;
      return name;
    }
    left--;
  }
  return intern(text, length);
}

function nextDefinition(symbol: i32): i32 {
  const end = symbolCount();
  while (symbol < end && !isDefined(flagsOf[symbol])) symbol++;
  return symbol;
}
