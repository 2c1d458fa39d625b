import { ByteView } from '../bytes/byte-view.js';
import { type StoredArchive, type StoredMember, tableOf } from './archive.js';
import { latin1Bytes } from './member-header.js';
import { longName, longNameEnd } from './member-name.js';

/** The long-name table of a rewritten archive. */
export interface RebuiltNames {
  /** Content of the table, of even length; null when the archive needs none. */
  readonly content: Uint8Array | null;
  /** New offset of an entry by its old one, for all entries that kept members use. */
  readonly moved: ReadonlyMap<number, number>;
}

/**
 * Copies the entries that kept members use, in their order, with their terminators. Members that shared an entry
 * share it again; in thin archives writers share none (llvm/lib/Object/ArchiveWriter.cpp, addToStringTable).
 *
 * @param rename gives a thin archive's paths from another folder; as stored, Latin-1
 * @throws RangeError for the table of System V release 1 (`ARFILENAMES/`), which is read only, and when a name that is
 *   to be another one is not in the table
 */
export function rebuildNames(
  archive: StoredArchive,
  kept: readonly StoredMember[],
  rename?: (name: string) => string,
): RebuiltNames {
  if (rename && kept.some(({ nameOffset }) => nameOffset < 0))
    throw new RangeError(
      `${archive.source.label}: has names outside its name table, so it keeps to its folder`,
    );
  const table = tableOf(archive, 'names');
  if (table === undefined) return { content: null, moved: new Map() };
  if (table.name !== '//') {
    throw new RangeError(`${archive.source.label}: archives with '${table.name}' cannot be written`);
  }
  const old = new ByteView(table.content!, 'long-name table', archive.source.label, table.dataOffset);
  const used = new Set(kept.map(({ nameOffset }) => nameOffset).filter((offset) => offset >= 0));
  const moved = new Map<number, number>();
  const entries: Uint8Array[] = [];
  let size = 0;
  for (const offset of [...used].sort((a, b) => a - b)) {
    const stored = old.bytes.subarray(offset, longNameEnd(old, offset));
    const entry = rename ? renamed(stored, longName(old, offset), rename) : stored;
    moved.set(offset, size);
    entries.push(entry);
    size += entry.length;
  }
  if (!rename && isUnchanged(moved, size, old.length)) return { content: old.bytes, moved };
  return { content: size === 0 ? null : joinPadded(entries, size), moved };
}

/** The entry with another name before its terminator. */
function renamed(entry: Uint8Array, name: string, rename: (name: string) => string): Uint8Array {
  const terminator = entry.subarray(name.length);
  return Uint8Array.from([...latin1Bytes(rename(name)), ...terminator]);
}

/** If no entry moved and only padding remains, the tool's original padding is kept. */
function isUnchanged(moved: ReadonlyMap<number, number>, size: number, oldSize: number): boolean {
  const isPadding = oldSize === size || (oldSize === size + 1 && size % 2 === 1);
  return isPadding && [...moved].every(([from, to]) => from === to);
}

/** GNU ar and LLVM pad the table with a newline, inside its size. */
function joinPadded(entries: readonly Uint8Array[], size: number): Uint8Array {
  const content = new Uint8Array(size + (size % 2)).fill(0x0a);
  let at = 0;
  for (const entry of entries) {
    content.set(entry, at);
    at += entry.length;
  }
  return content;
}
