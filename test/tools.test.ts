import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isBuilt } from './oracles/run-program.js';

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
