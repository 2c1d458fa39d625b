import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';

/** The founding case for Windows and WebAssembly, put to the linkers that read them, before and after. */

const FOLDER = join(import.meta.dirname, '../../fixtures/founding');
const folder = mkdtempSync(join(tmpdir(), 'ardedup-founding-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trims ext_http, has `verify` prove it, and gives the path of what was written. */
async function trimmed(format: 'coff' | 'wasm', name: string): Promise<string> {
  const file = (of: string) => join(FOLDER, format, of);
  const out = join(folder, name);
  const plan = join(folder, `${name}.json`);
  const line = [file('main.o'), file('libext_http.a'), file('libstdlib.a')];
  const options = ['--quiet', '--provider', file('libstdlib.a'), '--out-dir', out, '--plan', plan];
  expect(await runMain(['trim', ...options, ...line])).toMatchObject({ error: '', exitCode: 0 });
  const verified = await runMain(['verify', plan]);
  expect(verified.out).toMatch(/^proved: /);
  return join(out, 'libext_http.a');
}

function said(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe.each(['lld-link-14', 'lld-link-19', 'lld-link-22'])('coff, %s', (program) => {
  needsTool(program)('9 duplicates and two wait drivers before, none and one after', async ([linker]) => {
    const after = await trimmed('coff', program);
    const flags =
      '/nodefaultlib /subsystem:console /entry:main /force /errorlimit:0 /out:o.exe /map:o.map'.split(' ');
    const link = (wrapper: string) => {
      const line = [join(FOLDER, 'coff/main.o'), wrapper, join(FOLDER, 'coff/libstdlib.a')];
      const text = said(linker, [...flags, ...line]);
      const drivers = count(readFileSync(join(folder, 'o.map'), 'latin1'), /WAIT_DRIVER/g);
      return [count(text, /duplicate symbol/g), drivers, count(text, /undefined symbol/g)];
    };
    expect(link(join(FOLDER, 'coff/libext_http.a'))).toEqual([9, 2, 1]);
    expect(link(after)).toEqual([0, 1, 1]);
  });
});

describe("coff, MinGW's GNU ld", () => {
  needsTool('x86_64-w64-mingw32-ld')('10 duplicates before, none after', async ([linker]) => {
    const after = await trimmed('coff', 'mingw');
    const link = (wrapper: string) =>
      said(linker, ['-e', 'main', join(FOLDER, 'coff/main.o'), wrapper, join(FOLDER, 'coff/libstdlib.a')]);
    expect(count(link(join(FOLDER, 'coff/libext_http.a')), /multiple definition of/g)).toBe(10);
    const missing = [...link(after).matchAll(/multiple definition|undefined reference to `(\w+)'/g)];
    expect(new Set(missing.map(([, name]) => name))).toEqual(new Set(['puts']));
  });
});

describe.each(['coff', 'wasm'] as const)('%s: the index of a trimmed archive', (format) => {
  needsTool('llvm-ar', 'llvm-nm')('is what llvm-ar makes of the same members', async ([ar, nm]) => {
    const ours = await trimmed(format, `index-${format}`);
    const theirs = join(folder, `theirs-${format}.a`);
    copyFileSync(join(FOLDER, format, 'libext_http.a'), theirs);
    const gone = execFileSync(ar, ['t', theirs], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name.startsWith('evt_runtime'));
    execFileSync(ar, ['dD', theirs, ...gone]);
    const map = (path: string) => said(nm, ['--print-armap', path]).split('\n\n')[0].split('\n').sort();
    expect(map(ours)).toEqual(map(theirs));
  });
});

/** The part of WebAssembly's types that is used here; TypeScript has them only in its browser library. */
interface Instance {
  readonly exports: {
    main(count: number, words: number): number;
    readonly memory: { readonly buffer: ArrayBuffer };
  };
}
interface Engine {
  instantiate(
    bytes: Uint8Array,
    imports: { env: { puts(at: number): number } },
  ): Promise<{ readonly instance: Instance }>;
}
const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine };

/** The output of the program, whose only import is `puts`. */
async function runWasm(path: string): Promise<string> {
  const printed: string[] = [];
  const puts = (at: number): number => {
    const bytes = new Uint8Array(instance.exports.memory.buffer);
    printed.push(Buffer.from(bytes.subarray(at, bytes.indexOf(0, at))).toString());
    return 0;
  };
  const { instance } = await engine.instantiate(readFileSync(path), { env: { puts } });
  instance.exports.main(0, 0);
  return printed.join();
}

describe.each(['wasm-ld-14', 'wasm-ld-16', 'wasm-ld-19', 'wasm-ld-22'])('wasm, %s', (program) => {
  needsTool(program)('10 duplicates before, PASS after', async ([linker]) => {
    const after = await trimmed('wasm', program);
    const output = join(folder, `${program}.wasm`);
    const link = (wrapper: string, ...flags: string[]) =>
      said(linker, [
        ...['--no-entry', '--export=main', '--allow-undefined', '--error-limit=0', ...flags, '-o', output],
        ...[join(FOLDER, 'wasm/main.o'), wrapper, join(FOLDER, 'wasm/libstdlib.a')],
      ]);
    const before = join(FOLDER, 'wasm/libext_http.a');
    expect(count(link(before), /duplicate symbol/g)).toBe(10);
    // Versions before 22 know no way to allow them.
    if (program === 'wasm-ld-22') {
      link(before, '-z', 'muldefs');
      expect(await runWasm(output)).toBe('starved');
    }
    expect(link(after)).toBe('');
    expect(await runWasm(output)).toBe('PASS');
  });
});
