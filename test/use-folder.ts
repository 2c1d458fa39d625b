import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext } from 'vitest';

/** Files of every link of the founding case: the program, a wrapper archive, and the provider. */
export const FOUNDING_FILES: readonly string[] = ['main.o', 'libext_http.a', 'libstdlib.a'];

const FOUNDING = join(import.meta.dirname, '../fixtures/founding');

/** The founding case for this format, whole or only these files. */
export function copyFounding(format: 'elf' | 'macho', to: string, files?: readonly string[]): void {
  if (!files) cpSync(join(FOUNDING, format), to, { recursive: true });
  else for (const name of files) cpSync(join(FOUNDING, format, name), join(to, name));
}

/**
 * A folder of its own for every test of this file or group, gone after it.
 *
 * @param prepare fills it, or skips the test by the context
 * @param enters the tests run in it
 * @returns the path of something in the folder; without a name, of the folder
 */
export function useFolder(
  prepare: (folder: string, context: TestContext) => void = () => {},
  { enters = false } = {},
): (path?: string) => string {
  const home = process.cwd();
  let folder = '';
  beforeEach((context) => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-test-'));
    if (enters) process.chdir(folder);
    prepare(folder, context);
  });
  afterEach(() => {
    if (enters) process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });
  return (path = '') => join(folder, path);
}
