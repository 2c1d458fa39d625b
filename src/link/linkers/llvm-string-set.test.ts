import { describe, expect, test } from 'vitest';
import { stringSetOrder } from './llvm-string-set.js';
import { xxh3 } from './xxh3.js';

/** Values of the Python package xxhash for the first bytes of `abc…z`, repeated: every length class and its limits. */
const HASHES: [number, string][] = [
  [0, '2d06800538d394c2'],
  [1, 'e6c632b61e964e1f'],
  [3, '78af5f94892f3950'],
  [4, '6497a96f53a89890'],
  [8, '6f45a76842a96483'],
  [9, 'e0dde4fc174590a0'],
  [16, '3d3ccac9af14d8a8'],
  [17, 'ca7f3571df47cacf'],
  [128, '3e99edc6c76f21c6'],
  [129, '852cb20608c9d2c7'],
  [240, 'ea0e0f78188232ed'],
  [241, 'bb0a906af5b5c211'],
  [1024, '5e6a406e127165a8'],
  [1025, 'c180534771fac3f5'],
  [2500, '1783fbd81ac1c91a'],
];

const bytesOf = (text: string): Uint8Array => Buffer.from(text);

describe('xxh3', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(100);
  test.each(HASHES)('%i bytes', (length, hash) => {
    expect(
      xxh3(bytesOf(text.slice(0, length)))
        .toString(16)
        .padStart(16, '0'),
    ).toBe(hash);
  });
});

describe('the order of a set', () => {
  // Members that wasm-ld extracts from an archive for --export of these names.
  const names = 'f4 f2 f0 f1 f9 malloc free'.split(' ');
  test('wasm-ld 19 and 22', () => {
    expect(stringSetOrder(names, bytesOf, 'xxh3')).toEqual('f1 f2 f4 f0 f9 malloc free'.split(' '));
  });
  test('wasm-ld 14, 15 and 16', () => {
    expect(stringSetOrder(names, bytesOf, 'djb')).toEqual('free f0 f1 f2 malloc f4 f9'.split(' '));
  });
});
