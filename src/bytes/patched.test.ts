import { expect, test } from 'vitest';
import { ByteSource } from './byte-source.js';
import { patched } from './patched.js';

const source = ByteSource.of('o', Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]));
const patches = [
  { at: 2, bytes: Uint8Array.from([22, 23]) },
  { at: 3, bytes: Uint8Array.from([33]) },
  { at: 10, bytes: Uint8Array.from([99]) },
];
const whole = [0, 1, 22, 33, 4, 5, 6, 7, 0, 0, 99, 0];

test('each range has the patches, and zeros after the end of the source', () => {
  const edited = patched(source, patches, 12);
  expect([...edited.bytes('all')]).toEqual(whole);
  for (let start = 0; start <= 12; start++)
    for (let length = 0; start + length <= 12; length++) {
      expect([...edited.view(start, length, 'range').bytes]).toEqual(whole.slice(start, start + length));
      const target = new Uint8Array(length).fill(77);
      edited.fill(start, target);
      expect([...target]).toEqual(whole.slice(start, start + length));
    }
  expect(() => edited.view(12, 1, 'range')).toThrow('1 bytes needed, 0 left');
});

test('the source stays as it is', () => {
  expect([...source.bytes('all')]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('a part of the result is read from its own start', () => {
  expect([...patched(source, patches, 12).slice(2, 3, 'part').bytes('all')]).toEqual([22, 33, 4]);
});
