import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { type CObjects, trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * Exports of real outputs: whatever an option makes visible to others is visible still. In each link `plug.o` is in an
 * archive that is loaded whole, and a copy of it in another that is searched. Nothing refers to `plug` in the first
 * form, so only the member itself can provide it; in the second `x.o` does, and the copy serves.
 */

/** The part of WebAssembly's types that is used here; TypeScript has them only in its browser library. */
declare const WebAssembly: {
  Module: {
    new (bytes: Uint8Array): unknown;
    exports(module: unknown): readonly { readonly name: string }[];
  };
};

const at = useFolder(undefined, { enters: true });

/** A busy machine takes its time for some dozen links. */
const PATIENCE = 240_000;

const SOURCES = {
  'plug.o': 'int plug(void){return 5;} int used(void){return 6;}',
  's.o': 'int s(void){return 0;}',
  'w.o': 'int w(void){return 1;}',
  'alone.o': 'int x(void){return 3;} int _start(void){return 0;}',
  'user.o': 'int used(void); int x(void){return used();} int _start(void){return 0;}',
};
const ARCHIVES = { 'libw.a': ['plug.o', 'w.o'], 'libs.a': ['plug.o', 's.o'] };
const TEXTS = {
  'dynamic.txt': '{ plug; };',
  'script.txt': '/* two nodes */ V1 { global: pl*; x; local: *; }; V2 { global: w; } V1;',
  'local.txt': '{ local: plug; };',
};

const prepare = (tools: Pick<CObjects, 'compiler' | 'archiver' | 'flags'>) =>
  writeCObjects(at(), { ...tools, sources: SOURCES, archives: ARCHIVES, texts: TEXTS });

const exportsOfElf = (path: string, isRelocatable: boolean): string[] =>
  execFileSync('nm', [...(isRelocatable ? [] : ['-D']), '--defined-only', path], { encoding: 'utf8' })
    .split('\n')
    .filter((row) => / [TDBRVW] /.test(row))
    .map((row) => row.split(' ').slice(1).join(' '))
    .sort();

const ELF_WAYS: Readonly<Record<string, readonly string[]>> = {
  shared: ['-shared'],
  'version script': ['-shared', '--version-script=script.txt'],
  rdynamic: ['-pie', '-E', '--dynamic-linker=/lib/ld.so'],
  'dynamic list': ['-pie', '--dynamic-list=dynamic.txt', '--dynamic-linker=/lib/ld.so'],
  'one name': ['-pie', '--export-dynamic-symbol=plug', '--dynamic-linker=/lib/ld.so'],
  relocatable: ['-r'],
};
const LINKERS = { 'ld.bfd': 'gnu-ld', 'ld.gold': 'gold', 'ld.lld-19': 'lld', 'ld.mold': 'mold' };

describe.each(Object.entries(LINKERS))('ELF, %s', (name, id) => {
  const line = (way: readonly string[], object: string) => [
    ...[...way, object, '--whole-archive', 'libw.a', '--no-whole-archive', 'libs.a'],
  ];
  const options = ['--linker', id, '--provider', 'libs.a'];
  needsTool(
    name,
    'gcc',
    'ar',
    'nm',
  )(
    'keeps what is exported, and drops it where a copy serves',
    async ([program, compiler, archiver]) => {
      prepare({ compiler, archiver, flags: ['-fPIC'] });
      for (const [title, way] of Object.entries(ELF_WAYS))
        for (const object of title === 'shared' || title === 'relocatable'
          ? ['alone.o', 'user.o']
          : ['alone.o']) {
          const words = line(way, object);
          const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
          const expected = object === 'alone.o' ? 'export-changes' : 'dropped';
          expect(verdicts['libw.a(plug.o)'], `${title}, ${object}`).toBe(expected);
          const isRelocatable = title === 'relocatable';
          expect(exportsOfElf(after, isRelocatable)).toEqual(exportsOfElf(before, isRelocatable));
          expect(exportsOfElf(before, isRelocatable).join()).toContain('plug');
        }
    },
    PATIENCE,
  );
  needsTool(
    name,
    'gcc',
    'ar',
    'nm',
  )(
    'keeps what is exported where --exclude-libs names the other archive, with or without .a',
    async ([program, compiler, archiver]) => {
      prepare({ compiler, archiver, flags: ['-fPIC'] });
      for (const excluded of ['libs.a', 'libs']) {
        const words = line(['-shared', '--exclude-libs', excluded], 'user.o');
        const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
        expect(verdicts['libw.a(plug.o)'], excluded).not.toBe('dropped');
        expect(exportsOfElf(after, false)).toEqual(exportsOfElf(before, false));
      }
    },
    PATIENCE,
  );
  needsTool(
    name,
    'gcc',
    'ar',
    'nm',
  )(
    'drops what no option exports',
    async ([program, compiler, archiver]) => {
      prepare({ compiler, archiver, flags: ['-fPIC', '-fvisibility=hidden'] });
      const ways = [['-shared'], [], ['-pie', '-E', '--no-export-dynamic', '--dynamic-linker=/lib/ld.so']];
      for (const way of ways) {
        const words = line(way, 'alone.o');
        const { verdicts } = await trimAndLink(at(), { program, words, options });
        expect(verdicts['libw.a(plug.o)'], way.join(' ')).toBe('dropped');
      }
    },
    PATIENCE,
  );
});

describe('WebAssembly', () => {
  const exportsOf = (path: string): string[] =>
    WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(path)))
      .map(({ name }) => name)
      .sort();
  const ways = [['--export-all'], ['--export-dynamic'], ['--export=plug'], ['--export-if-defined=plug'], []];
  needsTool('wasm-ld-19', 'clang-14', 'llvm-ar-19')(
    'keeps what is exported',
    async ([program, compiler, archiver]) => {
      const flags = ['-target', 'wasm32'];
      for (const mark of [
        '',
        '__attribute__((export_name("plug"))) ',
        '__attribute__((visibility("hidden"))) ',
      ]) {
        const sources = { ...SOURCES, 'plug.o': `${mark}${SOURCES['plug.o']}` };
        writeCObjects(at(), { compiler, archiver, flags, sources, archives: ARCHIVES });
        for (const way of ways) {
          const words = [
            '--no-entry',
            ...way,
            'alone.o',
            '--whole-archive',
            'libw.a',
            '--no-whole-archive',
            'libs.a',
          ];
          const options = ['--provider', 'libs.a'];
          const { before, after } = await trimAndLink(at(), { program, words, options });
          expect(exportsOf(after), `${mark}${way}`).toEqual(exportsOf(before));
        }
      }
    },
    PATIENCE,
  );
});

