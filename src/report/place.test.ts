import { expect, test } from 'vitest';
import { printable } from './place.js';

test.each([
  ['an escape sequence', '\x1b[31m', '\\x1b[31m'],
  ['the end of a line', 'a\nb\u2028c', 'a\\x0ab\\u2028c'],
  ['text from right to left', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['no character of XML', '\ufffe\uffff', '\\ufffe\\uffff'],
  ['half a character', 'a\ud800b', 'a\\ud800b'],
  ['characters beyond the first plane', '🚨é', '🚨é'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});
