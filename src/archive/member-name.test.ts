import { describe, expect, test } from 'vitest';
import { text } from '../../test/builders/build-archive.js';
import { ByteView } from '../bytes/byte-view.js';
import { inlineName, isSymdef, longName, nameForm } from './member-name.js';

test.each([
  ['a.o/', { kind: 'short', name: 'a.o' }],
  ['a.o', { kind: 'short', name: 'a.o' }],
  ['a b.o/', { kind: 'short', name: 'a b.o' }],
  ['#1/', { kind: 'short', name: '#1' }],
  ['', { kind: 'short', name: '' }],
  ['__.SYMDEF SORTED', { kind: 'short', name: '__.SYMDEF SORTED' }],
  ['/0', { kind: 'table', offset: 0, suffix: '' }],
  ['/123:456', { kind: 'table', offset: 123, suffix: ':456' }],
  [' 12', { kind: 'table', offset: 12, suffix: '' }],
  ['#1/20', { kind: 'inline', length: 20 }],
  ['#1/65536', { kind: 'unknown' }],
  ['/', { kind: 'reserved', name: '/' }],
  ['//', { kind: 'reserved', name: '//' }],
  ['/SYM64/', { kind: 'reserved', name: '/SYM64/' }],
  ['/<XFGHASHMAP>/', { kind: 'reserved', name: '/<XFGHASHMAP>/' }],
  ['/12x', { kind: 'unknown' }],
])('%j', (field, form) => {
  expect(nameForm(field.padEnd(16))).toEqual(form);
});

test('names of the BSD index', () => {
  const names = ['__.SYMDEF', '__.SYMDEF SORTED', '__.SYMDEF_64', '__.SYMDEF_64 SORTED', '__.SYMDEFS'];
  expect(names.map(isSymdef)).toEqual([true, true, true, true, false]);
});

test('an inline name ends before its padding', () => {
  expect(inlineName(text('a.o\0\0\0'))).toBe('a.o');
  expect(inlineName(text('a.o'))).toBe('a.o');
  expect(inlineName(text('\0\0'))).toBe('');
});

describe('an entry of the long-name table', () => {
  const table = new ByteView(text('lib/a.o/\nb.obj\0old.o\nno end'), 'long-name table', 'lib.a', 68);

  test('ends in slash and newline, in NUL, or in a newline', () => {
    expect([0, 4, 9, 15].map((offset) => longName(table, offset))).toEqual([
      'lib/a.o',
      'a.o',
      'b.obj',
      'old.o',
    ]);
  });

  test('must lie in the table and end there', () => {
    expect(() => longName(table, 21)).toThrow('lib.a+0x59: long-name table: name without an end');
    expect(() => longName(table, 27)).toThrow('no entry at 27: the table has 27 bytes');
  });
});
