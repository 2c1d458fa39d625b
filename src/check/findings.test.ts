import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bySeverity,
  type FindingDraft,
  findingCodes,
  findingKinds,
  findingPage,
  isFindingKind,
  makeFinding,
  SEVERITIES,
  withDistinctFingerprints,
} from './findings.js';

const ROOT = join(import.meta.dirname, '../..');
const HEADINGS = ['What it is', 'Why it hurts', 'Causes', 'What to do', 'How to silence it'];

describe('the catalogue', () => {
  test('each kind has a page, and each page a kind', () => {
    const pages = readdirSync(join(ROOT, 'docs/findings')).filter((name) => name !== 'README.md');
    expect(pages.toSorted()).toEqual(findingCodes.map((code) => `${code}.md`).toSorted());
  });

  test.each(findingCodes)('%s: the page says what, why, whence, what to do, how to silence', (code) => {
    const page = readFileSync(join(ROOT, findingPage(code)), 'utf8');
    const { title, severity } = findingKinds[code];
    expect(page.split('\n')[0]).toBe(`# ${title}`);
    expect(page).toContain(`\`${code}\`, ${severity}`);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
    for (const section of page.split(/^## .+$/m).slice(1)) expect(section.trim().length).toBeGreaterThan(40);
  });

  test('the list of pages names each kind with its title', () => {
    const list = readFileSync(join(ROOT, 'docs/findings/README.md'), 'utf8');
    for (const code of findingCodes)
      expect(list).toContain(
        `| [\`${code}\`](${code}.md) | ${findingKinds[code].severity} | ${findingKinds[code].title} |`,
      );
  });

  test.each(['check', 'baseline', 'suppressions'])('schema/%s-v1 lists every kind', (name) => {
    const kinds: unknown[] = [];
    JSON.parse(readFileSync(join(ROOT, `schema/${name}-v1.schema.json`), 'utf8'), (key, value) => {
      if (key === 'kind' && value.enum) kinds.push(value.enum);
      return value;
    });
    expect(kinds.length).toBeGreaterThan(0);
    for (const list of kinds) expect(list).toEqual(findingCodes);
  });

  test('the worst kinds come first', () => {
    const ranks = findingCodes.map((code) => SEVERITIES.indexOf(findingKinds[code].severity));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(isFindingKind('toString')).toBe(false);
  });
});

describe('a finding', () => {
  const draft: FindingDraft = {
    kind: 'duplicate-definition',
    message: 'm',
    places: [
      { file: 'build/libb.a', member: { ordinal: 3, name: 'x.o' } },
      { file: 'build/liba.a', member: null },
    ],
    symbols: ['x'],
    count: 2,
    remedy: null,
    subject: 'crate',
  };
  const { fingerprint } = makeFinding(draft);

  test('has a fingerprint that folders, order, counts and words do not change', () => {
    const places = [
      { file: '/other/liba.a', member: { ordinal: 9, name: 'y.o' } },
      { file: 'libb.a', member: null },
    ];
    expect(makeFinding({ ...draft, places, count: 7, message: 'other', symbols: [] }).fingerprint).toBe(
      fingerprint,
    );
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });

  test('has another fingerprint for another kind, subject or file', () => {
    const others = [
      { ...draft, kind: 'name-collision' as const },
      { ...draft, subject: 'other' },
      { ...draft, places: draft.places.slice(1) },
    ];
    for (const other of others) expect(makeFinding(other).fingerprint).not.toBe(fingerprint);
  });

  test('that is like another in all of this is told from it by its place in the list', () => {
    const twice = withDistinctFingerprints([makeFinding(draft), makeFinding(draft)]);
    expect(twice.map((finding) => finding.fingerprint)).toEqual([fingerprint, `${fingerprint}-2`]);
  });

  test('comes before less grave ones', () => {
    const kinds = ['not-simulated', 'split-state', 'droppable-copy'] as const;
    const sorted = kinds.map((kind) => makeFinding({ ...draft, kind })).sort(bySeverity);
    expect(sorted.map(({ kind }) => kind)).toEqual(['split-state', 'droppable-copy', 'not-simulated']);
  });
});
