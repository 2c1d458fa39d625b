import { describe, expect, it } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { BitReader } from './bitstream.js';

/** Packs bits into bytes, the lowest bit of each byte first, as a bitstream does. */
function packed(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    bytes[at >>> 3] |= bit << (at & 7);
  });
  return bytes;
}

function vbr6(value: number): number[] {
  const bits: number[] = [];
  for (let left = value; ; ) {
    const chunk = left % 32;
    left = Math.floor(left / 32);
    for (let bit = 0; bit < 5; bit++) bits.push((chunk >> bit) & 1);
    bits.push(left > 0 ? 1 : 0);
    if (left === 0) return bits;
  }
}

/** Of all lengths, in an order without a pattern. */
const numbers = Array.from({ length: 40_000 }, (_, at) => (at * 7919) % 2 ** ((at * 31) % 45));

describe('numbers of six-bit chunks', () => {
  it('are skipped by the same rules as they are read', () => {
    const reader = new BitReader(ByteSource.of('numbers', packed(numbers.flatMap(vbr6))));
    for (let at = 0, step = 0; at < numbers.length; step = (step + 1) % 23) {
      expect(reader.vbr(6)).toBe(numbers[at]);
      const passed = Math.min(step, numbers.length - at - 1);
      reader.skipVbr6(passed);
      at += passed + 1;
    }
  });

  it('have an end', () => {
    const reader = new BitReader(ByteSource.of('endless', new Uint8Array(64).fill(255)));
    expect(() => reader.skipVbr6(1)).toThrow('number without an end');
    expect(() => reader.skipVbr6(2)).toThrow(/number without an end|need/);
  });
});
