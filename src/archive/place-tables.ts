import { EC_SYMBOLS, type StoredArchive, type StoredTable, tableOf } from './archive.js';
import {
  firstOfEachName,
  hasRepeatedName,
  type IndexRows,
  orderByName,
  sortedByName,
} from './index-entries.js';
import { HEADER_SIZE, latin1Bytes, patchHeader } from './member-header.js';
import type { PieceList } from './piece.js';
import { inlineNameSize, isPaddedLikeApple, PADDING } from './place-members.js';
import {
  alignTo,
  coffIndexSize,
  type HeaderOffsets,
  offsetIndexSize,
  type PairStyle,
  pairIndexSize,
  type Width,
  writeCoffIndex,
  writeEcSymbols,
  writeOffsetIndex,
  writePairIndex,
} from './write-index.js';

/** A table of the new archive. Its size is known before the place of any member is. */
export interface TableBlock {
  /** In bytes, with its header. */
  readonly size: number;
  readonly write: (out: PieceList, offsets: HeaderOffsets) => void;
}

/** Input for the tables of a new archive. */
export interface TableInput {
  readonly archive: StoredArchive;
  /** Ordinals, ascending. */
  readonly kept: readonly number[];
  /** Entries of kept members; null when the new archive has no index. */
  readonly rows: IndexRows | null;
  /** The same for the ARM64EC index. */
  readonly ecRows: IndexRows | null;
  /** The long-name table, if there is to be one. */
  readonly names: Uint8Array | null;
  /** Of an offset in the index. */
  readonly width: Width;
}

/** The tables of the source, remade, in the source's order. */
export function placeTables(input: TableInput): TableBlock[] {
  const { archive } = input;
  const blocks = archive.tables.map((table) => placeTable(input, table)).filter((block) => block !== null);
  const hasIndex = tableOf(archive, 'index') !== undefined;
  // Apple's linkers refuse a Darwin archive without an index, so it gets one.
  if (!hasIndex && input.rows !== null) blocks.unshift(placePairIndex(input, undefined, input.rows));
  return blocks;
}

function placeTable(input: TableInput, table: StoredTable): TableBlock | null {
  switch (table.role) {
    case 'index':
      return input.rows === null ? null : placeIndex(input, table, input.rows);
    case 'second-index':
      return input.rows === null ? null : placeCoffIndex(input, table, input.rows);
    case 'names':
      return input.names === null ? null : contentBlock(table, input.names);
    case 'special':
      return input.kept.length === 0 ? null : placeSpecial(input, table);
  }
}

/** A table with a pad byte after it where its size is odd: headers are at even offsets. */
function contentBlock(table: StoredTable, content: Uint8Array): TableBlock {
  const padding = new Uint8Array(content.length % 2).fill(PADDING);
  return {
    size: HEADER_SIZE + content.length + padding.length,
    write: (out) => {
      out.bytes(patchHeader(table.header, table.name, content.length));
      out.bytes(content);
      out.bytes(padding);
    },
  };
}

function placeIndex(input: TableInput, table: StoredTable, rows: IndexRows): TableBlock {
  if (table.name.startsWith('__.SYMDEF')) return placePairIndex(input, table, rows);
  const isCoff = tableOf(input.archive, 'second-index') !== undefined;
  const listed = isCoff ? firstOfEachName(rows) : rows;
  const size = offsetIndexSize(listed, input.width, isCoff ? 0 : emptyNamesSize(input));
  return {
    size: HEADER_SIZE + size,
    write: (out, offsets) => {
      out.bytes(patchHeader(table.header, input.width === 8 ? '/SYM64/' : '/', size));
      out.bytes(writeOffsetIndex(listed, input.width, size, offsets));
    },
  };
}

/**
 * An index without entries in an archive with members has some NULs for names: LLVM writes 3, for the sake of old
 * Solaris tools, GNU ar none. What the source had is kept.
 */
function emptyNamesSize({ archive, kept }: TableInput): number {
  if (kept.length === 0) return 0;
  return archive.index?.length === 0 ? archive.index.names.length : 3;
}

