import { writeFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];
useFolder((folder) => copyFounding('elf', folder, FILES), { enters: true });

afterEach(() => vi.unstubAllEnvs());

const COMMAND = ['--', 'ld.lld', ...FILES];

test.each([
  ['libstdlib.a', 'an archive', [['explain'], ['explain', ...COMMAND], ['fix', ...COMMAND]]],
  ['main.o', 'an object', [['explain'], ['explain', ...COMMAND], ['fix', ...COMMAND]]],
])('%s as a log', async (path, kind, commands) => {
  for (const [command, ...rest] of commands)
    expect(await runMain([command, path, ...rest])).toMatchObject({
      exitCode: 2,
      error: `ardedup: ${path}: ${kind} is not a log; to see what is in it: ardedup inspect ${path}\n`,
    });
});

test('an archive as the value of an option', async () => {
  const run = await runMain(['explain', '--provider', 'libstdlib.a', ...COMMAND]);
  expect([run.exitCode, run.error]).toEqual([0, '']);
});

const OF_GNU_LD = "/usr/bin/ld: b.o: multiple definition of `rt_hit'; a.o: first defined here\n";

test.each([
  ['ld.lld: error: duplicate symbol: rt_hit\n', 'auto', ''],
  [OF_GNU_LD, 'lld', ''],
  [
    OF_GNU_LD,
    'auto',
    'the log is of GNU ld, but this command runs LLD 15 and newer; add --linker gnu-ld if the build runs it',
  ],
])('fix with the log %j of --linker %s', async (text, linker, warning) => {
  writeFileSync('log', text);
  vi.stubEnv('PATH', '');
  const { error } = await runMain(['fix', 'log', '--linker', linker, ...COMMAND]);
  expect(error.replace(/^ardedup: warning: |\n$/g, '')).toBe(warning);
});

test.each([
  ['int main(void) { return 0; }\n', true],
  ['\n', false],
  ['ld: x.o: undefined reference to `f`\n', false],
])('fix with the log %j', async (text, warns) => {
  writeFileSync('main.c', text);
  const { error } = await runMain(['fix', 'main.c', ...COMMAND]);
  expect(error.includes('the log has no message of a linker: is it the log of this command?')).toBe(warns);
});
