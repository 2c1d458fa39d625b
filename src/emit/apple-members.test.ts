import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { build, concat, inlineNamed, padded, text } from '../../test/builders/build-archive.js';
import { runMain } from '../../test/run-main.js';

const MACHO = join(import.meta.dirname, '../../fixtures/founding/macho');
const folder = mkdtempSync(join(tmpdir(), 'ardedup-apple-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Rust library of a time when its metadata were no object. */
const rmeta = build('', [inlineNamed('lib.rmeta', 12, padded(text('rust'), 8, 0x0a))]);

test('an archive with a member that is not an object is not written for Apple\u2019s linkers, and for LLD as it is', async () => {
  const archive = join(folder, 'libext_http.a');
  writeFileSync(archive, concat(readFileSync(join(MACHO, 'libext_http.a')), rmeta));
  const output = join(folder, 'out.a');
  const provider = join(MACHO, 'libstdlib.a');
  const trim = (...options: string[]) =>
    runMain([
      'trim',
      ...options,
      '-o',
      output,
      '--provider',
      provider,
      join(MACHO, 'main.o'),
      archive,
      provider,
    ]);
  const refused = await trim();
  expect(refused).toMatchObject({ exitCode: 2, out: '' });
  expect(refused.error).toContain('libext_http.a(lib.rmeta): is not an object');
  expect(existsSync(output)).toBe(false);
  expect(await trim('--linker', 'ld64.lld')).toMatchObject({ exitCode: 0, error: '' });
  expect(readFileSync(output).subarray(-rmeta.length)).toEqual(Buffer.from(rmeta));
  const inspected = await runMain(['inspect', archive]);
  expect(inspected.out).toContain('1 member (lib.rmeta): not an object: Apple\u2019s linkers refuse it');
});
