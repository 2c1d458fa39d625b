import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';
import { truncated } from '../bytes/malformed-error.js';
import type { StoredArchive, StoredMember, StoredTable, TableRole } from './archive.js';
import { archiveKind } from './archive-kind.js';
import { HeaderWindow } from './header-window.js';
import { HEADER_SIZE, latin1, type MemberHeader, readHeader } from './member-header.js';
import { inlineName, isSymdef, longName, type NameForm, nameForm } from './member-name.js';
import { readAixArchive } from './read-aix.js';
import { readSymbolIndexes } from './symbol-index.js';

/** Bytes of the magic number by which an archive is recognised. */
export const MAGIC_SIZE = 8;
const REGULAR = '!<arch>\n';
const THIN = '!<thin>\n';
const AIX_BIG = '<bigaf>\n';
const AIX_SMALL = '<aiaff>\n';

/**
 * Whether a file that begins so is an archive. True for AIX's small format too, which `readArchive` then refuses by
 * its name.
 *
 * @param head the first 8 bytes or more
 */
export function isArchive(head: Uint8Array): boolean {
  return [REGULAR, THIN, AIX_BIG, AIX_SMALL].includes(latin1(head.subarray(0, MAGIC_SIZE)));
}

/** Whether a file that begins so is an archive with its members' contents, of any kind but AIX's. */
export const isRegularArchive = (head: Uint8Array): boolean =>
  latin1(head.subarray(0, MAGIC_SIZE)) === REGULAR;

/**
 * Reads contents of members while a regular archive is read: tables of an object are mostly at its end, close to the
 * next header.
 */
export interface MemberReader {
  /** A member whose header was read. */
  read(member: StoredMember): void;
  /**
   * Reads members from a header on, contents too, as many as it can without this file, and adds them to `members`.
   * @param names the table of long names
   * @returns where the next header is: at `position` if no member was read
   * @throws MalformedError where an offset is not in the table
   */
  readOn?(position: number, names: ByteView | null, members: StoredMember[]): number;
}

/**
 * Members, tables and index of an archive. Reads headers, names and index, never contents, so that the time does
 * not depend on the size of the members. Sources: llvm/lib/Object/Archive.cpp, bfd/archive.c.
 *
 * @param source the whole archive: a file, or a slice of a universal file
 * @param onMember is called for each member of a regular archive as soon as its header is read: tables of an object are
 *   mostly at its end, close to the next header
 * @throws MalformedError when it is not an archive, or not a sound one
 */
export function readArchive(source: ByteSource, onMember?: (member: StoredMember) => void): StoredArchive {
  return readArchiveWith(source, onMember && { read: onMember });
}

/** The same with contents of members. @throws MalformedError */
export function readArchiveWith(source: ByteSource, reader?: MemberReader): StoredArchive {
  const magic = latin1(source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes);
  if (magic === REGULAR) return readMembers(source, false, reader);
  if (magic === THIN) return readMembers(source, true);
  if (magic === AIX_BIG) return readAixArchive(source);
  throw source.error(0, `not an archive: ${notAnArchive(source, magic)}`);
}

function notAnArchive(source: ByteSource, magic: string): string {
  if (source.size === 0) return 'the file is empty';
  if (magic === AIX_SMALL) return "AIX's small format is not supported (convert it with `ar -X32_64`)";
  if (source.size < MAGIC_SIZE) return `${source.size} bytes are too few`;
  return `it begins with ${JSON.stringify(magic)}`;
}

/** An entry of the archive, member or table, with its name resolved. */
interface Entry {
  readonly header: MemberHeader;
  readonly form: NameForm;
  readonly name: string;
  readonly headerOffset: number;
  readonly dataOffset: number;
  readonly size: number;
}

