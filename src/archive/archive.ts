import type { ByteSource } from '../bytes/byte-source.js';

/** How the archive lays out names, index and padding. `gnu64` and `darwin64` differ in the index alone. */
export type ArchiveKind = 'gnu' | 'gnu64' | 'bsd' | 'darwin' | 'darwin64' | 'coff' | 'aix-big';

/** One member as its archive stores it. Its identity is the ordinal: names repeat in real archives. */
export interface StoredMember {
  /** As stored, Latin-1, without padding or terminator. In a thin archive a path relative to the archive's folder. */
  readonly name: string;
  /** 0, 1, … among the members; index, name table and specials are not members. */
  readonly ordinal: number;
  /** In bytes from the start of the archive's `source`, as all offsets here. */
  readonly headerOffset: number;
  /** Offset of the content, after an inline name (`#1/20`). A thin archive has no content here. */
  readonly dataOffset: number;
  /** Bytes of content, without an inline name. Darwin counts its padding in. In a thin archive, of the named file. */
  readonly size: number;
  /** Where its name is in the long-name table, or −1 when the name is in the header or inline. */
  readonly nameOffset: number;
  /** The rest of the header's name field: `:456` in a thin archive flattened from another, otherwise empty. */
  readonly nameSuffix: string;
}

/** The archive's own claim which member defines which name, in the order it is stored. Linkers that trust it see
 * nothing else; it can be stale, so it is compared with the members' own symbols. */
export interface SymbolIndex {
  /** Of the index entry; the same number of rows as `name`. */
  readonly length: number;
  /** Latin-1 bytes of all names, NUL-terminated, one after another. */
  readonly names: Uint8Array;
  /** Start of each entry's name in `names`. */
  readonly nameStart: Int32Array;
  /** Exclusive end of each entry's name. */
  readonly nameEnd: Int32Array;
  /** Ordinal of the member, or −1 when the entry's offset is not a member's. */
  readonly ordinal: Int32Array;
  /** Set where all names follow one another in the order of the rows, each with a NUL after it: their bytes, unread. */
  readonly namesInRow?: ByteSource;
  /** Byte order of the numbers; a matter of the target in BSD and Darwin archives, fixed in all others. */
  readonly littleEndian: boolean;
}

/**
 * Role of an archive entry that is not a member: the index (COFF has two), the long-name table, or an unknown special
 * entry.
 */
export type TableRole = 'index' | 'second-index' | 'names' | 'special';

/** An archive entry before the members. Kept so that a rewritten archive has the same date, owner and mode. */
export interface StoredTable {
  readonly role: TableRole;
  /** `/`, `//`, `/SYM64/`, `__.SYMDEF SORTED`, `/<ECSYMBOLS>/`, … */
  readonly name: string;
  readonly headerOffset: number;
  /** Offset of the content, after an inline name. */
  readonly dataOffset: number;
  /** Bytes of content, without an inline name. */
  readonly size: number;
  /** The 60 bytes of the header. */
  readonly header: Uint8Array;
  /** Content of the long-name table, which a rewrite changes; null for all others. */
  readonly content: Uint8Array | null;
}

/** The special that holds the ARM64EC index of a COFF archive. */
export const EC_SYMBOLS = '/<ECSYMBOLS>/';

export interface StoredArchive {
  readonly kind: ArchiveKind;
  readonly isThin: boolean;
  readonly source: ByteSource;
  readonly members: readonly StoredMember[];
  /** Of COFF the second linker member, which link.exe and lld-link read. */
  readonly index: SymbolIndex | null;
  /** COFF's first linker member, which GNU ld reads: the same names, not sorted. Null for all others. */
  readonly firstIndex: SymbolIndex | null;
  /** `/<ECSYMBOLS>/`: what code of ARM64EC sees in place of `index`. Null without one. */
  readonly ecIndex: SymbolIndex | null;
  /** In file order. Empty for AIX, whose tables are not rewritten. */
  readonly tables: readonly StoredTable[];
}

/** The first table of that role, if there is one. */
export function tableOf(archive: Pick<StoredArchive, 'tables'>, role: TableRole): StoredTable | undefined {
  return archive.tables.find((table) => table.role === role);
}
