import { describe, expect, test } from 'vitest';
import { LONG, type Sample, samples } from '../../test/builders/archive-samples.js';
import {
  build,
  concat,
  numbers,
  offsetIndex,
  type Part,
  REGULAR,
  text,
} from '../../test/builders/build-archive.js';
import { materialise } from '../../test/builders/materialise.js';
import { ByteSource } from '../bytes/byte-source.js';
import type { StoredArchive } from './archive.js';
import { entriesOf as entriesOfNames, type IndexEntries, storedEntries } from './index-entries.js';
import { latin1 } from './member-header.js';
import { sizeOf } from './piece.js';
import { readArchive } from './read-archive.js';
import { layOutArchive } from './write-archive.js';

const read = (bytes: Uint8Array) => readArchive(ByteSource.of('lib.a', bytes));

const entriesOf = (rows: readonly (readonly [string, number])[]): IndexEntries =>
  entriesOfNames(
    rows.map(([name]) => text(name)),
    rows.map(([, ordinal]) => ordinal),
  );

const stored = (archive: StoredArchive): IndexEntries | null =>
  archive.index === null ? null : storedEntries(archive);

function rewrite(bytes: Uint8Array, kept: readonly number[]): Uint8Array {
  const archive = read(bytes);
  const pieces = layOutArchive(archive, kept, stored(archive));
  const written = materialise(pieces, archive.source);
  expect(sizeOf(pieces)).toBe(written.length);
  return written;
}

function all({ members }: StoredArchive): number[] {
  return members.map(({ ordinal }) => ordinal);
}

/** Name, header fields (date, owner, mode) and content of each member. */
function members({ members, source, isThin }: StoredArchive) {
  return members.map(({ name, headerOffset, dataOffset, size }) => ({
    name,
    meta: latin1(source.view(headerOffset + 16, 32, 'meta').bytes),
    size,
    content: isThin ? '' : latin1(source.view(dataOffset, size, 'data').bytes),
  }));
}

/** Names with the number of the member among those that are kept. */
function rows(archive: StoredArchive, kept: readonly number[]): [string, number][] {
  const { index } = archive;
  if (index === null) return [];
  const list = Array.from(index.ordinal, (ordinal, row): [string, number] => [
    latin1(index.names.subarray(index.nameStart[row], index.nameEnd[row])),
    kept.indexOf(ordinal),
  ]);
  return list.filter(([, ordinal]) => ordinal >= 0);
}

const subsets = [[0], [1], [2], [0, 1], [0, 2], [1, 2]];
const writable = Object.entries(samples).filter(([, { kind }]) => kind !== 'aix-big');

describe.each(writable)('%s', (title, { bytes, names, kind }: Sample) => {
  test('with nothing dropped is the same, byte for byte', () => {
    const written = rewrite(bytes, all(read(bytes)));
    expect(Buffer.compare(written, bytes)).toBe(0);
  });

  test('any members can be dropped', () => {
    const source = read(bytes);
    for (const kept of subsets.filter((subset) => subset.every((ordinal) => ordinal < names.length))) {
      const result = read(rewrite(bytes, kept));
      // With text for members, their sizes alone tell BSD from Darwin.
      expect(kind === 'bsd' ? ['bsd', 'darwin'] : [kind]).toContain(result.kind);
      expect(members(result)).toEqual(members(source).filter((_, ordinal) => kept.includes(ordinal)));
      expect(rows(result, [0, 1, 2])).toEqual(rows(source, kept));
      if (source.tables[0]?.role === 'index') {
        expect(result.tables[0].name).toBe(source.tables[0].name);
        expect(latin1(result.tables[0].header.subarray(16, 48))).toBe(
          latin1(source.tables[0].header.subarray(16, 48)),
        );
      }
      expect(Buffer.compare(rewrite(bytes, kept), rewrite(rewrite(bytes, kept), all(result)))).toBe(0);
    }
  });

  test('data that was aligned to 8 stays so', () => {
    const source = read(bytes);
    for (const kept of subsets.filter((subset) => subset.every((ordinal) => ordinal < names.length))) {
      const result = read(rewrite(bytes, kept));
      result.members.forEach(({ dataOffset, headerOffset }, at) => {
        expect(headerOffset % 2).toBe(0);
        const was = source.members[kept[at]];
        const isInline = was.dataOffset - was.headerOffset > 60;
        if (isInline && was.dataOffset % 8 === 0) expect(dataOffset % 8, title).toBe(0);
      });
    }
  });

  test('with everything dropped is the empty form of its kind', () => {
    const written = rewrite(bytes, []);
    const result = read(written);
    expect(result.members).toEqual([]);
    const expected = { darwin: true, darwin64: true, coff: true }[kind] ?? false;
    expect(result.index !== null).toBe(expected);
    if (!expected) expect(written).toEqual(bytes.slice(0, 8));
    expect(rewrite(written, [])).toEqual(written);
  });
});

