import { describe, expect, test } from 'vitest';
import { DATA, samples } from '../../test/builders/archive-samples.js';
import {
  build,
  inlineNamed,
  META,
  offsetIndex,
  REGULAR,
  THIN,
  text,
} from '../../test/builders/build-archive.js';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import type { StoredArchive, SymbolIndex } from './archive.js';
import { latin1 } from './member-header.js';
import { isArchive, readArchive } from './read-archive.js';

const read = (bytes: Uint8Array) => readArchive(ByteSource.of('lib.a', bytes));

function rows(index: SymbolIndex | null): [string, number][] | null {
  if (index === null) return null;
  return Array.from(index.ordinal, (ordinal, row) => [
    latin1(index.names.subarray(index.nameStart[row], index.nameEnd[row])),
    ordinal,
  ]);
}

function contents({ members, source }: StoredArchive): string[] {
  return members.map(({ dataOffset, size }) => latin1(source.view(dataOffset, size, 'data').bytes));
}

describe.each(Object.entries(samples))('%s', (_, sample) => {
  test('kind, names and index', () => {
    expect(isArchive(sample.bytes)).toBe(true);
    const archive = read(sample.bytes);
    expect(archive.kind).toBe(sample.kind);
    expect(archive.members.map(({ name }) => name)).toEqual(sample.names);
    expect(archive.members.map(({ ordinal }) => ordinal)).toEqual([...sample.names.keys()]);
    expect(rows(archive.index)).toEqual(sample.index);
  });

  test('contents', () => {
    const archive = read(sample.bytes);
    if (archive.isThin)
      return expect(archive.members.map(({ size }) => size)).toEqual([16, 7, 4_000_000_000]);
    // Darwin counts its padding in.
    const expected = DATA.slice(0, sample.names.length).map(latin1);
    expect(contents(archive).map((content) => content.replace(/\n+$/, ''))).toEqual(expected);
  });

  test('cut anywhere it is malformed, or a shorter archive', () => {
    for (let length = 0; length < sample.bytes.length; length++) {
      const shorter = outcome(sample.bytes.subarray(0, length));
      if (shorter !== null) expect(shorter.members.length).toBeLessThanOrEqual(sample.names.length);
    }
  });

  test('with any byte changed it is malformed, or another archive', () => {
    const changed = sample.bytes.slice();
    for (let at = 0; at < changed.length; at++) {
      const was = changed[at];
      for (const value of [was ^ 0x01, was ^ 0x80, 0x00, 0xff, 0x20, 0x2f, 0x39]) {
        changed[at] = value;
        outcome(changed);
      }
      changed[at] = was;
    }
  });
});

/** Null when malformed; any other error is a failure. */
function outcome(bytes: Uint8Array): StoredArchive | null {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    return null;
  }
}

describe('files that are not archives', () => {
  test.each([
    ['an empty file', '', 'lib.a+0x0: not an archive: the file is empty'],
    ['five bytes', '!<arc', 'lib.a+0x0: not an archive: 5 bytes are too few'],
    ['a linker script', '/* GNU ld script', 'lib.a+0x0: not an archive: it begins with "/* GNU l"'],
    ["AIX's small format", '<aiaff>\n', "lib.a+0x0: not an archive: AIX's small format is not supported"],
  ])('%s', (_, characters, message) => {
    expect(() => read(text(characters))).toThrow(message);
  });

  test('isArchive asks the magic alone', () => {
    expect(isArchive(text('!<arch>\nwhatever'))).toBe(true);
    expect(isArchive(text('<aiaff>\n'))).toBe(true);
    expect(isArchive(text('!<arch>'))).toBe(false);
    expect(isArchive(text('\x7fELF....'))).toBe(false);
    expect(isArchive(text(''))).toBe(false);
  });
});

