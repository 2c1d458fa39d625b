import { Column } from '../column';
import { SectionRole } from '../problem';
import { abandonMember, beginMember, takeBackMember } from '../rows';
import { EM_SPARC, EM_SPARC32PLUS, EM_SPARCV9, ET_REL, STT_LOPROC } from './constants';
import { is64, objectSize, openObject, u16At, u32At, wordAt } from './object';
import {
  elfActingBytes,
  elfActingCount,
  elfActingOffset,
  elfActingRole,
  elfBitcodeOffset,
  elfBitcodeSize,
  elfIsRecompiled,
  elfStackFlags,
  readTables,
} from './read-object';
import { startsWith } from './section-names';
import { headerBytes } from './sections';
import { openWindow, readAlone, readInArchive, windowAt } from './window';

/*
 * Reads ELF objects that follow one another in an archive: headers, names and rows. The first member that is anything
 * else, or not sound, ends the run, and TypeScript reads it. A header of the archive is 60 bytes of text:
 *
 *     name 0   time, owner, mode 16   size 48   0x60 0x0A 58
 */

const HEADER: i32 = 60;
const NAME: i32 = 16;
const SIZE: i32 = 48;
const SIZE_BYTES: i32 = 10;
const HEADER_END: u32 = 0x0a60;

const ELF_MAGIC: u32 = 0x464c457f;
/** Bytes of the longest header of an ELF file. */
const ELF_HEADER: i32 = 64;

/**
 * Findings about each member, in the layout that src/symbols/elf/read-members.ts reads:
 *
 *     64-bit floating point: header 0   size 8   bitcode 16   its size 24   stack flags 32
 *     32 bits: e_flags 40   machine, class, byte order 44   offset of a long name 48, or −1   length of the name 52
 *     is recompiled 56   its name 64
 *     64-bit floating point: section of attributes 80   its size 88
 */
const RECORD: i32 = 96;
const found = new Column<u8>();
/** Members of one run: records of more might not fit in memory. */
const MOST: i32 = 1 << 16;
let count: i32 = 0;

/** Where the next header is. */
let position: f64 = 0;
let archiveBytes: f64 = 0;
let machine: i32 = 0;
/** Whether the member at the position was begun. */
let isBegun: bool = false;

export function openArchive(bytes: f64): void {
  archiveBytes = bytes;
  openWindow(bytes);
}

/**
 * Reads members from a header on, up to a member with sections that have side effects, whose tables then are in memory.
 * A single section of attributes does not count.
 * @param hasLongNames whether there is a table of long names
 */
export function readMembers(header: f64, hasLongNames: bool): void {
  position = header;
  count = 0;
  isBegun = false;
  while (count < MOST && readMember(hasLongNames) && !acts());
  readAlone();
}

/** Whether sections of the object have side effects, apart from a single section of attributes within the object. */
export function acts(): bool {
  return elfActingCount() > (hasAttributes() ? 1 : 0);
}

function hasAttributes(): bool {
  return (
    elfActingCount() === 1 &&
    elfActingRole(0) === SectionRole.ATTRIBUTES &&
    elfActingBytes(0) > 0 &&
    elfActingOffset(0) + elfActingBytes(0) <= objectSize()
  );
}

/** How many were read. */
export function membersRead(): i32 {
  return count;
}

/** Where the findings about them are. */
export function foundOfMembers(): usize {
  return found.start;
}

/** Where the header of the next member is. */
export function nextMember(): f64 {
  return position;
}

/** e_machine of the object that is read. */
export function memberMachine(): i32 {
  return machine;
}

/** Forgets the member that could not be read. */
export function leaveMember(): void {
  if (!isBegun) return;
  abandonMember();
  takeBackMember();
  isBegun = false;
}

/** Forgets the last member, too, so that TypeScript reads it. */
export function leaveLastMember(): void {
  count--;
  position = load<f64>(recordAt(count));
  isBegun = true;
  leaveMember();
}

function recordAt(member: i32): usize {
  return found.start + <usize>(member * RECORD);
}

/** Returns whether the member is an object that was read. */
function readMember(hasLongNames: bool): bool {
  if (position + HEADER + ELF_HEADER > archiveBytes) return false;
  found.reserve((count + 1) * RECORD);
  const record = recordAt(count);
  const header = windowAt(position, HEADER + ELF_HEADER);
  const size = sizeIn(header);
  if (!(size >= ELF_HEADER) || position + HEADER + size > archiveBytes) return false;
  if (!noteName(record, header, hasLongNames)) return false;
  const elf = header + HEADER;
  if (!openElf(elf, size)) return false;
  store<f64>(record, position);
  store<f64>(record, size, 8);
  readObject(record, elf);
  count++;
  // Headers are at even offsets.
  const end = position + HEADER + size;
  position = end + <f64>(<i64>end & 1);
  return true;
}

