import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useFolder } from './use-folder.js';

/** Each tool that package.json runs prints its usage, and refuses options that it does not have. */

const ROOT = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const tools = Object.values(scripts).flatMap((line) =>
  [...line.matchAll(/node tools\/run\.js ([\w/-]+)/g)].map(([, tool]) => tool),
);
const run = (...words: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'tools/run.js'), ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });

describe.each([...new Set(tools)])('%s', (tool) => {
  test('prints its usage, and refuses options that it does not have', () => {
    const help = run(tool, '--help');
    expect({ status: help.status, error: help.stderr }).toEqual({ status: 0, error: '' });
    expect(help.stdout.length).toBeGreaterThan(50);
    const bad = run(tool, '--no-such-option');
    expect({ status: bad.status, out: bad.stdout }).toEqual({ status: 2, out: '' });
    expect(bad.stderr).toMatch(/^[^\n]*--no-such-option[^\n]*\n$/);
  }, 120_000);
});

describe('npm run demo', () => {
  test('leads from the failing link to the program that passes', () => {
    const { status, stdout, stderr } = run('demo');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const isLinked = process.platform === 'linux' && process.arch === 'x64' && !stdout.includes('not linked');
    const story = isLinked ? ['the link fails', 'starved', 'fixed by drop', 'PASS'] : ['fixed by drop'];
    const places = story.map((words) => stdout.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    for (const format of ['Mach-O', 'COFF', 'WebAssembly'])
      expect(stdout).toMatch(
        new RegExp(`${format}.* → 0;.*verified; 3 of 3 libraries that need their own copy keep it`),
      );
  }, 60_000);
});

describe('a clone that is not built', () => {
  const at = useFolder();
  test('says so in one line', () => {
    cpSync(join(ROOT, 'bin'), at('bin'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), at('package.json'));
    const { status, stdout, stderr } = spawnSync(process.execPath, [at('bin/ardedup.js'), '--help'], {
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      'ardedup: not built yet; run npm ci && npm run build\n',
    ]);
  });
});
