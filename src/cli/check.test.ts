import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';
import { reporterIds } from '../report/reporters.js';

const ROOT = join(import.meta.dirname, '../..');
const LINE = ['--provider', 'libstdlib.a', 'main.o', 'libext_http.a', 'libstdlib.a'];

const at = useFolder((folder) => copyFounding('elf', folder), { enters: true });
afterEach(() => {
  vi.unstubAllEnvs();
});

const schema = (name: string) =>
  JSON.parse(readFileSync(join(ROOT, `schema/${name}-v1.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
ajv.addSchema(schema('plan'));
const validators = new Map(
  ['check', 'baseline', 'suppressions'].map((name) => [name, ajv.compile(schema(name))]),
);

function expectValid(name: string, json: string) {
  const value = JSON.parse(json);
  const validate = validators.get(name)!;
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
  return value;
}

const check = (...args: string[]) => runMain(['check', ...args, ...LINE]);
const checkJson = async (...args: string[]) => {
  const { out, error } = await check('--format', 'json', ...args);
  expect(error).toBe('');
  return expectValid('check', out);
};

describe('check', () => {
  test('JSON has findings with their pages, and the plan', async () => {
    const found = await checkJson();
    expect(found).toMatchObject({
      format: 'ardedup-check',
      fails: true,
      findings: [
        {
          kind: 'split-state',
          severity: 'error',
          count: 7,
          status: 'new',
          page: 'docs/findings/split-state.md',
        },
        { kind: 'duplicate-definition', count: 10 },
        { kind: 'droppable-copy', count: 1, remedy: `ardedup trim --out-dir trimmed ${LINE.join(' ')}` },
      ],
      gone: [],
      unusedSuppressions: [],
      plans: [{ format: 'ardedup-plan' }],
    });
    for (const { page } of found.findings) expect(existsSync(join(ROOT, page))).toBe(true);
  });

  test('writes as many reports as are asked for, and prints one', async () => {
    const reports = reporterIds.flatMap((id) => ['--report', `${id}=report.${id}`]);
    const { out, exitCode } = await check('--format', 'csv', ...reports);
    expect(exitCode).toBe(1);
    expect(readFileSync('report.csv', 'utf8')).toBe(out);
    for (const id of reporterIds) {
      const { out: printed } = await check('--format', id);
      expect(readFileSync(`report.${id}`, 'utf8')).toBe(printed);
    }
  });

  test('appends a summary of the job where GitHub asks for one', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', at('summary.md'));
    writeFileSync('summary.md', 'earlier\n');
    const { out } = await check('--format', 'github');
    expect(out).toMatch(/^::error /);
    expect(readFileSync('summary.md', 'utf8')).toMatch(/^earlier\n## ardedup: 2 errors, 1 warning\n/);
    await check('--format', 'text');
    expect(readFileSync('summary.md', 'utf8').match(/## ardedup/g)).toHaveLength(1);
  });

  test('fails on severities and kinds, and on more than a threshold', async () => {
    const codes: [string[], number][] = [
      [['--fail-on', 'never'], 0],
      [['--fail-on', 'name-collision'], 0],
      [['--fail-on', 'split-state,name-collision'], 1],
      [['--fail-on', 'name-collision', '--fail-on', 'droppable-copy'], 1],
      [['--fail-on', 'error', '--max', 'split-state=7,duplicate-definition=10'], 0],
      [['--fail-on', 'error', '--max', 'split-state=7', '--max', 'duplicate-definition=9'], 1],
    ];
    for (const [args, code] of codes) expect([args, (await check(...args)).exitCode]).toEqual([args, code]);
  });

  test('passes with a baseline of what is there, in whatever folder, and tells what is gone', async () => {
    const written = await check('--baseline', 'known.json', '--update-baseline');
    expect(written.exitCode).toBe(0);
    const baseline = expectValid('baseline', readFileSync('known.json', 'utf8'));
    expect(baseline.findings).toHaveLength(3);
    const moved = ['libext_http.a', 'libstdlib.a', 'main.o'].map((name) => at(name));
    const line = ['--provider', moved[1], moved[2], moved[0], moved[1]];
    const again = await runMain(['check', '--baseline', 'known.json', '--fail-on', 'note', ...line]);
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('nothing new, 3 known') });
    const fewer = await runMain(['check', '--baseline', 'known.json', 'main.o', 'libstdlib.a']);
    expect(fewer).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/gone since the baseline: split-state: 7 /),
    });
    baseline.findings.find(({ kind }: { kind: string }) => kind === 'split-state').count = 6;
    writeFileSync('known.json', JSON.stringify(baseline));
    const more = await check('--baseline', 'known.json');
    expect(more).toMatchObject({ exitCode: 1, out: expect.stringContaining('the baseline has 6 of it') });
  });

  test('passes what is suppressed until the day, which is an input', async () => {
    const suppressions = ['split-state', 'duplicate-definition', 'droppable-copy'].map((kind) => ({
      kind,
      archive: 'libext_*.a',
      reason: 'goes with the next release',
      until: '2026-12-31',
    }));
    const file = { format: 'ardedup-suppressions', formatVersion: 1, suppressions };
    writeFileSync('known.json', JSON.stringify(file));
    expectValid('suppressions', readFileSync('known.json', 'utf8'));
    const silenced = ['--suppressions', 'known.json'];
    expect((await check(...silenced, '--today', '2026-12-31')).exitCode).toBe(0);
    const late = await check(...silenced, '--today', '2027-01-01');
    expect(late).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('its suppression ended on 2026-12-31'),
    });
    expect(await check(...silenced)).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('--today'),
    });
    vi.stubEnv('SOURCE_DATE_EPOCH', '1767225600');
    expect((await check(...silenced)).exitCode).toBe(0);
    const kinds = (await checkJson(...silenced)).findings.map(({ status }: { status: string }) => status);
    expect(kinds).toEqual(['suppressed', 'suppressed', 'suppressed']);
  });

  test.each([
    [
      ['--fail-on', 'droppable'],
      /--fail-on droppable: expected one of error, warning, note, never, split-state/,
    ],
    [['--fail-on', 'never,error'], /cannot be combined/],
    [['--max', 'split-state'], /--max: expected .*, got split-state \(kinds: /],
    [['--max', 'split-state=-1'], /split-state=-1/],
    [['--report', 'pdf=a.pdf'], /--report: expected .*, got pdf=a\.pdf \(forms: /],
    [['--report', 'sarif='], /--report: .* got sarif= /],
    [['--report', 'sarif=no/such/folder/a.sarif'], /no folder no\/such\/folder/],
    [['--report', 'sarif=libstdlib.a'], /libstdlib\.a: is an input of the link/],
    [['--report', 'sarif=a', '--report', 'csv=a'], /two reports would be written to one file/],
    [['--update-baseline'], /expected --baseline <file>/],
    [['--baseline', 'none.json'], /none\.json: no such file/],
    [['--baseline', 'main.o'], /main\.o: not JSON/],
    [['--baseline', 'main.o', '--update-baseline'], /main\.o: is an input of the link/],
    [['--suppressions', 'main.o', '--today', '2026-01-01'], /main\.o: not JSON/],
    [['--format', 'yaml'], /Allowed choices/],
  ])('%s is refused', async (args, message) => {
    const before = readdirSync('.');
    const { exitCode, error, out } = await check(...args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error).toMatch(message);
    expect(readdirSync('.')).toEqual(before);
  });
});

test('of many findings of one kind the text shows some, and JSON all', async () => {
  const line = [
    'main.o',
    'libext_http.a',
    'libstdlib.a',
    ...Array.from({ length: 8 }, (_, at) => `-lq${at}`),
  ];
  const { out } = await runMain(['check', ...line]);
  expect(out.match(/ note +not-simulated: -lq\d: no library/g)).toHaveLength(5);
  expect(out).toContain('\n           3 more of not-simulated (--format json has all)\n');
  expect(out).toContain(
    'not taken into account: -lq0, -lq1, -lq2, -lq3, 4 more inputs: no library of this name',
  );
  const { findings } = JSON.parse((await runMain(['check', '--format', 'json', ...line])).out);
  expect(findings.filter(({ kind }: { kind: string }) => kind === 'not-simulated')).toHaveLength(8);
});
