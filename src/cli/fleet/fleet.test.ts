import {
  appendFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../../test/builders/build-universal.js';
import { runMain } from '../../../test/run-main.js';
import { copyFounding, useFolder } from '../../../test/use-folder.js';
import type { FleetReport } from '../../report/check/fleet-text.js';

const FILES = ['libext_http.a', 'libext_ws.a', 'libstdlib.a'];

const at = useFolder(
  () => {
    mkdirSync('libs/a b', { recursive: true });
    copyFounding('elf', at('libs'), FILES);
    cpSync('libs/libext_ws.a', 'libs/a b/libcopy.a');
    writeFileSync('libs/readme.txt', 'no archive\n');
    symlinkSync('libext_ws.a', 'libs/liblink.a');
  },
  { enters: true },
);

const run = (...args: string[]) => runMain(['check', '--each', 'state.jsonl', ...args]);

async function report(): Promise<FleetReport> {
  return JSON.parse((await run('--format', 'json', 'libs')).out) as FleetReport;
}

describe('check --each', () => {
  test('archives are checked alone, and equal members of different ones are found', async () => {
    const found = await report();
    expect(found).toMatchObject({ archives: 4, reused: 0, fails: false, problems: [] });
    expect(found.shared.map(({ archives }) => archives)).toContainEqual([
      'libs/a b/libcopy.a',
      'libs/libext_ws.a',
    ]);
    const { out, exitCode } = await run('libs');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^4 archives \(4 unchanged since the last run\), \d+ members\n/);
    expect(out).toContain('equal members in several archives\n');
  });

  test('a run that was killed goes on after the last whole line', async () => {
    const whole = await report();
    const text = readFileSync('state.jsonl', 'utf8');
    truncateSync('state.jsonl', text.lastIndexOf('"members"'));
    const resumed = await report();
    expect(resumed).toEqual({ ...whole, reused: 3 });
    expect(readFileSync('state.jsonl', 'utf8')).toBe(text);
  });

  test('an archive that has changed is checked again, one with damage is a part of the report', async () => {
    await report();
    cpSync('libs/libstdlib.a', 'libs/libext_http.a');
    appendFileSync('libs/libext_ws.a', 'not a header');
    const found = await report();
    expect([found.reused, found.fails]).toEqual([2, true]);
    expect(found.problems).toEqual([
      expect.stringMatching(/^libs\/libext_ws\.a: offset \d+|^libs\/libext_ws\.a/),
    ]);
    expect(await run('libs')).toMatchObject({ exitCode: 1 });
  });

  test('other options begin a new state, with a warning', async () => {
    await report();
    const again = await run('--linker', 'lld', '--format', 'json', 'libs');
    expect(JSON.parse(again.out)).toMatchObject({ archives: 4, reused: 0 });
    expect(again.error).toContain('state.jsonl: results are of different options or a different version');
  });

  test('results do not outlive the suppressions that they were judged by', async () => {
    const none = { format: 'ardedup-suppressions', formatVersion: 1, suppressions: [] };
    writeFileSync('none.json', JSON.stringify(none));
    const day = (today: string) => run('--suppressions', 'none.json', '--today', today, 'libs');
    await day('2027-01-01');
    expect((await day('2027-01-01')).out).toContain('4 archives (4 unchanged');
    const one = { kind: 'latent-duplicate', reason: 'a vendor', until: '2027-12-31' };
    writeFileSync('none.json', JSON.stringify({ ...none, suppressions: [one] }));
    expect((await day('2027-01-01')).out).toMatch(/^4 archives, /);
  });

  test('a file is checked once, under however many paths it is found', async () => {
    linkSync('libs/libstdlib.a', 'libs/a b/libagain.a');
    const { out } = await run('--format', 'json', 'libs', './libs', 'libs/libstdlib.a');
    expect(JSON.parse(out)).toMatchObject({ archives: 4 });
  });

  test('an archive of several architectures is checked, and its members are counted', async () => {
    mkdirSync('fat');
    copyFounding('macho', at('fat'), ['libext_http.a']);
    const bytes = readFileSync('fat/libext_http.a');
    const slices = ['arm64', 'x86_64'].map((architecture) => ({
      architecture,
      bytes: retargeted(bytes, architecture),
    }));
    writeFileSync('fat/libfat.a', buildUniversal(slices));
    const { out } = await run('--format', 'json', '--arch', 'arm64', 'fat', 'libs');
    const found = JSON.parse(out) as FleetReport;
    expect(found).toMatchObject({ archives: 6, problems: [] });
    expect(found.shared.map(({ archives }) => archives)).toContainEqual([
      'fat/libext_http.a',
      'fat/libfat.a',
    ]);
  });

  test('what cannot be read is a part of the report, and is tried again', async () => {
    writeFileSync('libs/libbad.a', '!<arch>\nbroken');
    for (const reused of [0, 4]) {
      const { out, exitCode } = await run('--format', 'json', 'libs');
      expect(exitCode).toBe(1);
      expect(JSON.parse(out)).toMatchObject({ archives: 5, reused, problems: [expect.any(String)] });
    }
  });

  test('the state has one line for each archive, however often it has changed', async () => {
    await report();
    for (const file of ['libs/libext_ws.a', 'libs/libext_http.a']) {
      cpSync('libs/libstdlib.a', file);
      await report();
    }
    await report();
    expect(readFileSync('state.jsonl', 'utf8').trimEnd().split('\n')).toHaveLength(1 + 4);
  });

  test('a record without its last line end, or of another shape, spoils none', async () => {
    const whole = await report();
    const text = readFileSync('state.jsonl', 'utf8');
    writeFileSync('state.jsonl', text.trimEnd());
    expect(await report()).toEqual({ ...whole, reused: 4 });
    expect(readFileSync('state.jsonl', 'utf8')).toBe(text);
    appendFileSync('state.jsonl', '5\nnull\n{"path":"libs/libext_ws.a"}\n');
    expect(await report()).toEqual({ ...whole, reused: 4 });
  });

  test.each([
    ['empty: no archive in it', ['empty']],
    ['libs/readme.txt: not an archive, and not a folder', ['libs/readme.txt']],
    ['libs/gone: ', ['libs/gone']],
    ['--each: expected --format text or json, got html', ['--format', 'html', 'libs']],
    ['--each: cannot be combined with --report', ['--report', 'csv=x.csv', 'libs']],
    ['--each: expected folders and archives, got a link line', ['libs', '-lx']],
    ['got split-state=x', ['--max', 'split-state=x', 'libs']],
    ['--fail-on sometimes: expected one of', ['--fail-on', 'sometimes', 'libs']],
    ['--linker nope: unknown linker (expected gnu-ld', ['--linker', 'nope', 'libs']],
  ])('%s', async (message, args) => {
    mkdirSync('empty');
    const ran = await run(...args);
    expect(ran).toMatchObject({ exitCode: 2, out: '', error: expect.stringContaining(message) });
  });

  test('a file that is not a state is not written over', async () => {
    writeFileSync('state.jsonl', 'notes\n');
    const ran = await run('libs');
    expect(ran).toMatchObject({ exitCode: 2, error: expect.stringContaining('not a state file of') });
    expect(readFileSync('state.jsonl', 'utf8')).toBe('notes\n');
  });
});
