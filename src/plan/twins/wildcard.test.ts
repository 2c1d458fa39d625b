import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wildcardTest } from './wildcard.js';

test('it fits what a regular expression fits', () => {
  const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
  fc.assert(
    fc.property(text('ab*'), text('ab'), (pattern, given) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      expect(wildcardTest(pattern)(given)).toBe(expression.test(given));
    }),
    { numRuns: 20_000, seed: 1 },
  );
});

test('signs of regular expressions are themselves', () => {
  expect(wildcardTest('a.b+*$')('a.b+(c$')).toBe(true);
  expect(wildcardTest('a.b+*$')('axbb$')).toBe(false);
});
