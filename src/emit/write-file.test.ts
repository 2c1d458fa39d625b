import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeTextWhole } from './write-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['the same content', 'text', 'text', true],
  ['other content of the same length', 'text', 'TEXT', false],
  ['longer content', 'text', 'text and more', false],
])('%s: touched only when it differs', (_, before, after, isUntouched) => {
  const path = join(folder, 'output');
  writeTextWhole(path, before);
  utimesSync(path, 1e9, 1e9);
  writeTextWhole(path, after);
  expect(readFileSync(path, 'utf8')).toBe(after);
  expect(statSync(path).mtimeMs === 1e12).toBe(isUntouched);
  expect(readdirSync(folder)).toEqual(['output']);
});
