import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingCodes } from '../../check/findings.js';
import { adviceCodes } from '../../fix/advice/registry.js';
import { CURE_KINDS } from '../../fix/cure-kind-id.js';
import { reasonCodes } from '../plan/reason-text.js';
import { explainedCodes, explanationOf } from './explain-code.js';

const ROOT = join(import.meta.dirname, '../../..');

test('every kind of finding has a page', () => {
  expect(findingCodes.filter((kind) => explanationOf(kind) === null)).toEqual([]);
});

test('every reason, cure, advice and kind of evidence has a page', () => {
  const codes = [
    ...reasonCodes,
    ...CURE_KINDS,
    ...adviceCodes,
    ...['identical-bytes', 'same-image', 'same-unit', 'module-hash', 'names', 'declared', 'unused'],
  ];
  expect(codes.filter((code) => explanationOf(code) === null)).toEqual([]);
});

test('every term of the glossary has a page', () => {
  expect(explanationOf('split state')).toBe(
    '# split state\n\nstate of which a link has more than one copy\n\n(docs/glossary.md)\n',
  );
  for (const term of ['twin', 'weak', 'COMDAT group', 'open world'])
    expect(explanationOf(term)).not.toBeNull();
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

test('a page names no section of the documents without saying where it is', () => {
  expect(explanationOf('blocked-copy')).toContain('- `--suppressions known.json` lets findings pass');
  expect(explanationOf('split-state')).toContain('Silence this finding only if');
  for (const code of explainedCodes()) expect(explanationOf(code)).not.toContain('how findings are silenced');
});

test('text that is not a code has no page', () => {
  expect(explanationOf('constructor')).toBeNull();
  expect(explanationOf('rt_hit')).toBeNull();
});
