import { Column } from './column';
import { allocate, release } from './memory';
import { internRecord, RECORD_HEADER, reserveNames } from './names';
import * as rows from './rows';
import { lastWord, SLACK } from './words';

/*
 * Names and rows of one archive in a block of bytes, from which they are added in the order in which they were read:
 *
 *     names 0   bytes of their records 4   symbols 8   groups 12   members 16   entries of the index 20
 *     64-bit floating point: size of each symbol; size, digest of each group
 *     32 bits: name, group, section of each symbol; signature, member of each group; symbols of each member; name,
 *       member of each entry of the index
 *     16 bits: flags of each symbol
 *     8 bits: alignment of each symbol; selection of each group
 *     record of each name: hash 0   length 4   bytes 8
 *
 * Names, groups and members are counted from the first of the archive. src/symbols/snapshot.ts writes the block. New
 * names stay in it: what is added once is not copied.
 */

const HEADER: usize = 24;
const NONE: i32 = -1;

let names: i32 = 0;
let bytesOfRecords: i32 = 0;
let symbols: i32 = 0;
let groups: i32 = 0;
let members: i32 = 0;
let entries: i32 = 0;

let size: usize = 0;
let groupSize: usize = 0;
let groupDigest: usize = 0;
let name: usize = 0;
let group: usize = 0;
let section: usize = 0;
let signature: usize = 0;
let groupMember: usize = 0;
let memberSymbols: usize = 0;
let entryName: usize = 0;
let entryMember: usize = 0;
let flags: usize = 0;
let alignment: usize = 0;
let selection: usize = 0;
let records: usize = 0;

/** Rows to be added next, and the id of the block's first group among all groups. */
let nextMember: i32 = 0;
let nextSymbol: i32 = 0;
let nextGroup: i32 = 0;
let firstGroup: i32 = 0;

/** Memory that names of no block are in, and its bytes. */
let buffer: usize = 0;
let room: usize = 0;

/** The id that each name of the block has among all names. */
const idOf = new Column<i32>();

/** The id among all names of a name of the block that was added last. */
export function idOfSnapshotName(name: i32): i32 {
  return name >= 0 && name < names ? idOf[name] : NONE;
}

/** The ids among all names that the entries of the block's index have, in place: after the block was added. */
export function snapshotIndexNames(): usize {
  return entryName;
}

/** The members of those entries, in place, counted from the first of the archive; −1 for none. */
export function snapshotIndexMembers(): usize {
  return entryMember;
}

/** Memory for a file with a block. What was put there before is lost, unless it was added. NULs follow the bytes. */
export function snapshotBuffer(bytes: i32): usize {
  const needed = <usize>bytes + SLACK;
  if (room < needed) {
    if (room !== 0) release(buffer, room);
    room = needed;
    buffer = allocate(needed);
  }
  store<u64>(buffer + bytes, 0);
  return buffer;
}

/**
 * Adds the names of a block in that memory. Returns whether it is sound; if not, nothing was added. Members are added
 * one by one, since V8 optimises a function from one call to the next.
 */
export function addSnapshot(start: usize, bytes: i32): bool {
  if (!openBlock(start, bytes) || !isSound()) return false;
  room = 0;
  addNames();
  nameEntries();
  nextMember = 0;
  nextSymbol = 0;
  nextGroup = 0;
  firstGroup = rows.groupCount();
  return true;
}

/** Adds the next member of the block. Returns false, and adds nothing, after the last one. */
export function addSnapshotMember(): bool {
  if (nextMember === members) return false;
  rows.beginMember();
  for (; nextGroup < groups && i32At(groupMember, nextGroup) === nextMember; nextGroup++) addGroup(nextGroup);
  const end = nextSymbol + i32At(memberSymbols, nextMember++);
  for (; nextSymbol < end; nextSymbol++) addSymbol(nextSymbol);
  return true;
}

/**
 * A checksum of some bytes, which differs wherever one word of 64 bits does. NULs must follow the bytes.
 * @param before checksum of the bytes before these
 */
export function checksum(before: u64, start: usize, bytes: i32): u64 {
  let one: u64 = before ^ <u64>bytes;
  let two: u64 = 1;
  let at = start;
  for (const end = start + (bytes & ~15); at < end; at += 16) {
    one = mix(one, load<u64>(at));
    two = mix(two, load<u64>(at, 8));
  }
  if ((bytes & 8) !== 0) {
    one = mix(one, load<u64>(at));
    at += 8;
  }
  two = mix(two, lastWord(at, bytes & 7));
  return mix(one, two);
}

function mix(mixed: u64, word: u64): u64 {
  return (rotl<u64>(mixed, 29) ^ word) * 0x9e3779b97f4a7c15;
}

