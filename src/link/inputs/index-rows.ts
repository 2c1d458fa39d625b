import type { StoredArchive, SymbolIndex } from '../../archive/archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { NameTable } from '../../symbols/names.js';
import type { KnownIndex, ReadRows } from '../../symbols/snapshot.js';
import { type MemberId, NONE, type SymbolTableBuilder } from '../../symbols/table.js';

/* The index of an archive as rows of the symbol table: names and members by id. */

/**
 * Interns the names of an index, if the archive has one.
 * @throws MalformedError if the file has changed since it was read
 */
export function internIndex(
  stored: StoredArchive,
  firstMember: MemberId,
  names: NameTable,
): KnownIndex | null {
  if (!stored.index) return null;
  const name = internNames(stored.index, stored.source, names, firstMember);
  return indexOf({ name, member: stored.index.ordinal }, firstMember);
}

/** An index whose members are ids, of one whose members are ordinals. */
export const indexOf = ({ name, member }: KnownIndex, firstMember: MemberId): KnownIndex => ({
  name,
  member: member.map((ordinal) => (ordinal < 0 ? NONE : firstMember + ordinal)),
});

/** The rows of an archive that a table has read alone. Names that only the index has join a table when it is read. */
export function rowsOf({ index, source }: StoredArchive, builder: SymbolTableBuilder): ReadRows {
  const names = builder.names.length;
  if (index === null) return { builder, names, index };
  const name = internNames(index, source, builder.names, 0);
  const isKnown = builder.names.length === names;
  return { builder, names, index: isKnown ? { name, member: index.ordinal } : null };
}

function internNames(
  index: SymbolIndex,
  source: ByteSource,
  names: NameTable,
  firstMember: MemberId,
): Int32Array {
  const { length, namesInRow } = index;
  if (namesInRow) {
    const ids = names.internIndex(namesInRow, length, firstMember);
    // The index was checked when the archive was read.
    if (ids === null) throw source.error(0, 'the archive index has changed since it was read');
    return ids;
  }
  const { names: bytes, nameStart, nameEnd } = index;
  const name = new Int32Array(length);
  for (let entry = 0; entry < length; entry++)
    name[entry] = names.intern(bytes, nameStart[entry], nameEnd[entry]);
  return name;
}
