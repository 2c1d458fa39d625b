import { expect, test } from 'vitest';
import { originalName } from './verify-state.js';

test('a global keeps its name without what optimisers add, and with the digits of an edit', () => {
  expect(originalName('state.llvm.5817923044627203590')).toBe('state');
  expect(originalName('state.12')).toBe('state');
  // Eight digits of a hash that all are decimal: two of these are two globals.
  expect(originalName('state.iso.12345678')).toBe('state.iso.12345678');
  expect(originalName('state.iso.46ba002c')).toBe('state.iso.46ba002c');
});
