import { type StoredArchive, type StoredMember, tableOf } from './archive.js';
import { type IndexEntries, type IndexRows, keptRows, NO_ROWS } from './index-entries.js';
import { type RebuiltNames, rebuildNames } from './name-table.js';
import { type Piece, PieceList } from './piece.js';
import { type PlacedMembers, placeMembers, type ReplacedContents } from './place-members.js';
import { placeTables, type TableBlock } from './place-tables.js';
import { MAGIC_SIZE } from './read-archive.js';
import type { Width } from './write-index.js';

/** From this header offset on, 32 bits do not reach. */
const WIDE_FROM = 0x1_0000_0000;

/**
 * Lays out an archive with only the `kept` members: the same kind and order, unchanged headers and contents, and a new
 * index. It writes nothing and reads no contents: the caller streams the ranges. With all members kept and the entries
 * of the source, archives of GNU ar and llvm-ar are reproduced byte for byte.
 *
 * - An index is written if the source has one, and for Darwin always.
 * - Its offsets are 64 bits wide if a header is at 2³² or later, otherwise 32 bits, unless the source has 64-bit
 *   offsets without need: then its target requires them (MIPS64).
 * - With nothing kept: only the magic (GNU, BSD), or the magic and indexes without entries (Darwin, COFF).
 * - Thin: only headers. The paths are relative, so an archive in another folder needs `rename`.
 *
 * Source: llvm/lib/Object/ArchiveWriter.cpp.
 *
 * @param archive as `readArchive` gave it
 * @param kept    ordinals, ascending, without duplicates
 * @param entries entries of the index; those of members that are not kept are left out. May be null only if no index is
 *                written, or nothing is kept
 * @param rename  other names for the members, as they are stored; of thin archives only
 * @param contents by ordinal, instead of stored contents; not for thin archives
 * @returns pieces in order; ranges are of `archive.source`
 * @throws RangeError for AIX archives, ordinals out of order, missing entries, a COFF archive of more than 4 GiB, and
 *   names that cannot be replaced
 */
export function layOutArchive(
  archive: StoredArchive,
  kept: readonly number[],
  entries: IndexEntries | null,
  rename?: (name: string) => string,
  contents?: ReplacedContents,
): Piece[] {
  requireWritable(archive, kept);
  if (archive.isThin && contents !== undefined && contents.size > 0)
    throw new RangeError(`${archive.source.label}: a thin archive has no contents to replace`);
  const isKept = new Set(kept);
  const rows = needsIndex(archive, kept) ? requiredRows(archive, isKept, entries) : null;
  const members = kept.map((ordinal) => archive.members[ordinal]);
  const names = rebuildNames(archive, members, rename);
  const narrow = layOut(archive, members, names, rows, isWideByChoice(archive) ? 8 : 4, contents);
  const isTooNarrow =
    rows !== null && narrow.placed.lastHeaderOffset >= WIDE_FROM && !isWideByChoice(archive);
  if (isTooNarrow && archive.kind === 'coff') {
    throw new RangeError(`${archive.source.label}: a COFF archive cannot index members past 4 GiB`);
  }
  return join(isTooNarrow ? layOut(archive, members, names, rows, 8, contents) : narrow);
}

interface Layout {
  readonly tables: readonly TableBlock[];
  readonly placed: PlacedMembers;
}

function layOut(
  archive: StoredArchive,
  members: readonly StoredMember[],
  { content, moved }: RebuiltNames,
  rows: RequiredRows | null,
  width: Width,
  contents: ReplacedContents | undefined,
): Layout {
  const kept = members.map(({ ordinal }) => ordinal);
  const names = members.length === 0 ? null : content;
  const tables = placeTables({
    archive,
    kept,
    rows: rows?.main ?? null,
    ecRows: rows?.ec ?? null,
    names,
    width,
  });
  const start = tables.reduce((position, { size }) => position + size, MAGIC_SIZE);
  return { tables, placed: placeMembers(archive, members, moved, start, contents) };
}

function join({ tables, placed }: Layout): Piece[] {
  const out = new PieceList();
  out.copy(0, MAGIC_SIZE);
  for (const table of tables) table.write(out, placed.headerOffsets);
  out.append(placed.pieces);
  return out.finish();
}

function requireWritable({ kind, source, members }: StoredArchive, kept: readonly number[]): void {
  if (kind === 'aix-big') throw new RangeError(`${source.label}: AIX archives are read only`);
  kept.forEach((ordinal, at) => {
    const isInOrder = at === 0 || ordinal > kept[at - 1];
    if (!isInOrder || !(ordinal in members))
      throw new RangeError(`${source.label}: no kept member ${ordinal}`);
  });
}

function isDarwin({ kind }: StoredArchive): boolean {
  return kind === 'darwin' || kind === 'darwin64';
}

function needsIndex(archive: StoredArchive, kept: readonly number[]): boolean {
  if (isDarwin(archive)) return true;
  const hasIndex = tableOf(archive, 'index') !== undefined;
  return hasIndex && (kept.length > 0 || archive.kind === 'coff');
}

interface RequiredRows {
  readonly main: IndexRows;
  /** Null where the source has no ARM64EC index. */
  readonly ec: IndexRows | null;
}

function requiredRows(
  archive: StoredArchive,
  isKept: ReadonlySet<number>,
  entries: IndexEntries | null,
): RequiredRows {
  const rowsIn = (list: IndexEntries | null | undefined, what: string): IndexRows => {
    if (!list && isKept.size > 0)
      throw new RangeError(`${archive.source.label}: has ${what}, so its entries are needed`);
    return list ? keptRows(list, (ordinal) => isKept.has(ordinal)) : NO_ROWS;
  };
  return {
    main: rowsIn(entries, 'an index'),
    ec: archive.ecIndex === null ? null : rowsIn(entries?.ec, 'an ARM64EC index'),
  };
}

/** The source has 64-bit offsets although 32 bits would have done. */
function isWideByChoice(archive: StoredArchive): boolean {
  const isWide = archive.kind === 'gnu64' || archive.kind === 'darwin64';
  return isWide && (archive.members.at(-1)?.headerOffset ?? 0) < WIDE_FROM;
}
