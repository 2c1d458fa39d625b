import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { runMain } from '../../test/run-main.js';

const ROOT = join(import.meta.dirname, '../..');

describe('the same inputs give the same bytes and the same plan', () => {
  const home = process.cwd();
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-same-'));
    for (const place of ['here', 'elsewhere/deep down/ünïcode'])
      cpSync(join(ROOT, 'fixtures/founding/elf'), join(folder, place), { recursive: true });
    mkdirSync(join(folder, 'out'));
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  const wrappers = ['http', 'ws', 'audit', 'pinned', 'stale', 'other'];
  const names = ['main.o', ...wrappers.map((name) => `libext_${name}.a`), 'libstdlib.a'];
  const argsFor = (inputs: string, out: string) => [
    ...['trim', '--provider', join(inputs, 'libstdlib.a'), '--out-dir', out, '--format', 'json'],
    ...names.map((name) => join(inputs, name)),
  ];

  async function trimmed(
    inputs: string,
    out: string,
  ): Promise<{ plan: string; files: Record<string, string> }> {
    const { exitCode, out: plan } = await runMain(argsFor(inputs, out));
    expect(exitCode).toBe(0);
    const withoutPaths = plan.replaceAll(`${out}/`, 'OUT/').replaceAll(`${inputs}/`, 'IN/');
    return { plan: withoutPaths, files: folderState(out) };
  }

  test('twice, at another path, from another folder', async () => {
    const first = await trimmed(join(folder, 'here'), join(folder, 'out/1'));
    expect(Object.keys(first.files).length).toBeGreaterThan(0);
    expect(await trimmed(join(folder, 'here'), join(folder, 'out/2'))).toEqual(first);
    const elsewhere = join(folder, 'elsewhere/deep down/ünïcode');
    expect(await trimmed(elsewhere, join(folder, 'out/3'))).toEqual(first);
    process.chdir(join(folder, 'here'));
    expect(await trimmed('../here', '../out/4')).toEqual(first);
    process.chdir(home);
  });

  test('names with capitals sort alike in every language, and text does not change with LANG', async (context) => {
    const built = join(ROOT, 'dist/cli.cjs');
    if (!existsSync(built)) context.skip('not built: npm run build');
    const line = names.map((name) => join(folder, 'here', name));
    const outputs = ['C', 'en_US.UTF-8', 'tr_TR.UTF-8', 'de_DE.UTF-8'].map((lang) =>
      execFileSync(
        process.execPath,
        [
          join(ROOT, 'bin/ardedup.js'),
          'check',
          '--fail-on',
          'never',
          '--provider',
          line[line.length - 1],
          ...line,
        ],
        { env: { LANG: lang, LC_ALL: lang, TZ: lang === 'C' ? 'UTC' : 'Asia/Tokyo' }, encoding: 'utf8' },
      ),
    );
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]).toContain('libext_http.a');
  });

  test('written again over what is there, the bytes stay', async () => {
    const out = join(folder, 'out/again');
    const first = await trimmed(join(folder, 'here'), out);
    expect((await trimmed(join(folder, 'here'), out)).files).toEqual(first.files);
    const [name] = Object.keys(first.files);
    expect(readFileSync(join(out, name)).subarray(0, 8).toString()).toBe('!<arch>\n');
  });
});
