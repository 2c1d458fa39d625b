import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
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

  test('other options begin a new state', async () => {
    await report();
    const again = await run('--linker', 'lld', '--format', 'json', 'libs');
    expect(JSON.parse(again.out)).toMatchObject({ archives: 4, reused: 0 });
  });

  test.each([
    ['empty: no archive in it', ['empty']],
    ['libs/readme.txt: not an archive, and not a folder', ['libs/readme.txt']],
    ['libs/gone: ', ['libs/gone']],
    ['--each: expected --format text or json, got html', ['--format', 'html', 'libs']],
    ['--each: cannot be combined with --report', ['--report', 'csv=x.csv', 'libs']],
    ['--each: expected folders and archives, got a link line', ['libs', '-lx']],
  ])('%s', async (message, args) => {
    mkdirSync('empty');
    const ran = await run(...args);
    expect(ran).toMatchObject({ exitCode: 2, out: '', error: expect.stringContaining(message) });
  });

  test('a file that is not a state is not written over', async () => {
    writeFileSync('state.jsonl', 'notes\n');
    const ran = await run('libs');
    expect(ran).toMatchObject({ exitCode: 2, error: expect.stringContaining('not a state of') });
    expect(readFileSync('state.jsonl', 'utf8')).toBe('notes\n');
  });
});