test('the empty Darwin archive is what LLVM writes', () => {
  const index = `#1/12           0           0     0     0       20        \`\n__.SYMDEF\0\0\0${'\0'.repeat(8)}`;
  expect(latin1(rewrite(samples.darwin.bytes, []))).toBe(REGULAR + index);
});

test('a Darwin archive without an index gets one', () => {
  const bytes = build(REGULAR, [{ field: '#1/4', data: text('a.o\0\xcf\xfa\xed\xfe....') }]);
  const archive = read(bytes);
  const written = materialise(layOutArchive(archive, [0], entriesOf([['_name', 0]])), archive.source);
  expect(rows(read(written), [0])).toEqual([['_name', 0]]);
  expect(read(written).members[0].dataOffset % 8).toBe(0);
});

describe('the index', () => {
  const write = (bytes: Uint8Array, kept: number[], list: [string, number][]) =>
    read(materialise(layOutArchive(read(bytes), kept, entriesOf(list)), ByteSource.of('lib.a', bytes)));

  test('is SORTED only while no name repeats', () => {
    const { bytes } = samples['darwin, Apple, sorted'];
    const once = write(
      bytes,
      [0, 1],
      [
        ['z', 0],
        ['b', 1],
        ['a', 1],
      ],
    );
    expect([once.tables[0].name, rows(once, [0, 1])]).toEqual([
      '__.SYMDEF SORTED',
      [
        ['a', 1],
        ['b', 1],
        ['z', 0],
      ],
    ]);
    const twice = write(
      bytes,
      [0, 1],
      [
        ['z', 0],
        ['a', 1],
        ['z', 1],
      ],
    );
    expect([twice.tables[0].name, rows(twice, [0, 1])]).toEqual([
      '__.SYMDEF',
      [
        ['z', 0],
        ['a', 1],
        ['z', 1],
      ],
    ]);
    // Apple pads a name of 9 to 16 + 4.
    expect(twice.tables[0].dataOffset - twice.tables[0].headerOffset).toBe(60 + 20);
  });

  test('of COFF has one entry a name, sorted by bytes', () => {
    const result = write(
      samples.coff.bytes,
      [1, 2],
      [
        ['b', 1],
        ['_', 1],
        ['B', 2],
        ['b', 2],
        ['gone', 2],
      ],
    );
    expect(rows(result, [0, 1])).toEqual([
      ['B', 1],
      ['_', 0],
      ['b', 0],
      ['gone', 1],
    ]);
  });

  test('skips entries of dropped members', () => {
    expect(
      rows(
        write(
          samples.gnu.bytes,
          [1],
          [
            ['a', 0],
            ['b', 1],
            ['c', 2],
          ],
        ),
        [0],
      ),
    ).toEqual([['b', 0]]);
  });

  test('without entries has LLVM’s three NULs', () => {
    const result = write(samples.gnu.bytes, [1], []);
    expect(result.tables[0].size).toBe(8);
    expect(result.index).toMatchObject({ length: 0 });
  });

  test('of ARM64EC has entries of its own', () => {
    const archive = read(samples['coff with ARM64EC symbols and another special'].bytes);
    const ec = (kept: number[], rows: [string, number][]) => {
      const entries = { ...entriesOf([]), ec: entriesOf(rows) };
      const written = read(materialise(layOutArchive(archive, kept, entries), archive.source));
      expect(written.tables.map(({ name }) => name)).toContain('/<ECSYMBOLS>/');
      const { names, nameStart, nameEnd, ordinal } = written.ecIndex!;
      return Array.from(ordinal, (of, row) => [latin1(names.subarray(nameStart[row], nameEnd[row])), of]);
    };
    const rows: [string, number][] = [
      ['twice', 0],
      ['#ec', 1],
      ['twice', 2],
    ];
    expect(ec([1, 2], rows)).toEqual([
      ['#ec', 0],
      ['twice', 1],
    ]);
    expect(ec([0, 1], rows)).toEqual([
      ['#ec', 1],
      ['twice', 0],
    ]);
    expect(() => layOutArchive(archive, [0], entriesOf([]))).toThrow('has an ARM64EC index, so its entries');
  });

  test('keeps the order of its source, but for a sorted table', () => {
    const order: [string, number][] = [
      ['b', 1],
      ['a', 0],
    ];
    expect(rows(write(samples.gnu.bytes, [0, 1], order), [0, 1])).toEqual(order);
    const sorted = write(samples['darwin, Apple, sorted'].bytes, [0, 1], order);
    expect(rows(sorted, [0, 1])).toEqual([order[1], order[0]]);
    expect(latin1(sorted.index!.names.subarray(0, 4))).toBe('b\0a\0');
  });
});

