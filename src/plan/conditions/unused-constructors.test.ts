import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * wasm-ld runs the constructors of an extracted member only if something of it is live, and those of objects and whole
 * archives always. Here nothing of the extracted copy is used but by a function that is not.
 */

useFolder(undefined, { enters: true });

const MAIN = 'int ran;';
const USER = 'int logged; int counted(void); int unused(void) { return counted(); }';
const COUNTED = `
extern int ran;
__attribute__((constructor)) static void count(void) { ran++; }
__attribute__((weak)) int counted(void) { return 5; }`;

/** How often the constructor runs. */
function runsOf(ld: string, libraries: readonly string[]): number {
  const exported = ['--export=__wasm_call_ctors', '--export=ran', '--export=logged'];
  execFileSync(ld, [
    '--no-entry',
    ...exported,

    '-o',
    'program.wasm',
    'main.o',
    ...libraries,
  ]);
  const module = new WebAssembly.Module(readFileSync('program.wasm'));
  const {
    __wasm_call_ctors: run,
    memory,
    ran,
  } = new WebAssembly.Instance(module, {}).exports as unknown as {
    readonly __wasm_call_ctors: () => void;
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly ran: { readonly value: number };
  };
  run();
  return new DataView(memory.buffer).getInt32(ran.value, true);
}

for (const version of ['14', '19', '22'])
  needsTool(
    `wasm-ld-${version}`,
    'clang-14',
    'llvm-ar-19',
  )(`a constructor that always runs needs a copy that does: wasm-ld ${version}`, async ([ld, cc, ar]) => {
    for (const [name, input] of Object.entries({ main: MAIN, user: USER, counted: COUNTED }))
      execFileSync(cc, ['--target=wasm32', '-O1', '-x', 'c', '-c', '-o', `${name}.o`, '-'], { input });
    execFileSync(ar, ['rc', 'liba.a', 'user.o', 'counted.o']);
    execFileSync(ar, ['rc', 'libb.a', 'counted.o']);
    const lines = [
      ['liba.a', '--whole-archive', 'libb.a', '--no-whole-archive'],
      ['--whole-archive', 'liba.a', 'libb.a', '--no-whole-archive'],
    ];
    expect(lines.map((line) => runsOf(ld, line))).toEqual([1, 2]);
    expect(runsOf(ld, ['liba.a'])).toBe(0);
    const dropped: (string | undefined)[] = [];
    for (const line of lines) {
      const options = ['--linker', `wasm-ld-${version}`, '--provider', 'liba.a', '--dry-run'];
      const words = ['--no-entry', '--export=ran', '--export=logged', 'main.o', ...line];
      const { out, error } = await runMain(['trim', ...options, '--', 'wasm-ld', ...words]);
      dropped.push(/^libb\.a: (\w+ \w+)/m.exec(out)?.[1] ?? error);
    }
    expect(dropped).toEqual(['kept its', 'can drop']);
  });
