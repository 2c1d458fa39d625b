import { expect, test } from 'vitest';
import { byOffset } from './by-offset.js';

test('finds what a filter finds, in the given order', () => {
  const entries = [8, 0, 24, 8, 16, 0, 40].map((offset, row) => ({ offset, row }));
  const within = byOffset(entries);
  for (let start = 0; start <= 48; start += 4)
    for (let end = start; end <= 48; end += 4)
      expect(within(start, end)).toEqual(entries.filter(({ offset }) => offset >= start && offset < end));
});
