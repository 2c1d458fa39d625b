import { ByteView } from '../bytes/byte-view.js';
import { type StoredArchive, type StoredTable, tableOf } from './archive.js';
import type { IndexRows } from './index-entries.js';
import { latin1 } from './member-header.js';
import { writeEcSymbols } from './write-index.js';

/**
 * The ARM64EC index counts members as the second linker member lists them. An entry of a dropped member goes to the
 * first kept member that the new index says defines the name, or is dropped with it.
 *
 * @param kept ordinals, ascending
 * @param rows of the new index
 * @throws MalformedError when the table, or the second linker member, is not sound
 */
export function rebuildEcSymbols(
  archive: StoredArchive,
  kept: readonly number[],
  rows: IndexRows | null,
  table: StoredTable,
): Uint8Array {
  const { label } = archive.source;
  const old = new ByteView(table.content!, table.name, label, table.dataOffset);
  const listed = coffMemberList(archive);
  const isKept = new Set(kept);
  const definer = new Map<string, number>();
  rows?.names.forEach((name, row) => {
    const text = latin1(name);
    if (!definer.has(text)) definer.set(text, rows.ordinals[row]);
  });
  const names: Uint8Array[] = [];
  const ordinals: number[] = [];
  const count = old.u32(0);
  for (let row = 0, at = 4 + 2 * count; row < count; row++) {
    const name = old.cString(at);
    at += name.length + 1;
    const was = listed[old.u16(4 + 2 * row) - 1];
    const ordinal = isKept.has(was) ? was : definer.get(latin1(name));
    if (ordinal === undefined) continue;
    names.push(name);
    ordinals.push(ordinal);
  }
  const namesSize = names.reduce((size, name) => size + name.length + 1, 0);
  return writeEcSymbols({ names, ordinals: Int32Array.from(ordinals), namesSize }, kept);
}

/** Ordinals of members in the order of the second linker member. */
function coffMemberList(archive: StoredArchive): number[] {
  const second = tableOf(archive, 'second-index');
  if (second === undefined) return archive.members.map(({ ordinal }) => ordinal);
  const view = archive.source.view(second.dataOffset, second.size, 'second linker member');
  const ordinals = new Map(archive.members.map(({ headerOffset, ordinal }) => [headerOffset, ordinal]));
  return Array.from({ length: view.u32(0) }, (_, at) => ordinals.get(view.u32(4 + 4 * at)) ?? -1);
}
