// V8's code cache of dist/cli.cjs, with the functions that a small plan and a report run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  codeCacheOf,
  codeCachePath,
  compileProgram,
  optimiseLater,
  runProgram,
} from '../../src/cli/built-program.js';
import type { Streams } from '../../src/cli/streams.js';
import { ROOT } from '../../test/root.js';

/** As the build has made it. */
export interface BuiltProgram {
  readonly cli: typeof import('../../src/cli/main.js');
}

const SILENT: Streams = { out: () => {}, error: () => {}, input: async () => null, colors: false };
const FOUNDING = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) =>
  join(ROOT, 'fixtures/founding/elf', name),
);
const COMMANDS: readonly (readonly string[])[] = [
  ['trim', '--dry-run', ...FOUNDING],
  ['check', '--fail-on', 'never', ...FOUNDING],
];

/** Writes the cache next to the program. @returns the program */
export async function writeCodeCache(path: string): Promise<BuiltProgram> {
  optimiseLater();
  const script = compileProgram(path, undefined);
  const program = runProgram(path, script) as BuiltProgram;
  for (const command of COMMANDS) {
    const exitCode = await program.cli.main(command, SILENT);
    if (exitCode !== 0) throw new Error(`${command[0]} of the founding case ended with ${exitCode}`);
  }
  writeFileSync(codeCachePath(path), codeCacheOf(path, script));
  return program;
}
