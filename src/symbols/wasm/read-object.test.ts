import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { describeObject } from '../describe-object.js';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/objects/wasm/${name}`, import.meta.url)));
const describeBytes = (bytes: Uint8Array): string => describeObject(ByteSource.of('object.o', bytes));

const section = (id: number, ...content: number[]): number[] => [id, content.length, ...content];
const text = (value: string): number[] => [value.length, ...Buffer.from(value, 'latin1')];
const custom = (name: string, ...content: number[]): number[] => section(0, ...text(name), ...content);
const wasm = (...sections: number[][]): Buffer =>
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

describe('files that are not objects', () => {
  test('a module without linking data', () => {
    expect(describeBytes(wasm(custom('name')))).toBe(
      'unreadable: a WebAssembly module without linking data\n',
    );
  });
  test('a shared library', () => {
    expect(describeBytes(wasm(custom('dylink.0'), custom('linking', 2)))).toBe(
      'unreadable: a WebAssembly shared library, not an object\n',
    );
  });
  test('linking data of another version', () => {
    expect(describeBytes(wasm(custom('linking', 1)))).toBe(
      'unreadable: WebAssembly linking data of version 1\n',
    );
  });
  test('a component', () => {
    const bytes = wasm();
    bytes[4] = 0x0d;
    bytes[6] = 1;
    expect(describeBytes(bytes)).toBe('unreadable: a WebAssembly file of version 0x1000d\n');
  });
});

test('an object of nothing', () =>
  expect(describeBytes(wasm(custom('linking', 2)))).toBe('wasm wasm32 32-bit little endian\n'));

/** An object that imports function `f`, of the type given, in a symbol without a name of its own. */
const reference = (...type: number[]): Buffer =>
  wasm(
    section(1, 1, 0x60, ...type),
    section(2, 1, ...text('env'), ...text('f'), 0, 0),
    custom('linking', 2, 8, 4, 1, 0, 0x10, 0),
  );
/** One that defines it. */
const definition = (...type: number[]): Buffer =>
  wasm(
    section(1, 2, 0x60, 0, 0, 0x60, ...type),
    section(3, 1, 1),
    custom('linking', 2, 8, 6, 1, 0, 0, 0, ...text('f')),
  );
const sizeOf = (bytes: Buffer): string | undefined => /size=(\d+)/.exec(describeBytes(bytes))?.[1];

describe('signatures replace sizes', () => {
  const [i32, i64] = [0x7f, 0x7e];

  test('equal ones are equal in all objects, defined or not', () => {
    expect(describeBytes(reference(1, i32, 1, i32))).toContain('reference function f size=');
    expect(describeBytes(definition(1, i32, 1, i32))).toContain('definition function f section=0 size=');
    expect(sizeOf(reference(1, i32, 1, i32))).toBe(sizeOf(definition(1, i32, 1, i32)));
  });

  test('parameters, results and their order make a difference', () => {
    const all = [
      [0, 0],
      [1, i32, 0],
      [0, 1, i32],
      [1, i64, 0],
      [2, i32, i64, 0],
      [2, i64, i32, 0],
    ];
    expect(new Set(all.map((type) => sizeOf(definition(...type)))).size).toBe(all.length);
  });

  test('a type that is not there is malformed', () => {
    const bytes = reference(0, 0);
    bytes[bytes.indexOf(Buffer.from([1, 0x66, 0, 0])) + 3] = 9;
    expect(() => describeBytes(bytes)).toThrow('no type 9 of 1');
  });
});

describe('damage', () => {
  test('a name from an import that is not there', () => {
    const bytes = reference(0, 0);
    bytes[bytes.length - 1] = 7;
    expect(() => describeBytes(bytes)).toThrow('no import 7 of 1 to name a symbol');
  });
  test('a section that is longer than the file', () => {
    const bytes = reference(0, 0);
    bytes[9] = 0x7f;
    expect(() => describeBytes(bytes)).toThrow('truncated: content: 127 bytes needed');
  });
  test('a number without an end', () => {
    const bytes = Buffer.concat([wasm(), Buffer.from([1, ...Array<number>(20).fill(0x80)])]);
    expect(() => describeBytes(bytes)).toThrow('number without an end');
  });
  test('a symbol in a segment that is not there', () => {
    const symbol = [1, 0, ...text('x'), 3, 0, 4];
    const bytes = wasm(custom('linking', 2, 8, symbol.length + 1, 1, ...symbol));
    expect(() => describeBytes(bytes)).toThrow('no segment 3 of 0');
  });
});

test('32 and 64 bits differ in machine and in little else', () => {
  const [narrow, wide] = ['everything-wasm32.o', 'everything-wasm64.o'].map((name) =>
    describeBytes(fixture(name)),
  );
  expect(wide).toContain('wasm wasm64 64-bit');
  expect(wide.split('\n').length).toBe(narrow.split('\n').length);
});
