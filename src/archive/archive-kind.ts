import type { ByteSource } from '../bytes/byte-source.js';
import type { ArchiveKind, StoredMember, StoredTable } from './archive.js';
import { NAME_FIELD_SIZE } from './member-header.js';

/**
 * The kind of an archive, from its tables if it has any, otherwise from its first member.
 *
 * - `/SYM64/`: gnu64. Two members `/`, or a `/<…>/`: coff. One `/` or a `//`: gnu.
 * - No table, and the first name ends in `/`, or there are no members: gnu.
 * - All others are BSD-like, and Darwin if the index is called SORTED or `_64`, or the first member is a Mach-O
 *   file, or, where that is neither ELF nor WebAssembly (bitcode, text), if all data start at multiples of 8 and
 *   are multiples of 8 long: LLVM's `bsd` aligns the starts as well, but pads data to 2 only.
 */
export function archiveKind(
  source: ByteSource,
  tables: readonly StoredTable[],
  members: readonly StoredMember[],
): ArchiveKind {
  const first = tables[0]?.name;
  if (first === '/SYM64/') return 'gnu64';
  if (tables.some(({ role }) => role === 'second-index' || role === 'special')) return 'coff';
  if (first !== undefined && !first.startsWith('__.SYMDEF')) return 'gnu';
  if (first === undefined && hasGnuName(source, members)) return 'gnu';
  if (first?.includes('_64')) return 'darwin64';
  return first?.includes('SORTED') || isDarwin(source, members) ? 'darwin' : 'bsd';
}

function hasGnuName(source: ByteSource, members: readonly StoredMember[]): boolean {
  if (members.length === 0) return true;
  const { headerOffset, dataOffset } = members[0];
  if (dataOffset - headerOffset > 60) return false;
  const field = source.view(headerOffset, NAME_FIELD_SIZE, 'member name').bytes;
  let end = field.length;
  while (end > 0 && field[end - 1] === 0x20) end--;
  return end > 0 && field[end - 1] === 0x2f;
}

const MACHO = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const ELF = 0x7f454c46;
const WASM = 0x0061736d;

function isDarwin(source: ByteSource, members: readonly StoredMember[]): boolean {
  // LLVM writes an index without members for Darwin alone.
  if (members.length === 0) return true;
  const magic = members[0].size >= 4 ? source.view(members[0].dataOffset, 4, 'magic', false).u32(0) : 0;
  if (MACHO.has(magic)) return true;
  if (magic === ELF || magic === WASM) return false;
  return members.every(({ dataOffset, size }) => dataOffset % 8 === 0 && size % 8 === 0);
}
