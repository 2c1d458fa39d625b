import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The output of tools/build-single.ts in a folder of its own, away from the package. */

const ROOT = join(import.meta.dirname, '../..');
const LINE = ['main.o', 'libext_http.a', 'libstdlib.a'];
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-single-'));
  const options = process.platform === 'linux' ? ['--executable'] : [];
  execFileSync(process.execPath, [join(ROOT, 'tools/run.js'), 'build-single', ...options, folder]);
  for (const name of LINE) cpSync(join(ROOT, 'fixtures/founding/elf', name), join(folder, name));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['one file', [process.execPath, 'ardedup.mjs']],
  ['an executable', ['./ardedup']],
])('%s', (title, command) => {
  const run = (...args: string[]): string => {
    const [program, ...first] = command;
    // A warning of Node would be for the developers, not for the user.
    return execFileSync(program, [...first, ...args], { cwd: folder, encoding: 'utf8' });
  };

  test('does all that the package does', (context) => {
    if (title === 'an executable' && process.platform !== 'linux') context.skip('built on Linux');
    expect(run('--version')).toBe(`${version}\n`);
    const trim = ['trim', '--quiet', '--provider', 'libstdlib.a', '--out-dir', 'out', '--plan', 'plan.json'];
    expect(run(...trim, ...LINE)).toMatch(/^libext_http\.a: dropped 1 of 2 members \(evt_runtime\)/);
    expect(run('verify', 'plan.json')).toMatch(/^proved: /);
    expect(run('inspect', 'out/libext_http.a')).toMatch(/^libext_http\.a: gnu archive, 1 member\n/);
    run('check', '--fail-on', 'never', '--report', 'html=report.html', ...LINE);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    // The demangler's WebAssembly is in it.
    expect(run('explain', '--', ...LINE)).toContain('evt_runtime::event_pump::WAIT_DRIVER');
  }, 60_000);
});