describe('long names', () => {
  const table = (content: string): Part => ({ field: '//', data: text(content), meta: ' '.repeat(32) });

  test('that no member uses any more are removed from the table, shared ones stay shared', () => {
    const bytes = build(REGULAR, [
      table('first_long_name.o/\nsecond_long_name.o/\nunused.o/\nthird_long_name.o/\n'),
      ...['/0', '/19', '/49', '/19'].map((field) => ({ field, data: text('') })),
    ]);
    const written = rewrite(bytes, [1, 2, 3]);
    expect(read(written).members.map(({ name, nameOffset }) => [name, nameOffset])).toEqual([
      ['second_long_name.o', 0],
      ['third_long_name.o', 20],
      ['second_long_name.o', 0],
    ]);
    expect(latin1(read(written).tables[0].content!)).toBe('second_long_name.o/\nthird_long_name.o/\n\n');
  });

  test('are no table when there are none', () => {
    expect(read(rewrite(samples.gnu.bytes, [0, 1])).tables.map(({ name }) => name)).toEqual(['/']);
  });

  test('that move leave the rest of the header as it is', () => {
    const bytes = build(REGULAR, [
      table(`${LONG}/\nother_long_name.o/\n`),
      { field: '/0', data: text('') },
      { field: '/29', data: text('data'), meta: '-1          123456 blank100755  ' },
    ]);
    const written = latin1(rewrite(bytes, [1]));
    expect(written.slice(8 + 60 + 20)).toBe(
      '/0              -1          123456 blank100755  4         `\ndata',
    );
  });

  test('of System V release 1 cannot be written', () => {
    const bytes = build(REGULAR, [
      { field: 'ARFILENAMES/', data: text('a.o\n') },
      { field: '/0', data: text('') },
    ]);
    expect(() => rewrite(bytes, [0])).toThrow("archives with 'ARFILENAMES/' cannot be written");
  });
});

test('a pad byte left out at the end of the file stays out', () => {
  const bytes = build(
    REGULAR,
    ['a.o/', 'b.o/'].map((field) => ({ field, data: text('odd') })),
  ).subarray(0, -1);
  expect(rewrite(bytes, [0, 1])).toEqual(bytes);
  expect(rewrite(bytes, [0])).toHaveLength(8 + 60 + 4);
});

test('neighbours are copied in one piece', () => {
  const bytes = build(
    REGULAR,
    ['a/', 'b/', 'c/', 'd/', 'e/'].map((field) => ({ field, data: text('data') })),
  );
  expect(layOutArchive(read(bytes), [0, 1, 3, 4], null)).toEqual([
    { kind: 'copy', offset: 0, length: 8 + 2 * 64 },
    { kind: 'copy', offset: 8 + 3 * 64, length: 2 * 64 },
  ]);
});

test('what cannot be written is refused', () => {
  const lay = (sample: string, kept: number[], entries: IndexEntries | null) => () =>
    layOutArchive(read(samples[sample].bytes), kept, entries);
  expect(lay('aix-big', [0], null)).toThrow('AIX archives are read only');
  expect(lay('gnu', [0], null)).toThrow('has an index, so its entries are needed');
  expect(lay('gnu', [3], entriesOf([]))).toThrow('no kept member 3');
  expect(lay('gnu', [1, 0], entriesOf([]))).toThrow('no kept member 0');
});

