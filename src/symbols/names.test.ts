import { describe, expect, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { DEFINITION, REFERENCE } from './flags.js';
import { NameTable } from './names.js';
import { openSnapshot, snapshotFile } from './snapshot.js';
import { NONE, SymbolTableBuilder } from './table.js';

describe('NameTable', () => {
  test('gives equal names equal ids, in the order in which they first came', () => {
    const names = new NameTable();
    expect(['a', 'b', 'a', '', 'ab', 'b'].map((name) => names.internText(name))).toEqual([0, 1, 0, 2, 3, 1]);
    expect(names.length).toBe(4);
    expect(names.find('ab')).toBe(3);
    expect(names.find('abc')).toBe(-1);
    expect(names.length).toBe(4);
  });

  test('keeps every byte, at every length and position', () => {
    const names = new NameTable();
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => (at * 37) % 256);
    const ids = new Set<number>();
    for (let start = 0; start < 5; start++) {
      for (let length = 1; length < 64; length++) {
        const id = names.intern(bytes, start, start + length);
        ids.add(id);
        expect([...names.bytes(id)]).toEqual([...bytes.subarray(start, start + length)]);
      }
    }
    expect(ids.size).toBe(5 * 63);
  });

  test('tells apart names that differ in trailing zeros', () => {
    const names = new NameTable();
    const ids = [1, 2, 3, 4, 5].map((length) => names.intern(new Uint8Array(8), 0, length));
    expect(ids).toEqual([0, 1, 2, 3, 4]);
  });

  test('finds the names with some byte, each once', () => {
    const names = new NameTable();
    const texts = ['', 'a@b', 'ab', '@', 'x@@V@', 'abcd', 'abc@', 'a'];
    for (const text of texts) names.internText(text);
    // A lookup that fails leaves its bytes after the last name, where they belong to no name.
    names.find('zz@zz');
    expect(names.withByte(0x40).map((name) => texts[name])).toEqual(['a@b', '@', 'x@@V@', 'abc@']);
    expect(names.withByte(0x7e)).toEqual([]);
    expect(new NameTable().withByte(0x40)).toEqual([]);
  });

  test('grows', () => {
    const names = new NameTable();
    const text = (at: number) => `_ZN4core3fmt${'x'.repeat(at % 97)}${at}`;
    for (let at = 0; at < 50_000; at++) expect(names.internText(text(at))).toBe(at);
    for (let at = 0; at < 50_000; at += 997) {
      expect(names.text(at)).toBe(text(at));
      expect(names.find(text(at))).toBe(at);
    }
    const long = 'y'.repeat(3_000_000);
    expect(names.text(names.internText(long))).toBe(long);
    expect(names.text(1)).toBe(text(1));
  });

  test('names that were made to collide are found in few steps', () => {
    const names = new NameTable();
    const made = collidingNames(20_000);
    for (const [at, name] of made.entries()) expect(names.intern(name, 0, name.length)).toBe(at);
    for (let at = 0; at < made.length; at += 97) expect(names.intern(made[at], 0, made[at].length)).toBe(at);
    expect(names.longestProbe).toBeLessThan(600);
    expect(names.find('abc')).toBe(-1);
    expect(names.internText('abc')).toBe(made.length);
  });
});

describe('a snapshot of names that were made to collide', () => {
  const KEY = 'k'.repeat(64);
  const made = collidingNames(2000);
  const addAll = ({ names }: SymbolTableBuilder) => made.map((name) => names.intern(name, 0, name.length));

  test.each([
    ['no other name', () => {}],
    ['other names', ({ names }: SymbolTableBuilder) => void names.internText('other')],
    ['the same names', addAll],
  ])('is added to a table with %s', (_, begin) => {
    const written = new SymbolTableBuilder();
    addAll(written);
    const file = snapshotFile({ builder: written, names: made.length, index: null }, KEY, '')!;
    const builder = new SymbolTableBuilder();
    begin(builder);
    const before = builder.names.length;
    const snapshot = openSnapshot(builder, KEY, (place) => {
      place(file.length)?.set(file);
      return true;
    });
    expect(snapshot?.add()).toBe(true);
    const first = before === made.length ? 0 : before;
    expect(made.map((_name, at) => snapshot?.nameOf(at))).toEqual(made.map((_name, at) => first + at));
    expect(addAll(builder)).toEqual(made.map((_name, at) => first + at));
    expect(builder.names.length).toBe(first + made.length);
    expect(builder.names.longestProbe).toBeLessThan(600);
  });
});

