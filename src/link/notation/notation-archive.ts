import type { StoredArchive, StoredMember, SymbolIndex } from '../../archive/archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { isDefined } from '../../symbols/flags.js';
import type { NameTable } from '../../symbols/names.js';
import { NONE } from '../../symbols/table.js';
import type { Archive, Member } from '../inputs/inputs.js';
import { flagsOf } from './notation-symbols.js';
import type { NotedEntry, NotedLink, NotedMember } from './notation-text.js';

/** The index as llvm-ar and GNU ar write it: definitions, common ones too, member by member. */
export function definitionsOf(members: readonly NotedMember[]): NotedEntry[] {
  return members.flatMap(({ symbols, marks }, ordinal) =>
    marks.has('unreadable') || marks.has('not-object')
      ? []
      : symbols.filter((symbol) => isDefined(flagsOf(symbol) ?? 0)).map(({ name }) => ({ name, ordinal })),
  );
}

/** @param entries of its index; null: it has none */
export function archiveOf(
  format: NotedLink['format'],
  place: Pick<Archive, 'id' | 'path' | 'firstMember'>,
  members: readonly Member[],
  entries: readonly NotedEntry[] | null,
  names: NameTable,
): Archive {
  const stored = storeArchive(place.path, format, members, entries);
  const index = entries && {
    name: Int32Array.from(entries, ({ name }) => names.internText(name)),
    member: Int32Array.from(entries, ({ ordinal }) => (ordinal < 0 ? NONE : place.firstMember + ordinal)),
  };
  return { ...place, kind: stored.kind, stored, isFixed: false, index };
}

/** The archive as `readArchive` would return it, for members with blank headers. */
function storeArchive(
  path: string,
  format: NotedLink['format'],
  members: readonly Member[],
  entries: readonly NotedEntry[] | null,
): StoredArchive {
  const parts: Uint8Array[] = [Buffer.from('!<arch>\n', 'latin1')];
  const stored: StoredMember[] = [];
  let headerOffset = 8;
  for (const { name, ordinal, size, source } of members) {
    const dataOffset = headerOffset + 60;
    stored.push({ name, ordinal, headerOffset, dataOffset, size, nameOffset: -1, nameSuffix: '' });
    parts.push(Buffer.alloc(60, ' '), source.bytes('rows'), Buffer.alloc(size % 2, '\n'));
    headerOffset = dataOffset + size + (size % 2);
  }
  return {
    kind: format === 'macho' ? 'darwin' : 'gnu',
    isThin: false,
    source: ByteSource.of(path, Buffer.concat(parts)),
    members: stored,
    index: entries && storeIndex(entries),
    tables: [],
    firstIndex: null,
    ecIndex: null,
  };
}

function storeIndex(entries: readonly NotedEntry[]): SymbolIndex {
  const names = entries.map(({ name }) => Buffer.from(`${name}\0`, 'latin1'));
  const nameStart = new Int32Array(names.length);
  for (let entry = 1; entry < names.length; entry++)
    nameStart[entry] = nameStart[entry - 1] + names[entry - 1].length;
  return {
    length: entries.length,
    names: Buffer.concat(names),
    nameStart,
    nameEnd: nameStart.map((start, entry) => start + names[entry].length - 1),
    ordinal: Int32Array.from(entries, ({ ordinal }) => ordinal),
    littleEndian: false,
  };
}