function readMembers(source: ByteSource, isThin: boolean, reader?: MemberReader): StoredArchive {
  const window = new HeaderWindow(source);
  const tables: StoredTable[] = [];
  const members: StoredMember[] = [];
  let names: ByteView | null = null;
  for (let position = MAGIC_SIZE; position < source.size; ) {
    const next = reader?.readOn?.(position, names, members) ?? position;
    if (next > position) {
      position = next;
      continue;
    }
    const entry = readEntry(window, position, names);
    const role = roleOf(entry, tables, members.length, source);
    const hasData = !isThin || role !== null;
    if (hasData) requireData(source, entry);
    if (role === null) {
      const member = memberOf(entry, members.length);
      members.push(member);
      reader?.read(member);
    } else tables.push(tableFrom(source, entry, role));
    if (role === 'names') names = source.view(entry.dataOffset, entry.size, 'long-name table');
    const end = hasData ? entry.dataOffset + entry.size : entry.dataOffset;
    // Headers are at even offsets. Some writers leave the last pad byte out; then this is one past the end.
    position = end + (end % 2);
  }
  const kind = archiveKind(source, tables, members);
  return { kind, isThin, source, members, tables, ...readSymbolIndexes(source, tables, members) };
}

function readEntry(window: HeaderWindow, headerOffset: number, names: ByteView | null): Entry {
  const header = readHeader(window.at(headerOffset, HEADER_SIZE, 'member header'));
  const form = nameForm(header.nameField);
  const dataOffset = headerOffset + HEADER_SIZE;
  const { size } = header;
  switch (form.kind) {
    case 'short':
    case 'reserved':
      return { header, form, name: form.name, headerOffset, dataOffset, size };
    case 'table':
      if (names === null)
        throw window.source.error(headerOffset, 'a long name, but no long-name table before it');
      return { header, form, name: longName(names, form.offset), headerOffset, dataOffset, size };
    case 'inline': {
      if (form.length > header.size) {
        throw window.source.error(
          headerOffset,
          `name of ${form.length} bytes in a member of ${header.size} bytes`,
        );
      }
      const name = inlineName(window.at(dataOffset, form.length, 'member name').bytes);
      const [start, left] = [dataOffset + form.length, size - form.length];
      return { header, form, name, headerOffset, dataOffset: start, size: left };
    }
    case 'unknown':
      throw window.source.error(
        headerOffset,
        `member name ${JSON.stringify(header.nameField)} is of no known form`,
      );
  }
}

/** Null for a member. Tables come before all members: whatever a linker or `ar` finds later is a member or damage. */
function roleOf(
  entry: Entry,
  tables: readonly StoredTable[],
  memberCount: number,
  source: ByteSource,
): TableRole | null {
  const isFirst = memberCount === 0 && tables.length === 0;
  if (isSymdef(entry.name)) return isFirst ? 'index' : null;
  if (entry.form.kind !== 'reserved') return null;
  if (entry.name.startsWith('/<')) return memberCount === 0 ? 'special' : null;
  if (memberCount > 0) throw source.error(entry.headerOffset, `'${entry.name}' after the first member`);
  const role = entry.name === '//' || entry.name === 'ARFILENAMES/' ? 'names' : indexRole(entry, tables);
  if (role === null || tables.some((table) => table.role === role)) {
    throw source.error(entry.headerOffset, `'${entry.name}' occurs too often`);
  }
  return role;
}

function indexRole(entry: Entry, tables: readonly StoredTable[]): TableRole | null {
  if (tables.length === 0) return 'index';
  const isSecond = tables.length === 1 && tables[0].name === '/' && entry.name === '/';
  return isSecond ? 'second-index' : null;
}

function requireData(source: ByteSource, entry: Entry): void {
  const left = source.size - entry.dataOffset;
  if (entry.size > left) {
    throw source.error(entry.headerOffset, truncated(`member '${entry.name}'`, entry.size, left));
  }
}

function memberOf({ name, headerOffset, dataOffset, size, form }: Entry, ordinal: number): StoredMember {
  const nameOffset = form.kind === 'table' ? form.offset : -1;
  const nameSuffix = form.kind === 'table' ? form.suffix : '';
  return { name, ordinal, headerOffset, dataOffset, size, nameOffset, nameSuffix };
}

function tableFrom(source: ByteSource, entry: Entry, role: TableRole): StoredTable {
  const { name, headerOffset, dataOffset, size } = entry;
  const content = role === 'names' ? source.view(dataOffset, size, name).bytes : null;
  return { role, name, headerOffset, dataOffset, size, header: Uint8Array.from(entry.header.bytes), content };
}
