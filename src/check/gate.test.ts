import { describe, expect, test } from 'vitest';
import { baselineOf, parseBaseline } from './baseline.js';
import { type FindingKind, makeFinding } from './findings.js';
import { type Gate, judge } from './gate.js';
import { isDay, parseSuppressions, speaksOf } from './suppressions.js';

const finding = (kind: FindingKind, archive: string, count = 1) =>
  makeFinding({
    kind,
    subject: '',
    message: `${kind} in ${archive}`,
    places: [{ file: `folder/${archive}`, member: null }],
    symbols: [],
    count,
    remedy: null,
  });

const split = finding('split-state', 'liba.a', 2);
const copy = finding('latent-duplicate', 'libb.a', 5);
const note = finding('blocked-copy', 'libc.a');
const all = [split, copy, note];
const gate = (changes: Partial<Gate> = {}): Gate => ({
  failOn: ['warning'],
  most: new Map(),
  baseline: null,
  suppressions: [],
  today: '2026-11-21',
  ...changes,
});
const failing = (changes: Partial<Gate>, found = all) =>
  judge(found, gate(changes)).findings.flatMap(({ kind, fails }) => (fails ? kind : []));

describe('what fails', () => {
  test('a severity and what is worse, or kinds by name, or nothing', () => {
    expect(failing({})).toEqual(['split-state', 'latent-duplicate']);
    expect(failing({ failOn: ['error'] })).toEqual(['split-state']);
    expect(failing({ failOn: ['note'] })).toHaveLength(3);
    expect(failing({ failOn: ['blocked-copy'] })).toEqual(['blocked-copy']);
    expect(failing({ failOn: [] })).toEqual([]);
  });

  test('more of a kind than its threshold, and then whatever --fail-on says', () => {
    const most = (number: number) => new Map<FindingKind, number>([['latent-duplicate', number]]);
    expect(failing({ most: most(5) })).toEqual(['split-state']);
    expect(failing({ most: most(4), failOn: [] })).toEqual(['latent-duplicate']);
    const twice = [copy, finding('latent-duplicate', 'libd.a', 1)];
    expect(failing({ most: most(5) }, twice)).toHaveLength(2);
    expect(judge([copy], gate({ most: most(5) })).findings[0].status).toBe('allowed');
  });
});

describe('a baseline', () => {
  const entry = { fingerprint: 'a', kind: 'split-state', count: 1, message: 'm' };

  test.each<[unknown, RegExp]>([
    [null, /^findings\[0\] has no fingerprint and count$/],
    [{ ...entry, count: '1' }, /^findings\[0\] has no fingerprint and count$/],
    [{ ...entry, kind: undefined }, /^findings\[0\] has an unknown kind$/],
    [{ ...entry, kind: 'toString' }, /^findings\[0\] has an unknown kind$/],
    [{ ...entry, message: 5 }, /^findings\[0\] has no message$/],
  ])('with %j in it is refused', (one, message) => {
    const text = JSON.stringify({ format: 'ardedup-baseline', formatVersion: 1, findings: [one] });
    expect(() => parseBaseline(text)).toThrow(message);
  });

  test('lets pass what it has, but no more of it, and says what is gone', () => {
    const baseline = parseBaseline(JSON.stringify(baselineOf([split, note])));
    const more = finding('split-state', 'liba.a', 3);
    expect(failing({ baseline })).toEqual(['latent-duplicate']);
    const judged = judge([more], gate({ baseline }));
    expect(judged.findings).toMatchObject([{ status: 'new', countBefore: 2, fails: true }]);
    expect(judged.gone).toMatchObject([{ kind: 'blocked-copy', fingerprint: note.fingerprint }]);
    expect(judge([finding('split-state', 'liba.a', 1)], gate({ baseline })).fails).toBe(false);
  });

  test('has the same bytes whatever the order of findings', () => {
    expect(baselineOf(all)).toEqual(baselineOf(all.toReversed()));
  });

  test.each([
    ['', /^not JSON/],
    ['null', /^not a baseline/],
    ['{"format":"ardedup-baseline","formatVersion":2,"findings":[]}', /version 2/],
    ['{"format":"ardedup-baseline","formatVersion":1,"findings":[{"fingerprint":"a"}]}', /^findings\[0\]/],
  ])('that says %s is refused', (text, message) => {
    expect(() => parseBaseline(text)).toThrow(message);
  });
});

describe('a suppression', () => {
  const one = {
    kind: 'split-state',
    archive: 'lib*.a',
    reason: 'one side only',
    until: '2026-11-21',
  } as const;

  test('holds to the end of its last day', () => {
    const judged = judge([split], gate({ suppressions: [one] }));
    expect(judged.findings).toMatchObject([
      { status: 'suppressed', suppression: { reason: 'one side only' } },
    ]);
    expect(judged.fails).toBe(false);
    const later = judge([split], gate({ suppressions: [one], today: '2026-11-22' }));
    expect(later.findings).toMatchObject([{ status: 'new', fails: true, suppression: { isExpired: true } }]);
  });

  test('of which another still holds is not expired', () => {
    const suppressions = [{ ...one, until: '2020-01-01' }, one];
    expect(judge([split], gate({ suppressions })).fails).toBe(false);
  });

  test('applies to a kind, a fingerprint, an archive', () => {
    expect(speaksOf(one, copy)).toBe(false);
    expect(speaksOf({ ...one, archive: 'liba' }, split)).toBe(false);
    expect(speaksOf({ ...one, archive: 'l.ba.a' }, split)).toBe(false);
    expect(speaksOf({ ...one, fingerprint: copy.fingerprint }, split)).toBe(false);
    expect(speaksOf({ fingerprint: copy.fingerprint, reason: 'r', until: '2027-01-01' }, copy)).toBe(true);
    expect(judge([copy], gate({ suppressions: [one] })).unused).toEqual([one]);
  });

  const file = (...suppressions: unknown[]) =>
    JSON.stringify({ format: 'ardedup-suppressions', formatVersion: 1, suppressions });
  test.each([
    ['[]', /^not a file of suppressions/],
    [file({ ...one, archive: 5 }), /^suppressions\[0\]: 'archive' is not a string/],
    [file({ ...one, fingerprint: ['a'] }), /^suppressions\[0\]: 'fingerprint' is not a string/],
    [file({ ...one, until: '2026-02-30' }), /^suppressions\[0\]: no last day/],
    [file({ ...one, until: undefined }), /no last day/],
    [file({ ...one, reason: ' ' }), /no reason/],
    [file(one, { reason: 'r', until: '2027-01-01' }), /^suppressions\[1\]: neither kind nor fingerprint/],
    [file({ ...one, kind: 'split' }), /unknown kind of finding 'split'/],
    [file({ ...one, path: 'x' }), /unknown field 'path'/],
    [file(7), /not an object/],
  ])('that says %s is refused', (text, message) => {
    expect(() => parseSuppressions(text)).toThrow(message);
  });

  test('ends on a day of the calendar', () => {
    expect(['2024-02-29', '2026-12-31'].every(isDay)).toBe(true);
    expect(['2026-2-1', '2026-13-01', '2025-02-29', 'tomorrow', 20261121].some(isDay)).toBe(false);
  });
});
