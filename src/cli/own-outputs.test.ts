import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

/* An output never replaces a file that ardedup did not write, and a build may repeat each command. */

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
  test.each(['a text\n', readFileSync(`${import.meta.dirname}/../../fixtures/founding/elf/libext_ws.a`)])(
    'refuses to replace a file of another origin',
    async (content) => {
      await prepare();
      mkdirSync('out');
      writeFileSync(OUTPUT, content);
      const { exitCode, error } = await runMain(args);
      expect(exitCode).toBe(2);
      expect(error).toBe(
        `ardedup: ${OUTPUT}: exists and was not written by ardedup; remove it, or choose another folder for the output\n`,
      );
      expect(readFileSync(OUTPUT)).toEqual(Buffer.from(content));
    },
  );

  test('may be repeated', async () => {
    await prepare();
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    const first = readFileSync(OUTPUT);
    const record = readFileSync('out/.ardedup-outputs', 'utf8');
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    expect(readFileSync('out/.ardedup-outputs', 'utf8')).toBe(record);
    expect(readFileSync(OUTPUT)).toEqual(first);
  });

  test('takes over an equal file that no list names', async () => {
    await prepare();
    await runMain(args);
    const list = readFileSync('out/.ardedup-outputs', 'utf8');
    rmSync('out/.ardedup-outputs');
    expect(await runMain(args)).toMatchObject({ exitCode: 0, error: '' });
    expect(readFileSync('out/.ardedup-outputs', 'utf8')).toBe(list);
  });
});

test('an output of older inputs is replaced; one that was changed since is not', async () => {
  const trim = (...line: string[]) => runMain(['trim', '--out-dir', 'out', ...line]);
  await trim('main.o', '-u', 'ext_http_status', 'libext_http.a', 'libstdlib.a');
  copyFileSync('libext_other.a', 'libext_http.a');
  const isDropped = await trim('main.o', '-u', 'ext_other_status', 'libext_http.a', 'libstdlib.a');
  expect(isDropped).toMatchObject({ exitCode: 0, error: '' });
  copyFounding('elf', '.', ['libext_http.a']);
  appendFileSync(OUTPUT, 'x');
  expect(await trim(...LINE)).toMatchObject({ exitCode: 2 });
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
