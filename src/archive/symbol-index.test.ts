import { expect, test } from 'vitest';
import { build, concat, cStrings, numbers, REGULAR, text } from '../../test/builders/build-archive.js';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import { type IndexRows, nameAt, storedEntries } from './index-entries.js';
import { latin1 } from './member-header.js';
import { readArchive } from './read-archive.js';

/** An archive whose first part, or first two, hold these bytes. */
function archiveWith(field: string, ...tables: Uint8Array[]) {
  const parts = tables.map((data) => ({ field, data }));
  return readArchive(ByteSource.of('lib.a', build(REGULAR, [...parts, { field: 'a.o/', data: text('') }])));
}

const offsets = (...values: number[]) => numbers(4, false, ...values);

test.each([
  ['a count of 2³² − 1', '/', [offsets(0xffffffff)], '4294967295 entries do not fit in 0 bytes'],
  [
    'a 64-bit count',
    '/SYM64/',
    [numbers(8, false, 2 ** 52)],
    '4503599627370496 entries do not fit in 0 bytes',
  ],
  [
    'fewer names than entries',
    '/',
    [concat(offsets(2, 8, 8), cStrings('long name'))],
    'name 1 of 2 has no end',
  ],
  ['a last name without NUL', '/', [concat(offsets(1, 8), text('name'))], 'name 0 of 1 has no end'],
  ['half a count', '/', [text('\0\0')], 'symbol index: need 4 bytes at 0, 2 left'],
  [
    'pairs that do not fit either way',
    '__.SYMDEF',
    [offsets(0x01010101, 0)],
    'lengths of pairs and names do not fit',
  ],
  [
    'a name out of the names',
    '__.SYMDEF',
    [concat(numbers(4, true, 8, 9, 8, 2), text('a\0'))],
    'the name at 9 does not end',
  ],
  [
    'a name without NUL',
    '__.SYMDEF',
    [concat(numbers(4, true, 8, 0, 8, 2), text('ab'))],
    'the name at 0 does not end',
  ],
  ['COFF: too many members', '/', [offsets(0), numbers(4, true, 9, 0)], '9 entries do not fit in 4 bytes'],
  ['COFF: too many entries', '/', [offsets(0), numbers(4, true, 0, 9)], '9 entries do not fit in 0 bytes'],
  [
    'COFF: member 0',
    '/',
    [offsets(0), concat(numbers(4, true, 1, 8, 1), numbers(2, true, 0), cStrings('a'))],
    'member 0 of 1',
  ],
  [
    'COFF: member out of range',
    '/',
    [offsets(0), concat(numbers(4, true, 1, 8, 1), numbers(2, true, 2), cStrings('a'))],
    'member 2 of 1',
  ],
])('%s', (_, field, tables, message) => {
  expect(() => archiveWith(field, ...tables)).toThrow(MalformedError);
  expect(() => archiveWith(field, ...tables)).toThrow(message);
});

test.each([true, false])('pairs, little endian: %s', (littleEndian) => {
  const member = 8 + 60 + 4 + 8 + 4 + 2;
  const table = concat(numbers(4, littleEndian, 8, 0, member, 2), text('a\0'));
  const { index } = archiveWith('__.SYMDEF', table);
  expect(index).toMatchObject({ length: 1, littleEndian });
  expect([...index!.ordinal]).toEqual([0]);
});

test.each(['/', '/SYM64/', '__.SYMDEF'])('%s of no bytes has no entries', (field) => {
  expect(archiveWith(field, text('')).index).toMatchObject({ length: 0 });
});

const namesOf = (rows: IndexRows): string[] =>
  Array.from({ length: rows.length }, (_, row) => latin1(nameAt(rows, row)));

test('stored entries come in member order, without those of no member', () => {
  const member = 8 + 60 + 28;
  const table = concat(offsets(3, member, 5, member), cStrings('z', 'gone', 'end'));
  const entries = storedEntries(archiveWith('/', table));
  expect(namesOf(entries)).toEqual(['z', 'end']);
});

test('of a sorted table, stored entries come in the order of its strings: Apple\u2019s tools sort the pairs alone', () => {
  const member = 8 + 60 + 28;
  const table = concat(numbers(4, true, 16, 2, member, 0, member, 4), text('z\0a\0'));
  const archive = archiveWith('__.SYMDEF SORTED', table);
  expect(namesOf(storedEntries(archive))).toEqual(['z', 'a']);
  expect(namesOf(archive.index!)).toEqual(['a', 'z']);
});
