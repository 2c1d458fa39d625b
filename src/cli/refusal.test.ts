import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';

const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];
const folder = useFolder((made) => copyFounding('elf', made, FILES), { enters: true });

/** A compiler that answers `-###` like the named kind of driver. */
function driver(name: string, script: string): string {
  const path = join(folder(), name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const WHEN_VERSION = 'case "$*" in *--version*) exit 0;; esac';

test.each([
  ['gcc', 1, "gcc: error: unrecognized command-line option '-foo-bar'"],
  ['gcc', 1, "gcc: fatal error: cannot read spec file 'x.specs': No such file or directory"],
  ['clang', 0, "clang: error: invalid linker name in argument '-fuse-ld=godl'"],
])('%s that ends with %i: %s', async (name, status, error) => {
  const cc = driver(name, `${WHEN_VERSION}\necho "${error}" >&2\nexit ${status}`);
  const reason = `${name}: the compiler refuses this command: ${error}`;
  const fixed = await runMain(['fix', '--', cc, '-o', 'app', ...FILES]);
  expect(fixed).toMatchObject({ exitCode: 2, out: '', error: `ardedup: ${reason}\n` });
  const strict = await runMain(['check', '--strict', '--', cc, '-o', 'app', ...FILES]);
  expect(strict).toMatchObject({ exitCode: 2, error: `ardedup: --strict: ${reason}\n` });
  for (const command of [['check'], ['trim', '-n'], ['explain']]) {
    const { out, exitCode } = await runMain([...command, '--', cc, '-o', 'app', ...FILES]);
    expect(out).toContain(`not taken into account: ${reason}`);
    expect(exitCode).not.toBe(2);
  }
});

test.each([
  ['that does not take -###', 'echo "gcc: error: no such option" >&2; exit 1'],
  ['that names -###', `${WHEN_VERSION}\necho "gcc: error: unknown option -###" >&2; exit 1`],
  ['that misses a file', `${WHEN_VERSION}\necho "gcc: error: no such file or directory: 'x.o'" >&2; exit 1`],
  ['that warns', `${WHEN_VERSION}\necho "gcc: warning: unused" >&2; exit 1`],
])('a compiler %s does not refuse', async (_, script) => {
  const cc = driver('gcc', script);
  expect((await runMain(['fix', '--', cc, '-o', 'app', ...FILES])).error).not.toContain('refuses');
  const { error, out } = await runMain(['check', '--strict', '--', cc, '-o', 'app', ...FILES]);
  expect(`${error}${out}`).not.toContain('refuses');
});
