import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { needsTool } from '../../test/oracles/tools.js';

const ROOT = join(import.meta.dirname, '../..');

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const { inputs, outputs, runs } = parse(text) as Action;
const [check, upload] = runs.steps;

describe('action.yml', () => {
  test('is a composite action of which every input is used, and none that is not there', () => {
    expect(runs.using).toBe('composite');
    const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(inputs).toSorted());
    for (const { description, default: value } of Object.values(inputs)) {
      expect(description.length).toBeGreaterThan(10);
      expect(value).toBeTypeOf('string');
    }
    expect(outputs['exit-code'].value).toBe(`\${{ steps.${check.id}.outputs.exit-code }}`);
    // Inputs of a workflow are never part of the script itself, where a shell would read them.
    expect(check.run).not.toContain('${{');
    expect(upload).toMatchObject({
      if: expect.stringContaining('always()'),
      uses: expect.stringMatching(/^github\/codeql-action\/upload-sarif@v\d/),
    });
  });

  test('docs/ci.md names every input', () => {
    const documented = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
    for (const name of Object.keys(inputs)) expect(documented).toContain(`\`${name}\``);
  });
});

describe('its step', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-action-'));
    cpSync(join(ROOT, 'fixtures/founding/elf'), folder, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the script as a runner would, with the action's own defaults for what is not given. */
  function run(bash: string, given: Readonly<Record<string, string>>) {
    const expanded = Object.entries(check.env ?? {}).map(([name, value]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1];
      return [name, input === undefined ? ROOT : (given[input] ?? inputs[input].default)];
    });
    const output = join(folder, 'output');
    const summary = join(folder, 'summary');
    const { status, stdout, stderr } = spawnSync(
      bash,
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', check.run!],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...process.env,
          ...Object.fromEntries(expanded),
          RUNNER_TEMP: folder,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
        },
      },
    );
    const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
    return { status, stdout, stderr, output: read(output), summary: read(summary) };
  }

  needsTool('bash')('annotates the run, writes a summary and reports, and fails as check does', ([bash]) => {
    const line = 'main.o libext_http.a\nlibstdlib.a';
    const ran = run(bash, {
      line,
      provider: 'libstdlib.a',
      sarif: 'a b.sarif',
      report: 'html=a.html\ncsv=a.csv',
    });
    expect(ran).toMatchObject({ status: 1, stderr: '', output: 'exit-code=1\n' });
    expect(ran.stdout).toMatch(/^::error file=libext_http\.a,title=Mutable state/);
    expect(ran.summary).toMatch(/^## ardedup: 2 errors, 1 warning/);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['a b.sarif', 'a.html', 'a.csv']));
    const passing = run(bash, {
      line,
      'fail-on': 'name-collision',
      max: 'split-state=7,duplicate-definition=10',
      format: 'text',
    });
    expect(passing).toMatchObject({ status: 0 });
    const named = run(bash, { line, program: 'ld.lld', format: 'text' });
    expect(named.stdout).toMatch(/^ +lld\S* /m);
    expect(named.stdout).not.toContain('gold');
  });

  needsTool('bash')(
    'takes folders, baselines and suppressions, and runs nothing that a line says',
    ([bash]) => {
      const folders = run(bash, { folders: '.', 'fail-on': 'never', format: 'text' });
      expect(folders).toMatchObject({ status: 0, stdout: expect.stringContaining('droppable-copy') });
      expect(run(bash, { line: 'main.o', baseline: 'none.json' })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('none.json'),
      });
      expect(run(bash, { line: 'main.o', suppressions: 'none.json' })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('none.json'),
      });
      expect(run(bash, { line: 'main.o', folders: '.' })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('not both'),
      });
      const hostile = run(bash, {
        line: 'main.o "; touch pwned" $(touch pwned) `touch pwned`',
        provider: '$(touch pwned)',
      });
      expect(hostile.status).toBe(2);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    },
  );
});
