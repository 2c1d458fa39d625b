import type { ByteSource } from '../bytes/byte-source.js';
import { lazily } from '../bytes/lazily.js';
import type { ArchiveKind, StoredArchive, StoredMember, StoredTable, TableRole } from './archive.js';
import { HEADER_SIZE } from './member-header.js';
import { readSymbolIndexes } from './symbol-index.js';

/** Members and tables of an archive that has its contents itself, as plain values. */
export interface ArchiveDescription {
  readonly kind: ArchiveKind;
  readonly members: readonly MemberDescription[];
  readonly tables: readonly (readonly [
    role: TableRole,
    name: string,
    headerOffset: number,
    dataOffset: number,
    size: number,
  ])[];
}

/** The two last are left out where the name is not in the table of long names. */
type MemberDescription = readonly [
  name: string,
  headerOffset: number,
  dataOffset: number,
  size: number,
  nameOffset?: number,
  nameSuffix?: string,
];

/** @returns null for AIX, whose index has other tables */
export function describeArchive({ kind, isThin, members, tables }: StoredArchive): ArchiveDescription | null {
  if (isThin || kind === 'aix-big') return null;
  return {
    kind,
    members: members.map(({ name, headerOffset, dataOffset, size, nameOffset, nameSuffix }) =>
      nameOffset < 0
        ? [name, headerOffset, dataOffset, size]
        : [name, headerOffset, dataOffset, size, nameOffset, nameSuffix],
    ),
    tables: tables.map(({ role, name, headerOffset, dataOffset, size }) => [
      role,
      name,
      headerOffset,
      dataOffset,
      size,
    ]),
  };
}

/**
 * The archive that was described. Its index, and the bytes of its tables, are read on first access.
 * @param source the same bytes
 */
export function describedArchive(source: ByteSource, described: ArchiveDescription): StoredArchive {
  const members = described.members.map(
    ([name, headerOffset, dataOffset, size, nameOffset = -1, nameSuffix = ''], ordinal): StoredMember => ({
      name,
      ordinal,
      headerOffset,
      dataOffset,
      size,
      nameOffset,
      nameSuffix,
    }),
  );
  const tables = described.tables.map(
    ([role, name, headerOffset, dataOffset, size]): StoredTable =>
      lazily({
        role,
        name,
        headerOffset,
        dataOffset,
        size,
        header: () => Uint8Array.from(source.view(headerOffset, HEADER_SIZE, 'member header').bytes),
        content: () => (role === 'names' ? source.view(dataOffset, size, name).bytes : null),
      }),
  );
  let read: ReturnType<typeof readSymbolIndexes> | undefined;
  const indexes = () => {
    read ??= readSymbolIndexes(source, tables, members, true);
    return read;
  };
  return lazily({
    kind: described.kind,
    isThin: false,
    source,
    members,
    tables,
    index: () => indexes().index,
    firstIndex: () => indexes().firstIndex,
    ecIndex: () => indexes().ecIndex,
  });
}
