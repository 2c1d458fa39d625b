import { type StoredArchive, type StoredTable, tableOf } from '../../src/archive/archive.js';
import { readArchive } from '../../src/archive/read-archive.js';
import type { ByteSource } from '../../src/bytes/byte-source.js';
import { openFiles } from '../../src/link/inputs/open-files.js';

/** Describes how a rewritten archive without drops differs from the tool's. @param path of the written archive */
export function whyDifferent(stored: StoredArchive, path: string): string {
  const files = openFiles();
  try {
    const written = readArchive(files.open(path).source);
    return (
      whyIndexDiffers(stored, written) ?? whyTablesDiffer(stored, written) ?? whyRestDiffers(stored, written)
    );
  } finally {
    files.close();
  }
}

function whyIndexDiffers(stored: StoredArchive, written: StoredArchive): string | null {
  const [old, made] = [tableOf(stored, 'index'), tableOf(written, 'index')];
  if ((old === undefined) !== (made === undefined))
    return old ? 'it had an index without need' : 'it had no index';
  const [oldRows, newRows] = [indexRows(stored), indexRows(written)];
  if (oldRows.length !== newRows.length)
    return `its index had ${oldRows.length < newRows.length ? 'too few' : 'too many'} entries`;
  if (oldRows.join('\n') === newRows.join('\n')) return null;
  return oldRows.sort().join('\n') === newRows.sort().join('\n')
    ? 'entries of its index were in another order'
    : 'its index named other members';
}

/** A name and the ordinal of its member for each entry. */
function indexRows({ index }: StoredArchive): string[] {
  if (index === null) return [];
  const { ordinal, names, nameStart, nameEnd } = index;
  const nameOf = (row: number) =>
    Buffer.from(names.subarray(nameStart[row], nameEnd[row])).toString('latin1');
  return Array.from(ordinal, (member, row) => `${nameOf(row)} ${member}`);
}

function whyTablesDiffer(stored: StoredArchive, written: StoredArchive): string | null {
  const [old, made] = [tableOf(stored, 'index'), tableOf(written, 'index')];
  if (old && made && old.name !== made.name) return `its index was called ${old.name}, now ${made.name}`;
  if (old && made && old.size !== made.size)
    return `its index was padded otherwise (${old.size - made.size} bytes)`;
  return tableOf(stored, 'names')?.size === tableOf(written, 'names')?.size
    ? null
    : 'its table of long names had unused entries';
}

function whyRestDiffers(stored: StoredArchive, written: StoredArchive): string {
  const [before, after] = [stored.source, written.source];
  const [old, made] = [tableOf(stored, 'index'), tableOf(written, 'index')];
  if (old && made && !bytesOf(before, old).equals(bytesOf(after, made)))
    return stored.kind === 'coff'
      ? 'its first index listed the names of a member in another order'
      : 'the names of its sorted index were in another order';
  return before.size === after.size ? 'other bytes' : `${before.size - after.size} bytes at the end`;
}

const bytesOf = (source: ByteSource, { dataOffset, size }: StoredTable): Buffer =>
  Buffer.from(source.view(dataOffset, size, 'index').bytes);