/** Size of the member in bytes; −1 for an unusual header. */
function sizeIn(header: usize): f64 {
  if (load<u16>(header + 58) !== HEADER_END) return -1;
  const digits = digitsAt(header + SIZE, SIZE_BYTES);
  return digits === 0 ? -1 : numberAt(header + SIZE, digits);
}

/** Number of digits in a field that has only spaces after them; 0 for any other field. */
function digitsAt(field: usize, bytes: i32): i32 {
  let digits = 0;
  while (digits < bytes && isDigit(load<u8>(field + digits))) digits++;
  for (let at = digits; at < bytes; at++) if (load<u8>(field + at) !== 0x20) return 0;
  return digits;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function numberAt(field: usize, digits: i32): f64 {
  let number: f64 = 0;
  for (let at = 0; at < digits; at++) number = number * 10 + <f64>(load<u8>(field + at) - 0x30);
  return number;
}

const SLASH: u8 = 0x2f;
const SPACE: u8 = 0x20;
const HASH: u8 = 0x23;
/** Of an offset in the table of long names. */
const MOST_DIGITS: i32 = 9;

/** Returns whether the name is one of a member, in the header or in the table of long names. */
function noteName(record: usize, header: usize, hasLongNames: bool): bool {
  const start = load<u8>(header);
  if (start === SLASH) {
    const digits = digitsAt(header + 1, NAME - 1);
    if (!hasLongNames || digits === 0 || digits > MOST_DIGITS) return false;
    store<i32>(record, <i32>numberAt(header + 1, digits), 48);
    return true;
  }
  if (start === SPACE || start === HASH || isReserved(header)) return false;
  store<i32>(record, -1, 48);
  store<i32>(record, nameLength(header), 52);
  memory.copy(record + 64, header, NAME);
  return true;
}

/** Whether the name may be that of a table: `ARFILENAMES/`, `__.SYMDEF` and the like. */
function isReserved(header: usize): bool {
  return startsWith(header, 'ARFILENAMES') || startsWith(header, '__.');
}

/** Up to the slash that ends it, or to the first space. */
function nameLength(header: usize): i32 {
  let end = NAME;
  while (end > 0 && load<u8>(header + end - 1) === SPACE) end--;
  if (load<u8>(header + end - 1) === SLASH) return end - 1;
  let length = 0;
  while (length < end && load<u8>(header + length) !== SPACE) length++;
  return length;
}

/** Returns whether the content begins as an ELF object with a sound header. */
function openElf(elf: usize, size: f64): bool {
  const elfClass = load<u8>(elf + 4);
  const encoding = load<u8>(elf + 5);
  if (load<u32>(elf) !== ELF_MAGIC || elfClass < 1 || elfClass > 2 || encoding < 1 || encoding > 2)
    return false;
  openObject(size, elfClass === 2, encoding === 2);
  if (u16At(elf + 16) !== ET_REL) return false;
  return sectionsOffset(elf) === 0 || u16At(elf + (is64 ? 58 : 46)) === headerBytes();
}

function sectionsOffset(elf: usize): f64 {
  return wordAt(elf + (is64 ? 40 : 32));
}

function readObject(record: usize, elf: usize): void {
  machine = u16At(elf + 18);
  store<u32>(record, u32At(elf + (is64 ? 48 : 36)), 40);
  store<u32>(record, machine | ((<u32>load<u16>(elf + 4)) << 16), 44);
  const isSparc = machine === EM_SPARC || machine === EM_SPARC32PLUS || machine === EM_SPARCV9;
  readInArchive(position + HEADER);
  beginMember();
  isBegun = true;
  readTables(
    sectionsOffset(elf),
    u16At(elf + (is64 ? 60 : 48)),
    u16At(elf + (is64 ? 62 : 50)),
    isSparc ? STT_LOPROC : -1,
  );
  isBegun = false;
  store<f64>(record, elfBitcodeOffset(), 16);
  store<f64>(record, elfBitcodeSize(), 24);
  store<f64>(record, elfStackFlags(), 32);
  store<i32>(record, elfIsRecompiled() ? 1 : 0, 56);
  store<f64>(record, hasAttributes() ? elfActingOffset(0) : 0, 80);
  store<f64>(record, hasAttributes() ? elfActingBytes(0) : 0, 88);
}