describe('damage', () => {
  const one = (field: string, data = text('data'), size?: number) =>
    build(REGULAR, [{ field, data, ...(size === undefined ? {} : { size }) }]);

  test.each([
    [
      'size past the end',
      one('a.o/', text('data'), 5),
      "lib.a+0x8: truncated: member 'a.o': 5 bytes needed, 4 left; build or copy the file again",
    ],
    ['offset without a table', one('/12'), 'lib.a+0x8: a long name, but no long-name table before it'],
    [
      'offset out of the table',
      build(REGULAR, [
        { field: '//', data: text('name.o/\n') },
        { field: '/8', data: text('') },
      ]),
      'long-name table: no entry at 8: the table has 8 bytes',
    ],
    [
      'long name without an end',
      build(REGULAR, [
        { field: '//', data: text('name.o') },
        { field: '/0', data: text('') },
      ]),
      'long-name table: name without an end',
    ],
    ['inline name longer than its member', one('#1/5'), 'lib.a+0x8: name of 5 bytes in a member of 4 bytes'],
    ['a name of no known form', one('/what'), 'is of no known form'],
    [
      'an index after members',
      build(REGULAR, [
        { field: 'a.o/', data: text('data') },
        { field: '/', data: text('') },
      ]),
      "lib.a+0x48: '/' after the first member",
    ],
    [
      'two name tables',
      build(
        REGULAR,
        ['//', '//'].map((field) => ({ field, data: text('') })),
      ),
      "'//' occurs too often",
    ],
    ['more index entries than fit', one('/', text('\0\0\0\x09abc\0')), '9 entries do not fit in 4 bytes'],
    [
      'trailing bytes',
      text(`${REGULAR}x`),
      'lib.a+0x8: truncated: member header: 60 bytes needed, 1 left; build or copy the file again',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(MalformedError);
    expect(() => read(bytes)).toThrow(message);
  });

  test.each([
    ['a blank size', 48, ' '.repeat(10), null],
    ['a sign in the size', 48, '-4', 'member header: size "-4'],
    ['no terminator', 58, 'xx', 'does not end in 0x60 0x0A'],
    ['garbage in fields that are not read', 16, 'garbage in all the other fields!', null],
  ])('%s', (_, offset, characters, message) => {
    const bytes = one('a.o/', text(''));
    bytes.set(text(characters), 8 + offset);
    if (message === null) expect(read(bytes).members).toHaveLength(1);
    else expect(() => read(bytes)).toThrow(message);
  });
});

describe('names', () => {
  const names = (...fields: string[]) =>
    read(
      build(
        REGULAR,
        fields.map((field) => ({ field, data: text('') })),
      ),
    ).members.map(({ name }) => name);

  test('end at the last slash, or without one at the first space', () => {
    expect(names('a b.o/', 'a/b.o/', '16_characters.o/')).toEqual(['a b.o', 'a/b.o', '16_characters.o']);
    expect(names('a.o', 'exactly-16-chars')).toEqual(['a.o', 'exactly-16-chars']);
  });

  test('keep bytes above 0x7f', () => expect(names('\x80\xe9\xff.o/')).toEqual(['\x80\xe9\xff.o']));

  test('repeat', () => expect(names('a.o/', 'a.o/')).toEqual(['a.o', 'a.o']));

  test('may share an entry of the table', () => {
    const table = { field: '//', data: text('shared-long-name.o/\n') };
    const archive = read(build(REGULAR, [table, ...[1, 2].map(() => ({ field: '/0', data: text('') }))]));
    expect(archive.members.map(({ name, nameOffset }) => [name, nameOffset])).toEqual([
      ['shared-long-name.o', 0],
      ['shared-long-name.o', 0],
    ]);
  });

  test('of System V release 1 end in a newline alone', () => {
    const table = { field: 'ARFILENAMES/', data: text('old-long-name.o\nother.o\n') };
    const archive = read(
      build(REGULAR, [table, ...['/0', ' 16'].map((field) => ({ field, data: text('') }))]),
    );
    expect(archive.members.map(({ name }) => name)).toEqual(['old-long-name.o', 'other.o']);
  });

  test('like an index, after the first member, are names', () => {
    const bytes = build(REGULAR, [
      { field: 'a.o', data: text('data') },
      inlineNamed('__.SYMDEF', 12, text('')),
    ]);
    expect(read(bytes).members.map(({ name }) => name)).toEqual(['a.o', '__.SYMDEF']);
  });
});

describe('what tools do', () => {
  test('the last pad byte is missing', () => {
    const bytes = build(REGULAR, [{ field: 'a.o/', data: text('odd') }]);
    expect(contents(read(bytes.subarray(0, -1)))).toEqual(['odd']);
  });

  test('an index entry points at no member', () => {
    const bytes = build(REGULAR, [offsetIndex(4, [['gone', 0]]), { field: 'a.o/', data: text('') }]);
    expect(rows(read(bytes).index)).toEqual([['gone', -1]]);
  });

  test('LLVM fills an index without entries with NUL', () => {
    const index = { field: '/', data: text('\0'.repeat(8)) };
    expect(rows(read(build(REGULAR, [index, { field: 'a.o/', data: text('') }])).index)).toEqual([]);
  });

  test('the first member tells Darwin from BSD', () => {
    const kind = (data: Uint8Array) => read(build(REGULAR, [inlineNamed('a.o', 4, data)])).kind;
    expect(kind(text('\xcf\xfa\xed\xfe and more'))).toBe('darwin');
    expect(kind(text('\xfe\xed\xfa\xce and more'))).toBe('darwin');
    expect(kind(text('\x7fELF....'))).toBe('bsd');
    expect(kind(text('BC\xc0\xde....'))).toBe('darwin');
    expect(kind(text('BC\xc0\xde..'))).toBe('bsd');
  });

  test('AIX members are a list, which may run in a circle', () => {
    const bytes = samples['aix-big'].bytes.slice();
    bytes.set(text('128'), 264 + 20);
    expect(() => read(bytes)).toThrow('lib.a+0x80: the list of members has a cycle');
  });
});

test('no content is read', () => {
  const size = 40_000;
  const bytes = build(
    REGULAR,
    Array.from({ length: 50 }, (_, at) => ({ field: `${at}.o/`, data: new Uint8Array(size), meta: META })),
  );
  let total = 0;
  const source = new ByteSource(
    'lib.a',
    (position, length, target = new Uint8Array(length)) => {
      total += length;
      target.set(bytes.subarray(position, position + length));
      return target;
    },
    0,
    bytes.length,
  );
  expect(readArchive(source).members).toHaveLength(50);
  expect(total).toBeLessThan(51 * 1024 + 100);
});

test('offsets count from the start of a slice', () => {
  const { bytes } = samples.gnu;
  const file = new Uint8Array(100 + bytes.length);
  file.set(bytes, 100);
  const slice = ByteSource.of('fat.a', file).slice(100, bytes.length, 'fat.a(x86_64)');
  const archive = readArchive(slice);
  expect(archive.members[0].headerOffset).toBe(read(bytes).members[0].headerOffset);
  expect(rows(archive.index)).toEqual(samples.gnu.index);
});

test('members of thin archives have no data, and sizes beyond the file', () => {
  const archive = read(
    build(THIN, [
      { field: '//', data: text('a/b.o/\n\n') },
      { field: '/0', data: text(''), size: 99 },
    ]),
  );
  expect(archive).toMatchObject({ isThin: true, members: [{ name: 'a/b.o', size: 99 }] });
});
