import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { findingCodes, makeFinding } from '../check/findings.js';
import { type Gate, judge } from '../check/gate.js';
import { version } from '../version.js';
import type { CheckResult } from './check/check-result.js';
import { makeColors } from './colors.js';
import { type ReporterId, reporterIds, reporters } from './reporters.js';

const ROOT = join(import.meta.dirname, '../..');
const options = { colors: makeColors(false), quiet: false };
const report = async (id: ReporterId, result: CheckResult) => (await reporters[id]())(result, options);

const validateSarif = (() => {
  const {
    id,
    $schema: _,
    ...schema
  } = JSON.parse(readFileSync(join(ROOT, 'fixtures/sarif/sarif-2.1.0.schema.json'), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
  return ajv.compile({ $id: id, ...schema });
})();

function expectSarif(text: string) {
  const log = JSON.parse(text);
  validateSarif(log);
  expect(validateSarif.errors ?? []).toEqual([]);
  const [{ results, tool }] = log.runs;
  for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  return log.runs[0];
}

/** Every kind, every status, and names that are nasty in one form or another. */
const NASTY = '=x"<&>\u0001\n|`*[a](b){0}%0A::error::,\u202e é';
function allKinds(): CheckResult {
  const findings = findingCodes.map((kind) =>
    makeFinding({
      kind,
      subject: NASTY,
      message: `${kind}: ${NASTY}`,
      places: [
        { file: `/absolute/${NASTY}.a`, member: { ordinal: 3, name: NASTY } },
        { file: 'relative folder/lib%.a', member: null },
      ],
      symbols: [NASTY],
      count: 2,
      remedy: `ardedup trim ${NASTY}`,
    }),
  );
  const gate: Gate = {
    failOn: ['warning'],
    most: new Map([['name-collision', 9]]),
    baseline: {
      format: 'ardedup-baseline',
      formatVersion: 1,
      findings: [
        { ...findings[0], count: 1 },
        { ...findings[1], count: 2 },
        { ...findings[2], fingerprint: 'gone', message: NASTY },
      ],
    },
    suppressions: [
      { kind: 'undefined-reference', reason: NASTY, until: '2027-01-01' },
      { kind: 'same-crate-other-build', reason: NASTY, until: '2020-01-01' },
      { fingerprint: 'nothing', reason: NASTY, until: '2027-01-01' },
    ],
    today: '2026-11-21',
  };
  return { ...judge(findings, gate), plans: [] };
}

describe('forms of the report on the founding line', () => {
  let folder = '';
  const home = process.cwd();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-reports-'));
    process.chdir(join(ROOT, 'fixtures/founding/elf'));
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['sarif', 'sarif'],
    ['markdown', 'md'],
    ['junit', 'xml'],
    ['csv', 'csv'],
    ['github', 'github.txt'],
  ])('%s', async (form, extension) => {
    const line = ['--provider', 'libstdlib.a', 'main.o', 'libext_http.a', 'libstdlib.a'];
    const { out, exitCode } = await runMain(['check', '--format', form, ...line]);
    expect(exitCode).toBe(1);
    if (form === 'sarif') expectSarif(out);
    const text = out.replaceAll(`"version": "${version}"`, '"version": "0.0.0"');
    await expect(text).toMatchFileSnapshot(join(ROOT, `fixtures/reports/founding.${extension}`));
  });
});

describe('whatever is found', () => {
  test.each(reporterIds)('%s reports all of it, the same twice, with no control character', async (id) => {
    const text = await report(id, allKinds());
    expect(await report(id, allKinds())).toBe(text);
    const shown = allKinds().findings.filter(({ status }) => id !== 'github' || status === 'new');
    for (const { kind } of shown) expect(text).toContain(kind);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });

  test('SARIF follows its schema, with baseline states and suppressions', async () => {
    const run = expectSarif(await report('sarif', allKinds()));
    const states = run.results.map(({ baselineState }: { baselineState: string }) => baselineState);
    expect(states.slice(0, 3)).toEqual(['updated', 'unchanged', 'new']);
    expect(states.at(-1)).toBe('absent');
    const suppressed = run.results.filter(({ suppressions }: { suppressions?: unknown }) => suppressions);
    expect(suppressed.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'name-collision',
      'undefined-reference',
    ]);
    const [{ locations }] = run.results;
    expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^file:\/\/\/absolute\/%3Dx%22/);
    expect(locations[1].physicalLocation.artifactLocation).toEqual({
      uri: 'relative%20folder/lib%25.a',
      uriBaseId: '%SRCROOT%',
    });
    expectSarif(await report('sarif', { ...judge([], emptyGate), plans: [] }));
  });

  test('GitHub annotations stay on one line each, and only commands of ours are there', async () => {
    const text = await report('github', allKinds());
    const commands = text.split('\n').filter((line) => line.startsWith('::'));
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands)
      expect(command).toMatch(/^::(error|warning|notice) file=[^:,]*,title=[^:,]*::/);
    expect(text).not.toContain('\n%0A');
  });

  test('GitHub annotations stop at ten of a level, and say so', async () => {
    const [{ ...one }] = allKinds().findings;
    const findings = Array.from({ length: 14 }, () => ({ ...one, status: 'new' as const }));
    const text = await report('github', { ...allKinds(), findings });
    expect(text.match(/^::error/gm)).toHaveLength(10);
    expect(text).toContain('and 4 more errors');
  });

  test('JUnit is well-formed XML and counts its cases', async () => {
    const text = await report('junit', allKinds());
    const opened: string[] = [];
    for (const [, close, name, , selfClosed] of text.matchAll(
      /<(\/?)(\w[\w-]*)((?:\s[\w-]+="[^"<]*")*)\s*(\/?)>/g,
    )) {
      if (close) expect(opened.pop()).toBe(name);
      else if (!selfClosed) opened.push(name);
    }
    expect(opened).toEqual([]);
    expect(text.replace(/<[?/\w][^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
    const cases = text.match(/<testcase /g)!.length;
    expect(text).toContain(`tests="${cases}" failures="${text.match(/<failure /g)!.length}"`);
    expect(text).toContain(`skipped="${text.match(/<skipped /g)!.length}"`);
  });

  test('CSV has as many cells in each row as columns, and no formula', async () => {
    const text = await report('csv', allKinds());
    const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)];
    const rows = cells.filter(([, , end]) => end === '\r\n').length;
    expect(cells.length / rows).toBe(12);
    expect(rows).toBe(findingCodes.length + 1);
    for (const [, cell] of cells) expect(cell).not.toMatch(/^"?[=+@-]/);
  });

  test('Markdown keeps each finding in one row of its table', async () => {
    const text = await report('markdown', allKinds());
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
    for (const row of rows.filter((line) => line.includes('ardedup explain')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(text.replace(/^```[\s\S]*?^```$/gm, '')).not.toContain('<&>');
  });
});

const emptyGate: Gate = { failOn: ['note'], most: new Map(), baseline: null, suppressions: [], today: null };
