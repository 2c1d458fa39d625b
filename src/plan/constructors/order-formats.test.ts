import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { overlooked } from '../conditions/overlooked.js';

/*
 * The order of constructors in outputs that do not run here, read from their tables and maps. `reg.o` and `use.o` are
 * in libw.a, in this order, and libs.a, which is the provider, has a copy of reg.o: without libw.a's, it is placed
 * after use.o.
 */

const at = useFolder(undefined, { enters: true });

const PATIENCE = 120_000;

/** The part of WebAssembly's types that is used here; TypeScript has them only in its browser library. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => unknown;
  Instance: new (
    module: unknown,
    imports: object,
  ) => { readonly exports: { readonly __wasm_call_ctors: () => void } };
};

const INIT = (priority: string) => `__attribute__((constructor${priority})) static void`;
/** Compilers run a constructor at compile time that calls nothing. */
const REG = (priority = '') =>
  `int source(int); static int ready; int reg_get(void){ return ready; } ${INIT(priority)} reg_up(void){ ready = source(1); }`;
const USE = (priority = '') =>
  `int reg_get(void), source(int); static int seen; int use(void){ return seen; } ${INIT(priority)} use_up(void){ seen = reg_get() + source(2); }`;
const APART = `int source(int); static int seen; int use(void){ return seen; } ${INIT('')} use_up(void){ seen = source(2); }`;
const MAIN = 'int reg_get(void), use(void); void __main(void){} int main(void){ return reg_get() + use(); }';
/** Apart from main, so that it is clear that a constructor does not call that. */
const SOURCE = 'int source(int which){ return which; }';

interface Case {
  readonly title: string;
  readonly reg: string;
  readonly use: string;
  readonly expected: string;
}

const INTERACTING: Case = {
  title: 'units that interact',
  reg: REG(),
  use: USE(),
  expected: 'constructor-order',
};
const INDEPENDENT: Case = { title: 'units that do not', reg: REG(), use: APART, expected: 'dropped' };
const BY_PRIORITY: Case = {
  title: 'units of two priorities',
  reg: REG('(200)'),
  use: USE('(300)'),
  expected: 'dropped',
};

interface Target {
  readonly triple: string;
  readonly id: string;
  readonly line: readonly string[];
  readonly output: (path: string) => readonly string[];
  readonly cases: readonly Case[];
  /** The order in which the files' constructors are placed in an output. */
  order(path: string, objdump: string): string[];
}

const fromMap =
  (section: RegExp) =>
  (path: string): string[] =>
    readFileSync(`${path}.map`, 'utf8')
      .split('\n')
      .filter((row) => section.test(row))
      .flatMap((row) => /\b(reg|use)\.o/.exec(row)?.[1] ?? []);

const TARGETS: Readonly<Record<string, Target>> = {
  'ld64.lld-19': {
    triple: 'x86_64-apple-macos11',
    id: 'ld64.lld',
    line: [
      '-arch',
      'x86_64',
      '-platform_version',
      'macos',
      '11.0',
      '11.0',
      'main.o',
      'source.o',
      'libw.a',
      'libs.a',
    ],
    output: (path) => ['-o', path],
    // Mach-O has no priorities: compilers order the constructors of one file.
    cases: [INTERACTING, INDEPENDENT, { ...BY_PRIORITY, expected: 'constructor-order' }],
    order: (path, objdump) =>
      execFileSync(objdump, ['--macho', '--section=__DATA_CONST,__mod_init_func', path], { encoding: 'utf8' })
        .split('\n')
        .flatMap((row) => /_(reg|use)_up$/.exec(row)?.[1] ?? []),
  },
  'lld-link-19': {
    triple: 'x86_64-pc-windows-msvc',
    id: 'lld-link',
    line: ['/entry:main', '/subsystem:console', '/nodefaultlib', 'main.o', 'source.o', 'libw.a', 'libs.a'],
    output: (path) => [`/out:${path}`, `/lldmap:${path}.map`],
    cases: [INTERACTING, INDEPENDENT, BY_PRIORITY],
    order: fromMap(/\.CRT\$XC/),
  },
  'x86_64-w64-mingw32-ld': {
    triple: 'x86_64-pc-windows-gnu',
    id: 'mingw-ld',
    line: ['-e', 'main', 'main.o', 'source.o', 'libw.a', 'libs.a'],
    output: (path) => ['-o', path, `-Map=${path}.map`],
    cases: [INTERACTING, INDEPENDENT, BY_PRIORITY],
    order: fromMap(/^ \.ctors[.\d]*\s+0x\w+\s+0x8/),
  },
  'wasm-ld-19': {
    triple: 'wasm32',
    id: 'wasm-ld',
    line: [
      '--no-entry',
      '--export=main',
      '--export=__wasm_call_ctors',
      '--allow-undefined',
      'main.o',
      'libw.a',
      'libs.a',
    ],
    output: (path) => ['-o', path],
    // Functions of the host may do anything, so no unit is independent of another here.
    cases: [INTERACTING, BY_PRIORITY],
    order: (path) => {
      const order: string[] = [];
      const source = (which: number) => order.push(which === 1 ? 'reg' : 'use');
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), {
        env: { source },
      });
      exports.__wasm_call_ctors();
      return order;
    },
  },
};

