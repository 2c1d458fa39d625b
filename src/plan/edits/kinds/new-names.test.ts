import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../../test/oracles/real-trim.js';
import { needsTool } from '../../../../test/oracles/tools.js';
import { runMain } from '../../../../test/run-main.js';
import { useFolder } from '../../../../test/use-folder.js';
import type { PlanReport } from '../../../report/plan/plan-report.js';

/* Edits that make twins (COFF, Mach-O): the old definition keeps a global symbol, under a new name, in real links. */

const at = useFolder(undefined, { enters: true });

/** A busy machine takes its time for some dozen links. */
const PATIENCE = 120_000;

const SOURCES = {
  'main.o': 'int wa(void), wb(void); int start(void) { return wa() + wb(); }',
  'a.o': 'int f(void) { return 1; } int wa(void) { return f(); }',
  'b.o': 'int f(void) { return 2; } int wb(void) { return f(); }',
  'f.o': 'int f(void) { return 3; }',
};
const ARCHIVES = { 'liba.a': ['a.o'], 'libb.a': ['b.o'], 'libf.a': ['f.o'] };

interface Target {
  readonly linker: string;
  readonly id: string;
  readonly triple: string;
  readonly words: readonly string[];
  readonly whole: (archive: string) => readonly string[];
  readonly output?: (path: string) => readonly string[];
}

const GNU_WHOLE = (archive: string) => ['--whole-archive', archive, '--no-whole-archive'];
const TARGETS: readonly Target[] = [
  {
    ...{ linker: 'x86_64-w64-mingw32-ld', id: 'mingw-ld', triple: 'x86_64-pc-windows-gnu' },
    words: ['-e', 'start'],
    whole: GNU_WHOLE,
  },
  {
    ...{ linker: 'lld-link-19', id: 'lld-link', triple: 'x86_64-pc-windows-msvc' },
    words: ['/entry:start', '/subsystem:console', '/nodefaultlib'],
    whole: (archive) => [`/wholearchive:${archive}`],
    output: (path) => [`/out:${path}`],
  },
  {
    ...{ linker: 'ld64.lld-19', id: 'ld64.lld', triple: 'x86_64-apple-macos11' },
    words: ['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-e', '_start'],
    whole: (archive) => ['-force_load', archive],
  },
];

const planOf = (): PlanReport => JSON.parse(readFileSync('plan.json', 'utf8')) as PlanReport;