/** `__.SYMDEF` in its variants, at the start of the archive, with padding such that the first member is aligned. */
function placePairIndex(input: TableInput, table: StoredTable | undefined, rows: IndexRows): TableBlock {
  const { archive, width } = input;
  const order = table?.name.includes('SORTED') ? orderByName(rows) : null;
  // With a name twice, binary search would find either: then Apple's tools do not sort.
  const isSorted = order !== null && !hasRepeatedName(rows, order);
  const name = `__.SYMDEF${width === 8 ? '_64' : ''}${isSorted ? ' SORTED' : ''}`;
  const position = 8;
  const isDirect =
    table !== undefined && table.dataOffset === table.headerOffset + HEADER_SIZE && name.length <= 16;
  const nameSize = isDirect ? 0 : inlineNameSize(name.length, position, isPaddedLikeApple(archive));
  const start = position + HEADER_SIZE + nameSize;
  const emptyNames = emptyNamesSize(input);
  const firstMember = archive.members[0]?.headerOffset ?? 0;
  const alignment = [8, 4].find((multiple) => firstMember % multiple === 0) ?? 2;
  const size = alignTo(start + pairIndexSize(rows, width, emptyNames), alignment) - start;
  const header = patchHeader(
    table?.header ?? blankHeader(),
    isDirect ? name : `#1/${nameSize}`,
    nameSize + size,
  );
  return {
    size: HEADER_SIZE + nameSize + size,
    write: (out, offsets) => {
      const inline = new Uint8Array(nameSize);
      if (!isDirect) inline.set(latin1Bytes(name));
      out.bytes(header);
      out.bytes(inline);
      out.bytes(
        writePairIndex(
          rows,
          isSorted ? order : null,
          width,
          emptyNames,
          size,
          offsets,
          pairStyle(archive, table),
        ),
      );
    },
  };
}

/** As LLVM writes it with `D`: date, owner and mode 0. */
function blankHeader(): Uint8Array {
  const fields = ['', 16, '0', 12, '0', 6, '0', 6, '0', 8, '', 10] as const;
  let text = '';
  for (let at = 0; at < fields.length; at += 2)
    text += String(fields[at]).padEnd(Number(fields[at + 1]), ' ');
  return latin1Bytes(`${text}\`\n`);
}

function pairStyle(archive: StoredArchive, table: StoredTable | undefined): PairStyle {
  const { index } = archive;
  if (index === null || table === undefined) return { littleEndian: true, countsPadding: false };
  const width = table.name.includes('_64') ? 8 : 4;
  const fillsTable = 2 * width * (1 + index.length) + index.names.length === table.size;
  const namesEnd = index.nameEnd.reduce((end, next) => Math.max(end, next + 1), 0);
  const hasPadding = index.names.length > namesEnd;
  return {
    littleEndian: index.littleEndian,
    countsPadding: fillsTable && (hasPadding || isPaddedLikeApple(archive)),
  };
}

function placeCoffIndex(input: TableInput, table: StoredTable, rows: IndexRows): TableBlock {
  const sorted = sortedByName(firstOfEachName(rows));
  const size = coffIndexSize(sorted, input.kept.length);
  return {
    size: HEADER_SIZE + size,
    write: (out, offsets) => {
      out.bytes(patchHeader(table.header, '/', size));
      out.bytes(writeCoffIndex(sorted, input.kept, size, offsets));
    },
  };
}

function placeSpecial(input: TableInput, table: StoredTable): TableBlock {
  const { source } = input.archive;
  if (table.name === EC_SYMBOLS && input.ecRows !== null)
    return contentBlock(table, writeEcSymbols(sortedByName(firstOfEachName(input.ecRows)), input.kept));
  const end = table.dataOffset + table.size;
  const length = Math.min(end + (end % 2), source.size) - table.headerOffset;
  return { size: length, write: (out) => out.copy(table.headerOffset, length) };
}