describe.each(Object.entries(TARGETS))('%s', (name, { triple, id, line, output, cases, order }) => {
  for (const { title, reg, use, expected } of cases)
    needsTool(
      name,
      'clang-14',
      'llvm-ar-19|llvm-ar',
      'llvm-objdump-19|llvm-objdump',
    )(
      `${title}: ${expected}`,
      async ([program, compiler, archiver, objdump]) => {
        const sources = { 'main.o': MAIN, 'source.o': SOURCE, 'reg.o': reg, 'use.o': use, 's.o': 'int s;' };
        const archives = { 'libw.a': ['reg.o', 'use.o'], 'libs.a': ['reg.o', 's.o'] };
        writeCObjects(at(), { compiler, archiver, flags: ['-target', triple], sources, archives });
        const options = ['--linker', id, '--provider', 'libs.a'];
        const { verdicts, before, after } = await trimAndLink(at(), {
          program,
          words: line,
          options,
          output,
        });
        expect(verdicts['libw.a(reg.o)']).toBe(expected);
        const [old, now] = [order(before, objdump), order(after, objdump)];
        expect(old).toHaveLength(2);
        expect(now).toEqual(title === INDEPENDENT.title ? old.toReversed() : old);
      },
      PATIENCE,
    );
});

/*
 * Where the last file runs first, the copy that others bind to runs last. With both copies of both units in the link,
 * use.o of libw.a runs after reg.o of libs.a, and sees what that has set; without the copies of libs.a it runs first.
 */
const SHARED_REG = `int source(int), ready; int reg_get(void){ return ready; } ${INIT('')} reg_up(void){ ready = source(1); }`;

for (const [title, use, expected] of [
  ['interact', USE(), 'constructor-order'],
  ['do not', APART, 'dropped'],
] as const)
  needsTool('x86_64-w64-mingw32-ld', 'clang-14', 'llvm-ar-19|llvm-ar')(
    `x86_64-w64-mingw32-ld, both copies of two units that ${title}: ${expected}`,
    async ([program, compiler, archiver]) => {
      const flags = ['-target', 'x86_64-pc-windows-gnu'];
      const sources = { 'main.o': MAIN, 'source.o': SOURCE, 'reg.o': SHARED_REG, 'use.o': use };
      const archives = { 'libw.a': ['reg.o', 'use.o'], 'libs.a': ['reg.o', 'use.o'] };
      writeCObjects(at(), { compiler, archiver, flags, sources, archives });
      const whole = ['--whole-archive', 'libs.a', '--no-whole-archive'];
      const words = ['-e', 'main', '--allow-multiple-definition', 'main.o', 'source.o', 'libw.a', ...whole];
      const options = ['--linker', 'mingw-ld', '--provider', 'libw.a'];
      const output = (path: string) => ['-o', path, `-Map=${path}.map`];
      const { verdicts, before, after } = await trimAndLink(at(), { program, words, options, output });
      expect([verdicts['libs.a(reg.o)'], verdicts['libs.a(use.o)']]).toEqual([expected, expected]);
      const order = fromMap(/^ \.ctors[.\d]*\s+0x\w+\s+0x8/);
      expect(order(before)).toEqual(['reg', 'use', 'reg', 'use']);
      expect(order(after)).toEqual(expected === 'dropped' ? ['reg', 'use'] : order(before));
      if (expected === 'dropped') return;
      overlooked.add('constructor-order');
      try {
        await runMain([
          'trim',
          '--quiet',
          '--out-dir',
          'out',
          '--plan',
          'plan.json',
          ...options,
          '--',
          program,
          ...words,
        ]);
      } finally {
        overlooked.delete('constructor-order');
      }
      const { exitCode, out, error } = await runMain(['verify', 'plan.json']);
      expect(exitCode).toBe(1);
      expect(out + error).toContain('their order changes');
    },
    PATIENCE,
  );