describe('Mach-O', () => {
  needsTool(
    'ld64.lld-19',
    'clang-14',
    'llvm-ar-19',
    'llvm-objdump-19|llvm-objdump',
  )('keeps what a library, a bundle or a program exports', async ([program, compiler, archiver, objdump]) => {
    const flags = ['-target', 'x86_64-apple-macos11'];
    const sources = { ...SOURCES, 'user.o': SOURCES['user.o'].replace('_start', 'main') };
    writeCObjects(at(), {
      compiler,
      archiver,
      flags,
      sources: { ...sources, 'alone.o': SOURCES['alone.o'].replace('_start', 'main') },
      archives: ARCHIVES,
      texts: { 'list.txt': '_x\n_pl*  # a pattern\n', 'other.txt': '_x\n' },
    });
    const exportsOf = (path: string) =>
      execFileSync(objdump, ['--macho', '--exports-trie', path], { encoding: 'utf8' })
        .split('\n')
        .map((row) => row.split(/\s+/).at(-1))
        .filter((name) => name?.startsWith('_'))
        .sort();
    const ways: [words: string[], verdict: string][] = [
      [['-dylib'], 'export-changes'],
      [['-bundle'], 'export-changes'],
      [[], 'export-changes'],
      [['-dylib', '-exported_symbols_list', 'list.txt'], 'export-changes'],
      [['-dylib', '-exported_symbols_list', 'other.txt'], 'dropped'],
      [['-dylib', '-unexported_symbol', '_pl*', '-unexported_symbol', '_used'], 'dropped'],
      [['-dead_strip'], 'dropped'],
    ];
    const platform = '-arch x86_64 -platform_version macos 11.0 11.0'.split(' ');
    for (const [way, verdict] of ways)
      for (const object of ['alone.o', 'user.o']) {
        const words = [...platform, ...way, object, '-force_load', 'libw.a', 'libs.a'];
        const options = ['--linker', 'ld64.lld', '--provider', 'libs.a'];
        const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
        expect(verdicts['libw.a(plug.o)'], `${way.join(' ')} ${object}`).toBe(
          object === 'alone.o' ? verdict : 'dropped',
        );
        expect(exportsOf(after)).toEqual(exportsOf(before));
      }
  });
});

describe('DLLs of MinGW', () => {
  needsTool(
    'x86_64-w64-mingw32-ld',
    'x86_64-w64-mingw32-gcc',
    'x86_64-w64-mingw32-ar',
    'llvm-readobj-19|llvm-readobj',
  )('keeps what is exported of itself', async ([program, compiler, archiver, readobj]) => {
    const sources = { ...SOURCES, 'named.o': '__declspec(dllexport) int named(void){return 0;}' };
    writeCObjects(at(), { compiler, archiver, sources, archives: ARCHIVES });
    const exportsOf = (path: string) =>
      execFileSync(readobj, ['--coff-exports', path], { encoding: 'utf8' }).match(/Name: .+/g) ?? [];
    const ways: [words: string[], verdict: string][] = [
      [['-shared', 'alone.o'], 'export-changes'],
      [['-shared', 'user.o'], 'dropped'],
      [['-shared', 'alone.o', 'named.o'], 'dropped'],
      [['-shared', 'alone.o', 'named.o', '--export-all-symbols'], 'export-changes'],
      [['-shared', 'alone.o', '--exclude-symbols', 'plug,used'], 'dropped'],
    ];
    for (const [way, verdict] of ways) {
      const words = ['-e', 'x', ...way, '--whole-archive', 'libw.a', '--no-whole-archive', 'libs.a'];
      const options = ['--linker', 'mingw-ld', '--provider', 'libs.a'];
      const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
      expect(verdicts['libw.a(plug.o)'], way.join(' ')).toBe(verdict);
      expect(exportsOf(after)).toEqual(exportsOf(before));
    }
  });
});
