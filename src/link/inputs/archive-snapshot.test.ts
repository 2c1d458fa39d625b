import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { samples } from '../../../test/builders/archive-samples.js';
import { ROOT } from '../../../test/root.js';
import { tableOf } from '../../archive/archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { COLUMNS } from '../../engine/core.js';
import { checksum, openSnapshot } from '../../symbols/snapshot.js';
import { NONE, SymbolTableBuilder } from '../../symbols/table.js';
import type { SnapshotStore } from './archive-snapshot.js';
import type { InputFile } from './input-file.js';
import type { Archive, Inputs } from './inputs.js';
import { inputsReader } from './read-inputs.js';

/*
 * Inputs that are read by snapshots are those that are read from the bytes: rows, ids of names, contents, indexes.
 */

const FOUNDING = join(ROOT, 'fixtures/founding');
/** Offsets in the file of a snapshot: what the checksum is of, and the block. */
const CHECKED = 8;
const BLOCK = 80;
const FORMATS = ['elf', 'macho', 'coff', 'wasm'];

const fileOf = (path: string, bytes: Uint8Array): InputFile => ({
  path,
  key: path,
  source: ByteSource.of(path, bytes),
});

/** The object and all archives of the founding case, the archives in any order. */
function founding(format: string, order = (names: string[]) => names): InputFile[] {
  const folder = join(FOUNDING, format);
  const archives = readdirSync(folder).filter((name) => name.endsWith('.a'));
  return ['main.o', ...order(archives)].map((name) => fileOf(name, readFileSync(join(folder, name))));
}

/** Snapshots in memory, by path. */
interface Store extends SnapshotStore {
  readonly files: Map<string, Uint8Array>;
  loaded: number;
}

function storeOf(files = new Map<string, Uint8Array>()): Store {
  const store: Store = {
    files,
    loaded: 0,
    keyOf: ({ path, isHidden = false }) => `${isHidden}${path}`.padEnd(64),
    load: (key, place) => {
      const bytes = files.get(key);
      const target = bytes === undefined ? null : place(bytes.length);
      if (bytes === undefined || target === null) return false;
      target.set(bytes);
      store.loaded++;
      return true;
    },
    save: (key, bytes) => files.set(key, bytes),
  };
  return store;
}

function read(files: readonly InputFile[], snapshots: SnapshotStore | null = null): Inputs {
  const reader = inputsReader('link', () => null, { snapshots });
  for (const file of files) reader.add(file);
  return reader.finish();
}

/** All that a planner sees of some inputs. */
function viewOf({ archives, members, contents, symbols, format }: Inputs): object {
  // Indexes intern names, too.
  const seen = archives.map(viewOfArchive);
  const { names, ...columns } = symbols;
  return {
    archives: seen,
    members: members.map(({ source, ...member }) => ({
      ...member,
      source: [source.label, source.start, source.size],
    })),
    contents: [...contents],
    columns,
    names: Array.from({ length: names.length }, (_, name) => names.text(name)),
    format,
  };
}

function viewOfArchive({ stored, id, path, kind, firstMember, isFixed, index }: Archive): object {
  const { source, tables, ...described } = stored;
  const rowsOf = (one: typeof stored.index) =>
    one && [
      one.length,
      one.littleEndian,
      one.nameStart,
      one.nameEnd,
      one.ordinal,
      Buffer.from(one.names).toString('latin1'),
    ];
  return {
    ...{ id, path, kind, firstMember, isFixed, index, start: source.start },
    described: {
      ...described,
      index: rowsOf(stored.index),
      firstIndex: rowsOf(stored.firstIndex),
      ecIndex: rowsOf(stored.ecIndex),
    },
    tables: tables.map((table) => ({ ...table })),
    names: tableOf(stored, 'names')?.content?.length,
  };
}

describe.each(FORMATS)('%s', (format) => {
  test('inputs by new and by known snapshots are those of the bytes', () => {
    const files = founding(format);
    const store = storeOf();
    const expected = viewOf(read(files));
    expect(viewOf(read(files, store))).toEqual(expected);
    expect(store.loaded).toBe(0);
    expect(viewOf(read(files, store))).toEqual(expected);
    expect(store.loaded).toBe(files.length - 1);
  });

  test('a snapshot depends on no other file of its line', () => {
    const store = storeOf();
    read(founding(format), store);
    const files = founding(format, (names) => names.toReversed()).slice(1);
    const known = read(files, store);
    expect(store.loaded).toBe(files.length);
    expect(viewOf(known)).toEqual(viewOf(read(files)));
  });

  test('an archive whose definitions are hidden has a snapshot of its own', () => {
    const files = founding(format).map((file) => ({ ...file, isHidden: file.path !== 'main.o' }));
    const store = storeOf();
    read(founding(format), store);
    for (let round = 0; round < 2; round++) expect(viewOf(read(files, store))).toEqual(viewOf(read(files)));
  });
});

test.each(Object.entries(samples).filter(([name]) => name !== 'thin'))(
  'an archive of %s',
  (name, { bytes }) => {
    const store = storeOf();
    const files = [fileOf(name, bytes)];
    for (let round = 0; round < 2; round++) expect(viewOf(read(files, store))).toEqual(viewOf(read(files)));
  },
);

