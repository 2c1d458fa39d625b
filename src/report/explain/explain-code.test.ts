import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingCodes } from '../../check/findings.js';
import { explainedCodes, explanationOf } from './explain-code.js';

const ROOT = join(import.meta.dirname, '../../..');

test('every kind of finding has a page', () => {
  expect(findingCodes.filter((kind) => explanationOf(kind) === null)).toEqual([]);
});

test('every reason of docs/safety.md has a page', () => {
  const safety = readFileSync(join(ROOT, 'docs/safety.md'), 'utf8');
  const reasons = [...safety.matchAll(/^### `([\w-]+)`/gm)].map(([, code]) => code);
  expect(reasons.length).toBeGreaterThan(10);
  expect(reasons.filter((code) => explanationOf(code) === null)).toEqual([]);
});

test('a page shows no link targets', () => {
  for (const code of explainedCodes()) expect(explanationOf(code)).not.toMatch(/\]\(/);
});

test('text that is not a code has no page', () => {
  expect(explanationOf('constructor')).toBeNull();
  expect(explanationOf('rt_hit')).toBeNull();
});
