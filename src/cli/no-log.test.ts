import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];
useFolder((folder) => copyFounding('elf', folder, FILES), { enters: true });

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

test.each([
  ['int main(void) { return 0; }\n', true],
  ['\n', false],
  ['ld: x.o: undefined reference to `f`\n', false],
])('fix with the log %j', async (text, warns) => {
  writeFileSync('main.c', text);
  const { error } = await runMain(['fix', 'main.c', ...COMMAND]);
  expect(error.includes('the log has no message of a linker: is it the log of this command?')).toBe(warns);
});
