import type { ByteSource } from '../bytes/byte-source.js';
import type { ByteView } from '../bytes/byte-view.js';
import type { StoredArchive, StoredMember } from './archive.js';
import { HeaderWindow } from './header-window.js';
import { decimalField, latin1 } from './member-header.js';
import { readAixIndex } from './symbol-index.js';

/*
 * AIX big archive (AIX "ar file format (big)"; llvm/include/llvm/Object/Archive.h):
 *   file header 128:   magic 8, then memoff, gstoff, gst64off, fstmoff, lstmoff, freeoff: 6 × 20 decimal digits
 *   member header 112: size 20, nxtmem 20, prvmem 20, date 12, uid 12, gid 12, mode 12, namlen 4
 *                      then the name, padded to even, 0x60 0x0A, and the data
 * Members form a list from fstmoff to lstmoff; the order is the list's, not the file's.
 */
const FILE_HEADER_SIZE = 128;
const MEMBER_HEADER_SIZE = 112;

/**
 * @param source an archive that begins with `<bigaf>\n`
 * @throws MalformedError when the list of members leaves the file or runs in a circle
 */
export function readAixArchive(source: ByteSource): StoredArchive {
  const header = source.view(0, FILE_HEADER_SIZE, 'file header', false);
  const field = (at: number, what: string) => decimalField(header, at, 20, what);
  const [index32, index64] = [field(28, 'gstoff'), field(48, 'gst64off')];
  const [first, last] = [field(68, 'fstmoff'), field(88, 'lstmoff')];
  const members = walk(source, first, last);
  const tables = [index32, index64].filter((offset) => offset !== 0);
  const window = new HeaderWindow(source);
  const views = tables.map((offset) => indexView(source, readMember(window, offset).member));
  const index = views.length === 0 ? null : readAixIndex(views, members);
  return {
    kind: 'aix-big',
    isThin: false,
    source,
    members,
    tables: [],
    index,
    firstIndex: null,
    ecIndex: null,
  };
}

function walk(source: ByteSource, first: number, last: number): StoredMember[] {
  const window = new HeaderWindow(source);
  const members: StoredMember[] = [];
  const seen = new Set<number>();
  for (let offset = first; offset !== 0; ) {
    if (seen.has(offset)) throw source.error(offset, 'the list of members has a cycle');
    seen.add(offset);
    const { member, next } = readMember(window, offset);
    members.push({ ...member, ordinal: members.length });
    // The last member's own link leads to the member table, so it does not end the list.
    offset = offset === last ? 0 : next;
  }
  return members;
}

function readMember(window: HeaderWindow, headerOffset: number): { member: StoredMember; next: number } {
  const header = window.at(headerOffset, MEMBER_HEADER_SIZE, 'member header');
  const size = decimalField(header, 0, 20, 'size');
  const next = decimalField(header, 20, 20, 'nxtmem');
  const nameLength = decimalField(header, 108, 4, 'namlen');
  const padded = nameLength + (nameLength % 2);
  const tail = window.at(headerOffset + MEMBER_HEADER_SIZE, padded + 2, 'member name');
  if (tail.u8(padded) !== 0x60 || tail.u8(padded + 1) !== 0x0a)
    throw tail.error(padded, 'does not end in 0x60 0x0A');
  const name = latin1(tail.bytes.subarray(0, nameLength));
  const dataOffset = headerOffset + MEMBER_HEADER_SIZE + padded + 2;
  if (dataOffset + size > window.source.size) {
    throw window.source.error(headerOffset, `member '${name}': ${size} bytes go past the end of the file`);
  }
  return {
    member: { name, ordinal: -1, headerOffset, dataOffset, size, nameOffset: -1, nameSuffix: '' },
    next,
  };
}

function indexView(source: ByteSource, { dataOffset, size }: StoredMember): ByteView {
  return source.view(dataOffset, size, 'symbol index', false);
}