test('the index is in a snapshot if it lists no other names than the members have', () => {
  const stored = readFileSync(join(FOUNDING, 'elf/libstdlib.a'));
  const renamed = Buffer.from(stored);
  // The last letter of the first name that the index lists, to one that no name has.
  renamed[stored.indexOf(0, 68 + 4 + 4 * stored.readUInt32BE(68)) - 1] = '#'.charCodeAt(0);
  const isRead = (bytes: Uint8Array): boolean => {
    const store = storeOf();
    read([fileOf('libstdlib.a', bytes)], store);
    let reads = 0;
    const file = fileOf('libstdlib.a', bytes);
    const [archive] = read([{ ...file, source: file.source.watched(() => reads++) }], store).archives;
    reads = 0;
    expect(archive.index?.name.length).toBeGreaterThan(0);
    return reads > 0;
  };
  expect([stored, renamed].map(isRead)).toEqual([false, true]);
  const files = [fileOf('libstdlib.a', renamed)];
  const store = storeOf();
  for (let round = 0; round < 2; round++) expect(viewOf(read(files, store))).toEqual(viewOf(read(files)));
});

test('every byte of a snapshot counts: a damaged one is made again', () => {
  const files = [fileOf('libext_pinned.a', readFileSync(join(FOUNDING, 'wasm/libext_pinned.a')))];
  const whole = storeOf();
  const expected = viewOf(read(files, whole));
  const [[key, bytes]] = whole.files;
  const builder = new SymbolTableBuilder();
  const opened = (file: Uint8Array) =>
    openSnapshot(builder, key, (place) => {
      place(file.length)?.set(file);
      return true;
    });
  expect(opened(bytes)?.text).toContain('archive');
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Uint8Array.from(bytes);
    damaged[at] ^= 1 << (at % 8);
    expect(opened(damaged)).toBeNull();
    if (at % 100 > 0) continue;
    const store = storeOf(new Map([[key, damaged]]));
    expect(viewOf(read(files, store))).toEqual(expected);
    expect(store.files.get(key)).toEqual(bytes);
  }
});

test('numbers that do not fit together add nothing, and lead out of no column', () => {
  const whole = storeOf();
  read([fileOf('libext_pinned.a', readFileSync(join(FOUNDING, 'wasm/libext_pinned.a')))], whole);
  const [[key, bytes]] = whole.files;
  for (let at = BLOCK; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 0x81;
    const builder = new SymbolTableBuilder();
    const snapshot = openSnapshot(builder, key, (place) => {
      const target = place(changed.length)!;
      target.set(changed);
      const sum = checksum(builder.core, target.byteOffset + CHECKED, changed.length - CHECKED);
      new DataView(target.buffer, target.byteOffset).setBigInt64(0, sum, true);
      return true;
    })!;
    const isAdded = snapshot.add();
    const index = isAdded ? snapshot.index() : null;
    const members = builder.core.exports.memberCount();
    const { length, name, names, group, groups } = builder.finish();
    if (!isAdded) expect([length, names.length, groups.length]).toEqual([0, 0, 0]);
    expect(name.every((one) => one >= 0 && one < names.length)).toBe(true);
    expect(group.every((one) => one >= NONE && one < groups.length)).toBe(true);
    expect(index?.name.every((one) => one >= 0 && one < names.length) ?? true).toBe(true);
    expect(index?.member.every((one) => one >= NONE && one < members) ?? true).toBe(true);
  }
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ['empty', () => new Uint8Array()],
  ['cut short', (bytes) => bytes.subarray(0, -1)],
  ['longer', (bytes) => Buffer.concat([bytes, bytes])],
  ['a header alone', (bytes) => bytes.subarray(0, 80)],
  ['zeros', ({ length }) => new Uint8Array(length)],
])('a snapshot that is not one: %s', (_, change) => {
  const files = founding('elf');
  const store = storeOf();
  const expected = viewOf(read(files, store));
  const whole = new Map(store.files);
  for (const [key, bytes] of whole) store.files.set(key, change(bytes));
  expect(viewOf(read(files, store))).toEqual(expected);
  expect(store.files).toEqual(whole);
});

test('a snapshot in the place of another is not believed', () => {
  const files = founding('elf');
  const store = storeOf();
  const expected = viewOf(read(files, store));
  const [[one, bytes], [other]] = store.files;
  store.files.set(other, bytes);
  expect(viewOf(read(files, store))).toEqual(expected);
  expect(store.files.get(one)).toEqual(bytes);
  expect(store.files.get(other)).not.toEqual(bytes);
});

test('every column of the core is in a snapshot, or follows from it', () => {
  // A new column is to be written in src/symbols/snapshot.ts and read in src/core/snapshot.ts.
  expect(Object.keys(COLUMNS)).toEqual([
    'name',
    'member',
    'flags',
    'group',
    'section',
    'size',
    'alignment',
    'firstSymbol',
    'groupSignature',
    'groupMember',
    'groupSelection',
    'groupSize',
    'groupDigest',
  ]);
});
