import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingProofs, provingTest, readCases } from './cases.js';

const ROOT = resolve(import.meta.dirname, '..');
const failures = readCases(ROOT, 'failures');
const experiments = readCases(ROOT, 'experiments');

describe('the known cases', () => {
  test('are numbered from F01 to F73', () => {
    const numbers = Array.from({ length: 73 }, (_, at) => `F${String(at + 1).padStart(2, '0')}`);
    expect(failures.map(({ id }) => id)).toEqual(numbers);
  });

  test('each say what is right, and have a proof or say why not', () => {
    for (const { id, right, proofs, open } of failures) {
      expect(right, id).toMatch(/\S/);
      expect(proofs.length > 0 || open !== undefined, id).toBe(true);
    }
    for (const { id, proofs, open } of experiments)
      expect(proofs.length > 0 || open !== undefined, id).toBe(true);
  });

  test('name fixtures and files of tests that are there', () => {
    expect(missingProofs(ROOT, [...failures, ...experiments])).toEqual([]);
  });

  test('name tests by words that their files have', () => {
    const titles = [...failures, ...experiments].flatMap(({ id, proofs }) =>
      proofs.map(provingTest).flatMap(({ file, title, fixture }) => (fixture ? [] : [{ id, file, title }])),
    );
    const wrong = titles.filter(({ file, title }) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      // A title may be put together from parts: its words are then in the file one by one.
      return !title
        .split(/[ :,/]+/)
        .every((word) => text.includes(word) || /\d|^(ext_|link-|does$)/.test(word));
    });
    expect(wrong).toEqual([]);
  });
});
