import { Column } from './column';
import { randomWord } from './host';
import { allocate, release, roomFor } from './memory';
import { keyedHash } from './siphash';
import { copyWords, hasByte, hasSameBytes, lastWord, SLACK } from './words';

/*
 * Every distinct name once. A name is a record that never moves:
 *
 *     id 0   bytes 4   the bytes 8
 *
 * Records lie one after the other in chunks, or in the block of a snapshot. A name that is looked up is put where the
 * next record's bytes belong, and stays there if it is new.
 */

export const RECORD_HEADER: usize = 8;
const recordOf = new Column<usize>();
let length: i32 = 0;

/**
 * Hash table with open addressing; at most half of the slots are used. A slot has 8 bytes, so that most lookups need
 * only two cache misses:
 *
 *     hash 0   address of the record 4, 0 in an empty slot
 */
let slots: usize = 0;
let mask: u32 = 0;
const FEWEST_SLOTS: u32 = 1 << 10;
/** Smaller tables grow by four, since each size is written once more. */
const MANY_SLOTS: u32 = 1 << 18;
/** Room for names at first: what is not written takes no memory. */
const FIRST_NAMES: i32 = 1 << 17;

/**
 * Longer than any probe in half-full tables of 2³¹ names, were hashes random: the longest grows with their logarithm.
 */
const MOST_PROBES: u32 = 512;
let longestProbe: u32 = 0;

/** Whether the keyed hash is used: from the first long probe on, which may be due to names made to collide. */
let isKeyed: bool = false;
let key: u64 = 0;
let otherKey: u64 = 0;

/** `@`, which separates a name from its version. */
const AT_SIGN: u8 = 0x40;
/** Names that have one, in order: they are found while their bytes are in the processor's cache. */
const versioned = new Column<i32>();
let versionedCount: i32 = 0;

const SMALLEST_CHUNK: usize = 1 << 22;
const LARGEST_CHUNK: usize = 1 << 24;
let chunkSize: usize = 0;
/** Where the next record begins. */
let end: usize = 0;
let chunkEnd: usize = 0;

export function nameCount(): i32 {
  return length;
}

/** Length of the longest probe sequence so far: occupied slots that one search skipped. */
export function longestNameProbe(): u32 {
  return longestProbe;
}

/** Where the record of a name is; 0 for an id that no name has. */
export function nameRecord(name: i32): usize {
  return <u32>name < <u32>length ? recordOf[name] : 0;
}

/** Where the bytes of a name are. */
export function nameAddress(name: i32): usize {
  return recordOf[name] + RECORD_HEADER;
}

/** How many it has. */
export function nameLength(name: i32): i32 {
  return lengthIn(recordOf[name]);
}

/** Where the bytes of a name to look up belong. */
export function stageName(bytes: i32): usize {
  const needed = RECORD_HEADER + <usize>(bytes + SLACK);
  if (chunkEnd - end < needed) {
    chunkSize = min(LARGEST_CHUNK, max(SMALLEST_CHUNK, 2 * chunkSize));
    const room = roomFor(max(chunkSize, needed));
    end = allocate(room);
    chunkEnd = end + room;
  }
  return end + RECORD_HEADER;
}

/** The id of the name that was staged; −1 where it is unknown. */
export function findName(bytes: i32): i32 {
  if (slots === 0) return -1;
  const text = stageName(bytes);
  const record = recordIn(slotOf(text, bytes, hash(text, bytes)));
  return record === 0 ? -1 : idIn(record);
}

/** The hash of a name, for `internHashed`. */
export function hashOfName(text: usize, bytes: i32): u32 {
  return isKeyed ? 0 : hash(text, bytes);
}

/** Where the record of the first name of a hash is; any address without one. */
export function recordAhead(itsHash: u32): usize {
  return slots === 0 ? 0 : recordIn(slotAt(itsHash & mask));
}

/** The id of a name whose hash is known. */
export function internHashed(text: usize, bytes: i32, itsHash: u32): i32 {
  if (isKeyed || slots === 0) return intern(text, bytes);
  const slot = slotOf(text, bytes, itsHash);
  const known = recordIn(slot);
  return known !== 0
    ? idIn(known)
    : longestProbe <= MOST_PROBES
      ? add(text, bytes, itsHash, slot)
      : intern(text, bytes);
}

/** The id of a name, new or known. @param text address of its bytes, in the staging area or any other memory */
export function intern(text: usize, bytes: i32): i32 {
  if (slots === 0) makeSlots(FEWEST_SLOTS);
  const itsHash = hash(text, bytes);
  const slot = slotOf(text, bytes, itsHash);
  const known = recordIn(slot);
  if (known !== 0) return idIn(known);
  if (longestProbe <= MOST_PROBES || isKeyed) return add(text, bytes, itsHash, slot);
  useRandomKey();
  return intern(text, bytes);
}

/** The hash of a known name without a key: the same in every process. */
export function plainHashOf(name: i32): u32 {
  return plainHash(nameAddress(name), nameLength(name));
}

/**
 * The id of a name in a record that the caller has, its length and bytes filled in, and its hash without a key in place
 * of the id. A new name stays in that record, which must not move: there are SLACK bytes after it.
 */
export function internRecord(record: usize): i32 {
  if (slots === 0) makeSlots(FEWEST_SLOTS);
  const text = record + RECORD_HEADER;
  const bytes = lengthIn(record);
  const itsHash = isKeyed ? hash(text, bytes) : load<u32>(record);
  const slot = slotOf(text, bytes, itsHash);
  const known = recordIn(slot);
  if (known !== 0) return idIn(known);
  if (longestProbe <= MOST_PROBES || isKeyed) return addRecord(record, itsHash, slot);
  useRandomKey();
  return internRecord(record);
}

