import { expect, test } from 'vitest';
import { SharedColumns } from './shared-columns.js';

test('equal columns are one, which the memory that they were read from does not change', () => {
  const memory = new Int32Array(new SharedArrayBuffer(16));
  const columns = new SharedColumns<Int32Array>();
  const first = columns.copyOf(memory);
  memory[2] = 7;
  const second = columns.copyOf(memory);
  expect([[...first], [...second]]).toEqual([
    [0, 0, 0, 0],
    [0, 0, 7, 0],
  ]);
  expect(columns.copyOf(memory)).toBe(second);
  memory[2] = 0;
  expect(columns.copyOf(memory)).toBe(first);
  expect(columns.copyOf(memory.subarray(1))).toEqual(new Int32Array(3));
});

test('columns that were not used for long are forgotten', () => {
  const columns = new SharedColumns<Uint8Array>();
  const of = (value: number) => columns.copyOf(Uint8Array.of(value));
  const [first, second] = [of(1), of(2)];
  for (let value = 3; value < 9; value++) of(value);
  expect(of(1)).toBe(first);
  of(9);
  expect(of(2)).not.toBe(second);
  expect(of(1)).toBe(first);
});