describe('behind 4 GiB', () => {
  const GIANT = 3_000_000_000;
  const header = (field: string, size: number) =>
    text(`${field.padEnd(16)}${'0'.padEnd(32)}${String(size).padEnd(10)}\`\n`);

  /** Three members, the first two of 3 GB, of which only headers exist. */
  function giant(index: Part | null, inline = false): StoredArchive {
    const front = build(REGULAR, index === null ? [] : [index]);
    const name = (stem: string) => (inline ? text(`${stem}.o\0`) : text(''));
    const pieces: [number, Uint8Array][] = [[0, front]];
    let position = front.length;
    for (const [stem, size] of [
      ['a', GIANT],
      ['b', GIANT],
      ['c', 0],
    ] as const) {
      const field = inline ? '#1/4' : `${stem}.o/`;
      pieces.push([position, concat(header(field, size + name(stem).length), name(stem))]);
      position += 60 + name(stem).length + size;
    }
    const fetch = (at: number, length: number, bytes: Uint8Array = new Uint8Array(length)) => {
      bytes.fill(0);
      for (const [start, piece] of pieces) {
        for (let p = Math.max(at, start); p < Math.min(at + length, start + piece.length); p++)
          bytes[p - at] = piece[p - start];
      }
      return bytes;
    };
    return readArchive(new ByteSource('giant.a', fetch, 0, position));
  }

  const entries = entriesOf([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);
  const firstTable = (archive: StoredArchive, kept: number[]) => {
    const bytes = layOutArchive(archive, kept, entries).flatMap((piece) =>
      piece.kind === 'bytes' ? [piece.bytes] : [],
    );
    return concat(...bytes);
  };

  test('a GNU index becomes 64 bits wide', () => {
    const archive = giant(offsetIndex(4, []));
    const table = firstTable(archive, [0, 1, 2]);
    expect(latin1(table.subarray(0, 16))).toBe('/SYM64/         ');
    const start = 8 + 60 + 38;
    expect(table.subarray(60, 60 + 32)).toEqual(
      numbers(8, false, 3, start, start + 60 + GIANT, start + 2 * (60 + GIANT)),
    );
  });

  test('and 32 bits again when it may', () => {
    const archive = giant(offsetIndex(8, []));
    expect(archive.kind).toBe('gnu64');
    expect(latin1(firstTable(archive, [0, 1, 2]).subarray(0, 16))).toBe('/SYM64/         ');
    expect(latin1(firstTable(archive, [0, 2]).subarray(0, 16))).toBe('/               ');
  });

  test('a Darwin index likewise', () => {
    const index = { field: '#1/20', data: text(`__.SYMDEF SORTED\0\0\0\0${'\0'.repeat(8)}`) };
    const archive = giant(index, true);
    expect(archive.kind).toBe('darwin');
    expect(latin1(firstTable(archive, [0, 1, 2])).slice(60, 88)).toBe(
      '__.SYMDEF_64 SORTED\0\x30\0\0\0\0\0\0\0',
    );
    expect(latin1(firstTable(archive, [0, 1])).slice(60, 80)).toBe('__.SYMDEF SORTED\0\0\0\0');
  });

  test('ranges are exact', () => {
    const pieces = layOutArchive(giant(null), [0, 2], null);
    expect(pieces).toEqual([
      { kind: 'copy', offset: 0, length: 8 + 60 + GIANT },
      { kind: 'copy', offset: 8 + 2 * (60 + GIANT), length: 60 },
    ]);
  });
});

describe('names of a thin archive that is written to another folder', () => {
  const rename = (name: string) => `../from here/${name}`;

  test('each entry has the new name, headers point to it, and what follows an offset stays', () => {
    const archive = read(samples.thin.bytes);
    const pieces = layOutArchive(archive, [0, 2], stored(archive), rename);
    const written = read(materialise(pieces, archive.source));
    expect(written.members.map(({ name, nameSuffix }) => name + nameSuffix)).toEqual([
      '../from here/lib/one.o',
      '../from here/lib/one.o:456',
    ]);
    expect(written.members.map(({ size }) => size)).toEqual([16, 4_000_000_000]);
  });

  test('the same names give the same table', () => {
    const archive = read(samples.thin.bytes);
    const same = layOutArchive(archive, [0, 1, 2], stored(archive), (name) => name);
    expect(materialise(same, archive.source)).toEqual(samples.thin.bytes);
  });

  test('a name in a header cannot become a longer one', () => {
    const archive = read(samples.gnu.bytes);
    expect(() => layOutArchive(archive, [0], stored(archive), rename)).toThrow(
      'names outside its name table',
    );
  });
});

describe('tables of an odd size', () => {
  // Some writers pad a long-name table after its size, as a member, and not inside.
  const names = 'another_rather_long_name.o/\n';
  const table = `${names}${LONG}/\n`;
  const bytes = build(REGULAR, [
    { field: '//', data: text(table) },
    { field: '/0', data: text('first') },
    { field: 'two.o/', data: text('second') },
    { field: `/${names.length}`, data: text('the third') },
  ]);

  test('are followed by a pad byte', () => {
    expect(table.length % 2).toBe(1);
    const kept = [0, 2];
    const archive = read(bytes);
    const written = read(rewrite(bytes, kept));
    expect(members(written)).toEqual(kept.map((ordinal) => members(archive)[ordinal]));
    expect(written.members.map(({ headerOffset }) => headerOffset % 2)).toEqual([0, 0]);
  });
});
