import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

/* Commands behind ccache, env and the like: what is printed for them is what a shell can run again. */

const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES), { enters: true });

const LINE = ['cc', '-o', 'a program', 'main.o', 'libext_http.a', 'libstdlib.a'];
const LAUNCHED = ['LC_ALL=C', 'TEXT=a b', 'ccache', ...LINE];
const PRINTED = "env LC_ALL=C 'TEXT=a b' ccache cc -o 'a program' main.o";

test.each([
  [['fix', '--out-dir', 'fixed'], 0, `\n  ${PRINTED} fixed/libext_http.a libstdlib.a\n`],
  [['trim', '--out-dir', 'trimmed'], 0, `\nlink with: ${PRINTED} trimmed/libext_http.a libstdlib.a\n`],
  [['check'], 1, ` -- ${PRINTED} libext_http.a libstdlib.a\n`],
  [['explain'], 0, ` -- ${PRINTED} libext_http.a libstdlib.a\n`],
])('%s prints the whole command', async (command, exitCode, printed) => {
  const ran = await runMain([...command, '--', ...LAUNCHED]);
  expect(ran).toMatchObject({ exitCode, error: '' });
  expect(ran.out).toContain(printed);
});

test('a saved plan has it, and a printed command can be given again', async () => {
  await runMain(['trim', '-n', '--plan', 'plan.json', '--', ...LAUNCHED]);
  const applied = await runMain(['apply', '--out-dir', 'applied', 'plan.json']);
  expect(applied.out).toContain(`link with: ${PRINTED} applied/libext_http.a libstdlib.a\n`);
  const [, again] = /^link with: (.*)$/m.exec(applied.out)!;
  const words = again.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));
  expect((await runMain(['fix', '--', ...words])).out).toContain('nothing to fix');
});

test('commands of a file keep it', async () => {
  writeFileSync('commands.txt', `ccache ${LINE.join(' ').replace('a program', 'program')}\n`);
  const { out } = await runMain(['trim', '--out-dir', 'trimmed', '--commands', 'commands.txt']);
  expect(out).toContain('  ccache cc -o program main.o trimmed/libext_http.a libstdlib.a\n');
});

test('a program that is not known to run another is to be left out', async () => {
  const { exitCode, error } = await runMain(['fix', '--', process.execPath, ...LINE]);
  expect(exitCode).toBe(2);
  expect(error.replace(/\s+/g, ' ')).toContain('the linker or compiler comes first after --: leave out');
});

needsTool('cc')('link runs what launches the compiler, with its variables', async ([cc]) => {
  if (!isBuilt()) return;
  mkdirSync('bin');
  writeFileSync('bin/ccache', '#!/bin/sh\necho "$TEXT: $2 $5" > launched\nexec "$@"\n');
  chmodSync('bin/ccache', 0o755);
  const words = ['link', '--', 'TEXT=a b', at('bin/ccache'), cc, ...LINE.slice(1)];
  const ran = await runProgram(words, { cwd: at(), env: { ARDEDUP_CACHE_DIR: at('cache') } });
  expect(ran).toMatchObject({ code: 0 });
  expect(existsSync('a program')).toBe(true);
  expect(readFileSync('launched', 'utf8')).toMatch(/^a b: -o .*\/cache\/.*libext_http\.a\n$/);
});
