import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

/* An output replaces an archive or an empty file, and a build may repeat each command. */

useFolder((folder) => copyFounding('elf', folder), { enters: true });

const LINE = ['main.o', 'libext_http.a', 'libstdlib.a'];
const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['trim', ['trim', '--out-dir', 'out', '--', 'cc', ...LINE]],
  ['trim --also', ['trim', '--out-dir', 'out', '--also', `cc -o two ${LINE.join(' ')}`, '--', 'cc', ...LINE]],
  ['fix', ['fix', '--out-dir', 'out', '--', 'cc', ...LINE]],
  ['apply', ['apply', '--out-dir', 'out', 'plan.json']],
];
const OUTPUT = 'out/libext_http.a';
const prepare = () => runMain(['trim', '-n', '--plan', 'plan.json', '--', 'cc', ...LINE]);

describe.each(COMMANDS)('%s --out-dir', (_, args) => {
  test('refuses to replace a file that is not an archive', async () => {
    await prepare();
    mkdirSync('out');
    writeFileSync(OUTPUT, 'a text\n');
    const { exitCode, error } = await runMain(args);
    expect(exitCode).toBe(2);
    expect(error).toBe(
      `ardedup: ${OUTPUT}: exists and is not an archive; remove it, or choose another output\n`,
    );
    expect(readFileSync(OUTPUT, 'utf8')).toBe('a text\n');
    expect(readdirSync('out')).toEqual(['libext_http.a']);
  });

  test('may be repeated, after other inputs too', async () => {
    await prepare();
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    const first = readFileSync(OUTPUT);
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    expect(readFileSync(OUTPUT)).toEqual(first);
    copyFileSync('libext_ws.a', OUTPUT);
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    expect(readFileSync(OUTPUT)).toEqual(first);
  });
});

test('-o replaces an archive or an empty file, and nothing else', async () => {
  const trim = () => runMain(['trim', '-q', '-o', 'main.c', '--provider', 'libstdlib.a', ...LINE]);
  writeFileSync('main.c', 'int main(void) { return 0; }\n');
  expect(await trim()).toMatchObject({
    exitCode: 2,
    error: 'ardedup: main.c: exists and is not an archive; remove it, or choose another output\n',
  });
  writeFileSync('main.c', '');
  expect(await trim()).toMatchObject({ exitCode: 0, error: '' });
  expect(await trim()).toMatchObject({ exitCode: 0, error: '' });
});