describe('names of an archive index', () => {
  const definitions = Array.from({ length: 3000 }, (_, at) => `${'n'.repeat(at % 90)}${at}`);
  /** The first member has other symbols, the second one these definitions and a reference after each. */
  const tableOf = (): SymbolTableBuilder => {
    const builder = new SymbolTableBuilder();
    for (const texts of [['other', 'n1'], definitions]) {
      builder.beginMember();
      for (const text of texts)
        for (const flags of [DEFINITION, REFERENCE])
          builder.symbol(builder.names.internText(text), flags, NONE, 0, NONE, 0);
    }
    return builder;
  };
  const listed = (texts: readonly string[]) =>
    ByteSource.of('lib.a', Buffer.from(texts.map((text) => `${text}\0`).join(''), 'latin1'));
  const long = 'z'.repeat(300_000);

  test.each([
    ['in the order of the rows', definitions],
    ['in another order', definitions.toReversed()],
    [
      'with more and fewer',
      definitions.flatMap((text, at) => (at % 7 === 0 ? [`${text}?`, text] : at % 5 ? [text] : [])),
    ],
    [
      'with one in no member, longer than what is read at a time',
      [...definitions.slice(0, 9), long, '', 'n1', long],
    ],
    ['none', []],
  ])('%s', (_, texts) => {
    const { names } = tableOf();
    const known = names.length;
    const ids = names.internIndex(listed(texts), texts.length, 1)!;
    expect(Array.from(ids, (id) => names.text(id))).toEqual(texts);
    // New ones in the order in which they first came.
    const added = [...new Set(ids)].filter((id) => id >= known);
    expect(added).toEqual(added.map((_, at) => known + at));
    expect(names.length).toBe(known + added.length);
  });

  test('are too few', () => {
    const { names } = tableOf();
    expect(names.internIndex(listed(definitions), definitions.length + 1, 1)).toBeNull();
    const cut = Buffer.from('a\0b');
    expect(names.internIndex(ByteSource.of('lib.a', cut), 2, 1)).toBeNull();
    expect(names.internIndex(ByteSource.of('lib.a', cut), 1, 1)).toHaveLength(1);
    expect(names.internIndex(listed([]), 1, 7)).toBeNull();
  });
});

/** Names of 16 bytes to which the hash that all tables begin with gives one value: its steps can be undone. */
function collidingNames(count: number): Buffer[] {
  const mix = (mixed: bigint, word: bigint) => ((rotate(mixed, 5n) ^ word) * FACTOR) & WORD;
  // A name of whole words ends in a step with a word of zeros.
  const wanted = rotate((0x1234567_89abcdefn * inverse(FACTOR)) & WORD, 59n);
  return Array.from({ length: count }, (_, at) => {
    const name = Buffer.alloc(16);
    name.writeBigUInt64LE(BigInt(at), 0);
    const last = ((wanted * inverse(FACTOR)) & WORD) ^ rotate(mix(16n, BigInt(at)), 5n);
    name.writeBigUInt64LE(last, 8);
    return name;
  });
}

const FACTOR = 0x9e3779b97f4a7c15n;
const WORD = (1n << 64n) - 1n;
const rotate = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & WORD;

/**
 * The multiplicative inverse of a factor modulo 2⁶⁴, by Newton's method: each step doubles the correct bits.
 */
function inverse(factor: bigint): bigint {
  let found = 1n;
  for (let bits = 1; bits < 64; bits *= 2) found = (found * (2n - factor * found)) & WORD;
  return found;
}