describe.each(TARGETS)('$linker', ({ linker, id, triple, words, whole, output }) => {
  const prepare = (compiler: string, archiver: string, sources: Readonly<Record<string, string>> = SOURCES) =>
    writeCObjects(at(), { compiler, archiver, flags: ['-target', triple], sources, archives: ARCHIVES });

  needsTool(linker, 'clang-14', 'llvm-ar-19')(
    'two members yield one name, and the link allows no duplicate',
    async ([program, compiler, archiver]) => {
      prepare(compiler, archiver);
      await trimAndLinkEdited(['--linker', id, '--yield', 'f=libf.a'], program, [
        ...[...words, 'main.o', 'liba.a', 'libb.a'],
        ...whole('libf.a'),
      ]);
      const edits = planOf().edits ?? [];
      expect(edits.map(({ symbol }) => symbol.replace(/^_/, ''))).toEqual(['f', 'f']);
      expect(new Set(edits.map(({ newName }) => newName)).size).toBe(2);
    },
    PATIENCE,
  );

  needsTool(linker, 'clang-14', 'llvm-ar-19')(
    'a member that the line loads twice has no twin',
    async ([program, compiler, archiver]) => {
      prepare(compiler, archiver);
      const line = [...words, 'main.o', ...whole('liba.a'), ...whole('liba.a'), 'libb.a', ...whole('libf.a')];
      const ran = await runMain([
        'trim',
        '-n',
        '--linker',
        id,
        '--yield',
        'f=libf.a',
        '--',
        program,
        ...line,
      ]);
      // LLD reads an archive once.
      if (id === 'mingw-ld') expect(ran.error).toContain('[edit-new-clash]');
      else expect(ran.exitCode).toBe(0);
    },
    PATIENCE,
  );

  /** Trims, verifies and links with edits; the line as given has duplicates. */
  async function trimAndLinkEdited(options: readonly string[], program: string, line: readonly string[]) {
    const saved = ['--quiet', '--out-dir', 'out', '--plan', 'plan.json'];
    const ran = await runMain(['trim', ...saved, ...options, '--', program, ...line]);
    expect(ran).toMatchObject({ error: '', exitCode: 0 });
    expect((await runMain(['verify', 'plan.json'])).out).toMatch(/^proved: /);
    const to = output ?? ((path: string) => ['-o', path]);
    const edited = planOf().rewrittenLine ?? [];
    execFileSync(program, [...edited, ...to('after.out')], {
      cwd: at(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
});

describe('weak externals of MSVC', () => {
  needsTool('lld-link-19', 'clang-14', 'llvm-ar-19')(
    'first-wins edits definitions only: a weak external is a reference, although lld-link counts it',
    async ([program, compiler, archiver]) => {
      const weak = '__attribute__((weak)) int f(void) { return 4; } int wc(void) { return f(); }';
      writeCObjects(at(), {
        ...{ compiler, archiver, flags: ['-target', 'x86_64-pc-windows-msvc'] },
        sources: { ...SOURCES, 'c.o': weak },
        archives: { ...ARCHIVES, 'libc.a': ['c.o'] },
      });
      const line = [
        '/entry:start',
        '/subsystem:console',
        'main.o',
        'liba.a',
        '/wholearchive:libc.a',
        'libb.a',
      ];
      const options = [
        '--quiet',
        '--out-dir',
        'out',
        '--plan',
        'plan.json',
        '--linker',
        'lld-link',
        '--first-wins',
      ];
      const ran = await runMain(['trim', ...options, '--', program, ...line]);
      expect(ran).toMatchObject({ error: '', exitCode: 0 });
      expect((planOf().edits ?? []).map(({ symbol }) => symbol)).toEqual(['f']);
      expect((await runMain(['verify', 'plan.json'])).out).toMatch(/^proved: /);
    },
    PATIENCE,
  );
});

describe('DLLs', () => {
  const exportsOf = (readobj: string, path: string) =>
    execFileSync(readobj, ['--coff-exports', path], { encoding: 'utf8' }).match(
      /Name: (?!after|before).+/g,
    ) ?? [];

  needsTool(
    'x86_64-w64-mingw32-ld',
    'clang-14',
    'llvm-ar-19',
    'llvm-readobj-19',
  )(
    'a DLL that exports all symbols would export new names: refused',
    async ([program, compiler, archiver, readobj]) => {
      const named = '__attribute__((dllexport)) int named(void) { return 0; }';
      const sources = { ...SOURCES, 'named.o': named };
      const flags = ['-target', 'x86_64-pc-windows-gnu'];
      writeCObjects(at(), { compiler, archiver, flags, sources, archives: ARCHIVES });
      const rest = ['liba.a', 'libb.a', ...GNU_WHOLE('libf.a')];
      for (const edit of [['--yield', 'f=libf.a'], ['--isolate', 'liba.a'], ['--first-wins']]) {
        const line = ['-shared', '-e', 'start', 'main.o', ...rest];
        const trim = ['trim', '-n', '--linker', 'mingw-ld', ...edit, '--', program];
        expect((await runMain([...trim, ...line])).error, edit.join(' ')).toContain('[edit-export]');
        expect((await runMain([...trim, ...line, 'named.o'])).exitCode, edit.join(' ')).toBe(0);
      }
      const { after } = await trimAndLink(at(), {
        program,
        words: ['--allow-multiple-definition', '-shared', '-e', 'start', 'main.o', 'named.o', ...rest],
        options: ['--linker', 'mingw-ld', '--yield', 'f=libf.a'],
      });
      expect(exportsOf(readobj, after)).toEqual(['Name: named']);
    },
    PATIENCE,
  );
});
