import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { parseNotation } from '../link/notation/notation.js';

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding/elf');
const INPUTS = ['main.o', 'libext_http.a', 'libstdlib.a'].map((file) => join(FOUNDING, file));

test('explain --reproducer prints a link that the notation reads back', async () => {
  const { out, exitCode } = await runMain(['explain', '--reproducer', '--', ...INPUTS]);
  expect(exitCode).toBe(0);
  const { inputs, line } = parseNotation(out);
  expect(inputs.archives.map(({ path }) => path)).toEqual(INPUTS.slice(1));
  expect(line.items).toHaveLength(3);
});

test('explain --reproducer without a link command is a usage error', async () => {
  const { error, exitCode } = await runMain(['explain', '--reproducer']);
  expect(exitCode).toBe(2);
  expect(error).toBe('ardedup: explain --reproducer: expected a link command after --\n');
});

test.each([
  ['--format', 'json'],
  ['--linker', 'lld'],
  ['--provider', 'libstdlib.a'],
  ['--owner', 'evt_*=libstdlib.a'],
  ['--quiet'],
  ['--strict'],
])('explain --reproducer does not take %s, which would have no effect', async (...option) => {
  const { error, exitCode } = await runMain(['explain', '--reproducer', ...option, '--', ...INPUTS]);
  expect({ error, exitCode }).toEqual({
    error: expect.stringMatching(
      `^ardedup: option '--reproducer' cannot be used with option '.*${option[0]}\\b`,
    ),
    exitCode: 2,
  });
});
