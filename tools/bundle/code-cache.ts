// V8's code caches of the programs in dist/, with the functions that small inputs run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeCacheOf, codeCachePath, compileProgram, runProgram } from '../../src/cli/built-program.js';
import type { Streams } from '../../src/cli/streams.js';
import { setStartOptions } from '../../src/cli/v8-options.js';
import { ROOT } from '../../test/root.js';

/** Programs as the build has made them. */
type Commands = { readonly cli: typeof import('../../src/cli/main.js') };
type Interfaces = typeof import('../../src/link/inputs/object-interface.js');

const SILENT: Streams = { out: () => {}, error: () => {}, input: async () => null, colors: false };
const FOUNDING = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) =>
  join(ROOT, 'fixtures/founding/elf', name),
);
const COMMANDS: readonly (readonly string[])[] = [
  ['trim', '--dry-run', ...FOUNDING],
  ['check', '--fail-on', 'never', ...FOUNDING],
];

/** Writes the cache of dist/cli.cjs next to it, after a small plan and a report. @returns the program */
export async function cacheCommands(path: string): Promise<Commands> {
  const { program, write } = startProgram<Commands>(path);
  for (const command of COMMANDS) {
    const exitCode = await program.cli.main(command, SILENT);
    if (exitCode !== 0) throw new Error(`${command[0]} of the founding case ended with ${exitCode}`);
  }
  write();
  return program;
}

/** The same of the program that a link runs for an object that was compiled again. */
export function cacheInterfaces(path: string): void {
  const { program, write } = startProgram<Interfaces>(path);
  if (program.interfaceOfFile(FOUNDING[0]) === null) throw new Error(`${FOUNDING[0]} is not an object`);
  write();
}

function startProgram<Program>(path: string): { readonly program: Program; readonly write: () => void } {
  setStartOptions();
  const script = compileProgram(path, undefined);
  const program = runProgram(path, script) as Program;
  return { program, write: () => writeFileSync(codeCachePath(path), codeCacheOf(path, script)) };
}
