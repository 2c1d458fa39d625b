import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isBuilt } from './oracles/run-program.js';
import { useFolder } from './use-folder.js';

/** What package.json runs of ours can be asked how it is used, and refuses what it does not know. */

const ROOT = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const files = [
  ...new Set(Object.values(scripts).flatMap((line) => line.match(/tools\/(?:bench\/)?[\w-]+\.js/g) ?? [])),
];
const run = (file: string, ...words: string[]) =>
  spawnSync(process.execPath, [join(ROOT, file), ...words], { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });

describe.each(files)('%s', (file) => {
  test('tells its use, and refuses options that it does not have', (context) => {
    if (!isBuilt()) context.skip('not built: npm run build');
    const help = run(file, '--help');
    expect({ status: help.status, error: help.stderr }).toEqual({ status: 0, error: '' });
    expect(help.stdout.length).toBeGreaterThan(50);
    const bad = run(file, '--no-such-option');
    expect({ status: bad.status, out: bad.stdout }).toEqual({ status: 2, out: '' });
    expect(bad.stderr).toMatch(/^[^\n]*--no-such-option[^\n]*\n$/);
  }, 120_000);
});

describe('npm run demo', () => {
  test('leads from the failing link to the program that passes', (context) => {
    if (!isBuilt()) context.skip('not built: npm run build');
    const { status, stdout, stderr } = run('tools/demo.js');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const isLinked = process.platform === 'linux' && process.arch === 'x64' && !stdout.includes('not linked');
    const story = isLinked ? ['the link fails', 'starved', 'fixed by drop', 'PASS'] : ['fixed by drop'];
    const places = story.map((words) => stdout.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    for (const format of ['Mach-O', 'COFF', 'WebAssembly'])
      expect(stdout).toMatch(new RegExp(`${format}.* → 0;.*verified; kept: pinned, stale, other`));
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