/** Makes room for so many more names at once: a table that grows is written again at each size. */
export function reserveNames(more: i32): void {
  const needed = <u32>(length + more) * 2;
  let count = max(FEWEST_SLOTS, mask + 1);
  while (count - 1 < needed) count *= 2;
  if (slots === 0 || count > mask + 1) makeSlots(count);
  recordOf.reserve(length + more);
}

/** The first name from `name` on that has this byte, which is not 0; −1 when none has. */
export function nextNameWith(byte: u8, name: i32): i32 {
  if (byte === AT_SIGN) return nextVersioned(name);
  while (name < length && !hasByte(nameAddress(name), nameLength(name), byte)) name++;
  return name < length ? name : -1;
}

function nextVersioned(name: i32): i32 {
  let first = 0;
  for (let after = versionedCount; first < after; ) {
    const middle = (first + after) >>> 1;
    if (versioned[middle] < name) first = middle + 1;
    else after = middle;
  }
  return first < versionedCount ? versioned[first] : -1;
}

/** Forgets all names. */
export function clearNames(): void {
  length = 0;
  versionedCount = 0;
  if (slots !== 0) clearSlots();
}

function add(text: usize, bytes: i32, itsHash: u32, slot: usize): i32 {
  const address = stageName(bytes);
  if (address !== text) copyWords(address, text, bytes);
  const record = end;
  store<i32>(record, bytes, 4);
  end = address + bytes;
  return addRecord(record, itsHash, slot);
}

function addRecord(record: usize, itsHash: u32, slot: usize): i32 {
  const name = length++;
  store<i32>(record, name);
  if (hasByte(record + RECORD_HEADER, lengthIn(record), AT_SIGN)) {
    versioned.reserve(versionedCount + 1);
    versioned[versionedCount++] = name;
  }
  if (length > recordOf.capacity) recordOf.reserve(max(length, FIRST_NAMES));
  recordOf[name] = record;
  fillSlot(slot, itsHash, record);
  if (<u32>length * 2 > mask) makeSlots((mask + 1) * (mask + 1 < MANY_SLOTS ? 4 : 2));
  return name;
}

function idIn(record: usize): i32 {
  return load<i32>(record);
}

function lengthIn(record: usize): i32 {
  return load<i32>(record, 4);
}

function hash(text: usize, bytes: i32): u32 {
  return isKeyed ? keyedHash(text, bytes, key, otherKey) : plainHash(text, bytes);
}

function plainHash(text: usize, bytes: i32): u32 {
  let mixed: u64 = <u64>bytes;
  let at = text;
  for (const last = text + (bytes & ~7); at < last; at += 8) mixed = mix(mixed, load<u64>(at));
  mixed = mix(mixed, lastWord(at, bytes & 7));
  // The product's low bits know only the low bits of what went in.
  return <u32>(mixed >> 32) ^ <u32>mixed;
}

function mix(mixed: u64, word: u64): u64 {
  return (rotl<u64>(mixed, 5) ^ word) * 0x9e3779b97f4a7c15;
}

/** The slot of a name, or the free one where it belongs. */
function slotOf(text: usize, bytes: i32, itsHash: u32): usize {
  let at = itsHash & mask;
  let slot = slotAt(at);
  for (let record = recordIn(slot); record !== 0; record = recordIn(slot)) {
    if (
      hashIn(slot) === itsHash &&
      lengthIn(record) === bytes &&
      hasSameBytes(record + RECORD_HEADER, text, bytes)
    )
      return slot;
    at = (at + 1) & mask;
    slot = slotAt(at);
  }
  longestProbe = max(longestProbe, (at - itsHash) & mask);
  return slot;
}

function slotAt(at: u32): usize {
  return slots + ((<usize>at) << 3);
}

function hashIn(slot: usize): u32 {
  return load<u32>(slot);
}

function recordIn(slot: usize): usize {
  return load<u32>(slot, 4);
}

function fillSlot(slot: usize, itsHash: u32, record: usize): void {
  store<u32>(slot, itsHash);
  store<u32>(slot, <u32>record, 4);
}

function clearSlots(): void {
  memory.fill(slots, 0, (<usize>mask + 1) << 3);
}

/** The first free slot for a hash that no name in the table has, or whose name is another. */
function freeSlot(itsHash: u32): usize {
  let at = itsHash & mask;
  while (recordIn(slotAt(at)) !== 0) at = (at + 1) & mask;
  return slotAt(at);
}

function makeSlots(count: u32): void {
  const before = slots;
  const bytes: usize = before === 0 ? 0 : (<usize>mask + 1) << 3;
  slots = allocate((<usize>count) << 3);
  mask = count - 1;
  clearSlots();
  for (let slot = before, end = before + bytes; slot < end; slot += 8)
    if (recordIn(slot) !== 0) fillSlot(freeSlot(hashIn(slot)), hashIn(slot), recordIn(slot));
  if (before !== 0) release(before, bytes);
}

function useRandomKey(): void {
  key = ((<u64>randomWord()) << 32) | randomWord();
  otherKey = ((<u64>randomWord()) << 32) | randomWord();
  isKeyed = true;
  longestProbe = 0;
  clearSlots();
  for (let name = 0; name < length; name++) {
    const itsHash = hash(nameAddress(name), nameLength(name));
    fillSlot(freeSlot(itsHash), itsHash, recordOf[name]);
  }
}