/** Finds the columns of a block. Returns whether they have the length of the block. */
function openBlock(start: usize, bytes: i32): bool {
  if (bytes < <i32>HEADER) return false;
  names = load<i32>(start);
  bytesOfRecords = load<i32>(start, 4);
  symbols = load<i32>(start, 8);
  groups = load<i32>(start, 12);
  members = load<i32>(start, 16);
  entries = load<i32>(start, 20);
  if (names < 0 || bytesOfRecords < 0 || symbols < 0 || groups < 0 || members < 0 || entries < 0)
    return false;
  // In 64 bits no product of these counts overflows.
  const needed: i64 =
    <i64>HEADER +
    <i64>bytesOfRecords +
    <i64>symbols * (8 + 3 * 4 + 2 + 1) +
    <i64>groups * (2 * 8 + 2 * 4 + 1) +
    <i64>members * 4 +
    <i64>entries * 2 * 4;
  if (needed !== <i64>bytes) return false;
  size = start + HEADER;
  groupSize = after(size, symbols, 8);
  groupDigest = after(groupSize, groups, 8);
  name = after(groupDigest, groups, 8);
  group = after(name, symbols, 4);
  section = after(group, symbols, 4);
  signature = after(section, symbols, 4);
  groupMember = after(signature, groups, 4);
  memberSymbols = after(groupMember, groups, 4);
  entryName = after(memberSymbols, members, 4);
  entryMember = after(entryName, entries, 4);
  flags = after(entryMember, entries, 4);
  alignment = after(flags, symbols, 2);
  selection = after(alignment, symbols, 1);
  records = after(selection, groups, 1);
  return true;
}

function after(column: usize, rows: i32, bytes: i32): usize {
  return column + <usize>rows * bytes;
}

/** Whether every number of the block is of a row that it has, and its rows and names add up. */
function isSound(): bool {
  if (sumOf(memberSymbols, members) !== <i64>symbols || !areRecordsWhole()) return false;
  if (!areBelow(name, symbols, 0, names) || !areBelow(group, symbols, NONE, groups)) return false;
  if (!areBelow(entryName, entries, 0, names) || !areBelow(entryMember, entries, NONE, members)) return false;
  return areBelow(signature, groups, 0, names) && areBelow(groupMember, groups, 0, members) && isSorted();
}

/** Whether the records of all names follow one another up to the end of the block. */
function areRecordsWhole(): bool {
  let left: i64 = bytesOfRecords;
  let record = records;
  for (let row = 0; row < names; row++) {
    if (left < <i64>RECORD_HEADER) return false;
    const bytes = load<i32>(record, 4);
    left -= <i64>RECORD_HEADER + <i64>bytes;
    if (bytes < 0 || left < 0) return false;
    record += RECORD_HEADER + bytes;
  }
  return left === 0;
}

/** The sum of numbers that are not negative; −1 when one is. */
function sumOf(column: usize, rows: i32): i64 {
  let sum: i64 = 0;
  for (let row = 0; row < rows; row++) {
    const number = i32At(column, row);
    if (number < 0) return -1;
    sum += number;
  }
  return sum;
}

function areBelow(column: usize, rows: i32, least: i32, end: i32): bool {
  for (let row = 0; row < rows; row++) {
    const number = i32At(column, row);
    if (number < least || number >= end) return false;
  }
  return true;
}

/** Whether groups are in the order of their members. */
function isSorted(): bool {
  for (let row = 1; row < groups; row++)
    if (i32At(groupMember, row) < i32At(groupMember, row - 1)) return false;
  return true;
}

function i32At(column: usize, row: i32): i32 {
  return load<i32>(column + ((<usize>row) << 2));
}

function f64At(column: usize, row: i32): f64 {
  return load<f64>(column + ((<usize>row) << 3));
}

function addNames(): void {
  idOf.reserve(names);
  reserveNames(names);
  let record = records;
  for (let row = 0; row < names; row++) {
    // The id overwrites none of what is read here.
    const bytes = load<i32>(record, 4);
    idOf[row] = internRecord(record);
    record += RECORD_HEADER + bytes;
  }
}

function nameEntries(): void {
  for (let row = 0; row < entries; row++)
    store<i32>(entryName + ((<usize>row) << 2), idOf[i32At(entryName, row)]);
}

function addGroup(row: i32): void {
  rows.addGroup(
    idOf[i32At(signature, row)],
    load<u8>(selection + row),
    f64At(groupSize, row),
    f64At(groupDigest, row),
  );
}

function addSymbol(row: i32): void {
  const own = i32At(group, row);
  rows.addSymbol(
    idOf[i32At(name, row)],
    load<u16>(flags + ((<usize>row) << 1)),
    i32At(section, row),
    f64At(size, row),
    own === NONE ? NONE : firstGroup + own,
    load<u8>(alignment + row),
  );
}
