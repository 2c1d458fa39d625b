import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';
import { ByteSource } from '../bytes/byte-source.js';
import { differenceBeyondEdits } from './edit-check.js';
import { type EditAction, EditError } from './symbol-edit.js';
import { editObject, ownSymbols } from './symbol-editors.js';

/*
 * Two libraries define `counter` and `bump`; each has a function that counts with them. Real linkers read the second
 * one edited. Renamed, each counts for itself (1 1 2 2). Undefined or weakened, both count together (1 2 3 4).
 */

const at = useFolder();

/** Node has it; its types are those of a browser. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, (at?: number) => number> } }>;
};

const LIBRARY = (letter: string) => `
int counter;
int bump(void) { return ++counter; }
int ${letter}_count(void) { return bump(); }
`;
const APART = '1 1 2 2';
const TOGETHER = '1 2 3 4';

type Format = 'elf' | 'macho' | 'coff' | 'wasm';

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { cwd: at(), encoding: 'latin1', stdio: 'pipe' });

const compile = (compiler: string, name: string, text: string, flags: readonly string[] = []): void =>
  compileAll(compiler, { [name]: text }, flags);

/** @param texts by the name of the object */
function compileAll(compiler: string, texts: Record<string, string>, flags: readonly string[] = []): void {
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(`${name}.c`), text);
  run(compiler, ['-O1', '-fno-inline', ...flags, '-c', ...Object.keys(texts).map((name) => `${name}.c`)]);
}

/** Edits every row of the shared names. References are renamed, and otherwise left alone. */
function edit(format: Format, name: string, action: EditAction, wanted: readonly string[]): void {
  const object = ByteSource.of(name, readFileSync(at(`${name}.o`)));
  const edits = ownSymbols(object, format)
    .filter((symbol) => wanted.includes(symbol.name))
    .filter(({ role }) => action === 'hide-and-rename' || role === 'definition')
    .map((symbol) => ({ symbol: symbol.row, action, newName: `${symbol.name}.iso.0123abcd` }));
  expect(edits.length).toBeGreaterThan(0);
  writeFileSync(at('edited.o'), editObject(object, format, edits).bytes('edited'));
}

const ACTIONS: [EditAction, string][] = [
  ['hide-and-rename', APART],
  ['undefine', TOGETHER],
  ['weaken', TOGETHER],
];

describe('ELF', () => {
  const MAIN = `#include <stdio.h>
int a_count(void), b_count(void);
int main(void) { int a = a_count(), b = b_count(), c = a_count(); printf("%d %d %d %d\\n", a, b, c, b_count()); }`;
  for (const [linker, flag, ...sections] of [
    ['ld.bfd', 'bfd'],
    ['ld.gold', 'gold', '-ffunction-sections'],
    ['ld.lld', 'lld', '-fPIC'],
    ['mold', 'mold', '-ffunction-sections', '-fdata-sections'],
  ]) {
    needsTool('gcc', linker)(linker, ([gcc]) => {
      compileAll(gcc, { main: MAIN, a: LIBRARY('a'), b: LIBRARY('b') }, sections);
      for (const [action, printed] of ACTIONS) {
        edit('elf', 'b', action, ['counter', 'bump']);
        run(gcc, [`-fuse-ld=${flag}`, 'main.o', 'a.o', 'edited.o', '-o', 'program']);
        expect(run(at('program'), []).trim(), action).toBe(printed);
      }
    });
  }

  needsTool(
    'gcc',
    'readelf',
    'llvm-readobj-19|llvm-readobj',
  )('readelf and llvm-readobj see the same', ([gcc, readelf, readobj]) => {
    compile(gcc, 'b', LIBRARY('b'), ['-g']);
    for (const [action] of ACTIONS) {
      edit('elf', 'b', action, ['counter', 'bump']);
      const listed = run(readelf, ['-aW', 'edited.o']);
      expect(listed).not.toMatch(/warning|error/i);
      const row = (name: string) =>
        new RegExp(`^.* ${name.replaceAll('.', '\\.')}$`, 'm').exec(listed)?.[0] ?? '';
      if (action === 'hide-and-rename') expect(row('bump.iso.0123abcd')).toMatch(/FUNC +GLOBAL HIDDEN/);
      else
        expect(row('bump')).toMatch(
          action === 'weaken' ? /FUNC +WEAK +DEFAULT/ : /NOTYPE +GLOBAL DEFAULT +UND/,
        );
      expect(run(readobj, ['--symbols', '--relocs', '--sections', 'edited.o'])).toContain('b_count');
    }
  });

  needsTool('gcc')('objects that LTO compiles again are refused', ([gcc]) => {
    compile(gcc, 'b', LIBRARY('b'), ['-flto', '-ffat-lto-objects']);
    expect(() => edit('elf', 'b', 'hide-and-rename', ['bump'])).toThrow(EditError);
  });

  needsTool('clang-19|clang', 'llvm-objcopy-19|llvm-objcopy')(
    'so are those of fat LTO in LLVM',
    ([clang, objcopy]) => {
      compile(clang, 'b', LIBRARY('b'));
      writeFileSync(at('bitcode'), 'BC');
      run(objcopy, ['--add-section=.llvm.lto=bitcode', 'b.o']);
      expect(() => edit('elf', 'b', 'hide-and-rename', ['bump'])).toThrow(EditError);
    },
  );

  needsTool('g++')('a COMDAT group with its signature keeps its own body', ([gpp]) => {
    const unit = (value: number, name: string) =>
      `struct A { virtual int get() { return ${value}; } virtual ~A() {} };\nextern "C" int ${name}(void) { A *a = new A; int v = a->get(); delete a; return v; }`;
    for (const [name, value] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      writeFileSync(at(`${name}.cc`), unit(value, name));
      run(gpp, ['-c', `${name}.cc`, '-o', `${name}.o`]);
    }
    writeFileSync(
      at('main.c'),
      '#include <stdio.h>\nint one(void), two(void);\nint main(void) { printf("%d %d\\n", one(), two()); }',
    );
    run(gpp.replace(/g\+\+$/, 'gcc'), ['-c', 'main.c', '-o', 'main.o']);
    const object = ByteSource.of('two.o', readFileSync(at('two.o')));
    const mine = ownSymbols(object, 'elf').filter(({ name, role }) => role !== 'reference' && name !== 'two');
    const edits = mine.map(({ row, name }) => ({
      symbol: row,
      action: 'hide-and-rename' as const,
      newName: `${name}.iso.1`,
    }));
    writeFileSync(at('edited.o'), editObject(object, 'elf', edits).bytes('edited'));
    run(gpp, ['main.o', 'one.o', 'two.o', '-o', 'shared']);
    run(gpp, ['main.o', 'one.o', 'edited.o', '-o', 'apart']);
    expect(run(at('shared'), []).trim()).toBe('1 1');
    expect(run(at('apart'), []).trim()).toBe('1 2');
  });
});

/** Names in the symbol table of an output. */
const namesIn = (nm: string, path: string): string[] =>
  run(nm, ['--format=posix', path])
    .split('\n')
    .map((line) => line.split(' ')[0]);

describe('Mach-O', () => {
  const MAIN = 'int a_count(void), b_count(void);\nint main(void) { return a_count() + 16 * b_count(); }';
  for (const [architecture, version] of [
    ['x86_64', '14'],
    ['arm64', '19'],
    ['x86_64', '22'],
    ['arm64', '22'],
  ])
    needsTool(
      'clang-14',
      `ld64.lld-${version}`,
      'llvm-nm-19|llvm-nm',
    )(`ld64.lld-${version} ${architecture}`, ([clang, lld, nm]) => {
      const target = ['-target', `${architecture}-apple-macos12`];
      compileAll(clang, { main: MAIN, a: LIBRARY('a'), b: LIBRARY('b') }, target);
      const wanted = ['_counter', '_bump'];
      const line = [
        '-arch',
        architecture,
        '-platform_version',
        'macos',
        '12.0',
        '12.0',
        '-undefined',
        'dynamic_lookup',
        '-dead_strip',
        '-o',
        'program',
        'main.o',
        'a.o',
      ];
      expect(() => run(lld, [...line, 'b.o'])).toThrow(/duplicate symbol/);
      for (const [action] of ACTIONS) {
        edit('macho', 'b', action, wanted);
        run(lld, [...line, 'edited.o']);
        const names = namesIn(nm, 'program').filter((name) => /^_(counter|bump)/.test(name));
        // A definition that a twin replaced is unreferenced: -dead_strip removes it.
        const isApart = action === 'hide-and-rename';
        const renamed = wanted.map((name) => `${name}.iso.0123abcd`);
        expect(names.sort()).toEqual([...wanted, ...(isApart ? renamed : [])].sort());
      }
    });
});

describe('COFF', () => {
  const MAIN = 'int a_count(void), b_count(void);\nint start(void) { return a_count() + 16 * b_count(); }';
  for (const version of ['14', '19', '22'])
    needsTool(
      'clang-14',
      `lld-link-${version}`,
      'llvm-nm-19|llvm-nm',
    )(`lld-link-${version}`, ([clang, lld]) => {
      const target = [
        '-target',
        'x86_64-pc-windows-msvc',
        '-fno-asynchronous-unwind-tables',
        '-ffunction-sections',
        '-fdata-sections',
      ];
      compileAll(clang, { main: MAIN, a: LIBRARY('a'), b: LIBRARY('b') }, target);
      expect(() => linkCoff(lld, 'b.o')).toThrow(/duplicate symbol/);
      // Sections of their own are COMDAT sections, of which the leader stays defined.
      expect(() => edit('coff', 'b', 'undefine', ['bump'])).toThrow(EditError);
      edit('coff', 'b', 'hide-and-rename', ['counter', 'bump']);
      expect(linkCoff(lld, 'edited.o')).toMatch(/bump\.iso\.0123abcd/);
      compile(clang, 'b', LIBRARY('b'), target.slice(0, 3));
      for (const action of ['undefine', 'weaken'] as const) {
        edit('coff', 'b', action, ['counter', 'bump']);
        expect(linkCoff(lld, 'edited.o').match(/ bump$/gm)).toHaveLength(1);
      }
    });

  /** @returns the map */
  function linkCoff(lld: string, last: string): string {
    run(lld, [
      '/entry:start',
      '/subsystem:console',
      '/nodefaultlib',
      '/map:program.map',
      '/out:program.exe',
      'main.o',
      'a.o',
      last,
    ]);
    return readFileSync(at('program.map'), 'latin1')
      .split('\n')
      .filter((line) => /(bump|counter)/.test(line))
      .map((line) => line.trim().replace(/^(\S+) +(\S+) +.*$/, '$1 $2'))
      .join('\n');
  }

  needsTool('x86_64-w64-mingw32-gcc')('GNU ld for MinGW', ([gcc]) => {
    compileAll(gcc, { main: MAIN.replace('start', 'main'), a: LIBRARY('a'), b: LIBRARY('b') });
    expect(() => run(gcc, ['main.o', 'a.o', 'b.o', '-o', 'program.exe'])).toThrow(/multiple definition/);
    for (const [action] of ACTIONS) {
      edit('coff', 'b', action, ['counter', 'bump']);
      run(gcc, ['main.o', 'a.o', 'edited.o', '-o', 'program.exe']);
    }
  });

  needsTool('clang-14', 'llvm-readobj-19|llvm-readobj')('llvm-readobj reads a bigobj', ([clang, readobj]) => {
    compile(clang, 'b', LIBRARY('b'), ['-target', 'x86_64-pc-windows-msvc', '-Wa,-mbig-obj']);
    edit('coff', 'b', 'hide-and-rename', ['bump']);
    expect(run(readobj, ['--symbols', '--relocs', 'edited.o'])).toContain('bump.iso.0123abcd');
  });
});

describe('WebAssembly', () => {
  const MAIN =
    'int a_count(void), b_count(void);\nint run(void) { int a = a_count(), b = b_count(), c = a_count(); return ((a * 10 + b) * 10 + c) * 10 + b_count(); }';
  for (const version of ['14', '19', '22'])
    needsTool('clang-19|clang', `wasm-ld-${version}`)(`wasm-ld-${version}`, async ([clang, lld]) => {
      const target = ['-target', 'wasm32', '-fno-inline'];
      compileAll(clang, { main: MAIN, a: LIBRARY('a'), b: LIBRARY('b') }, target);
      const line = ['--no-entry', '--export=run', '-o', 'program.wasm', 'main.o', 'a.o'];
      expect(() => run(lld, [...line, 'b.o'])).toThrow(/duplicate symbol/);
      for (const [action, printed] of ACTIONS) {
        edit('wasm', 'b', action, ['counter', 'bump']);
        run(lld, [...line, 'edited.o']);
        const { instance } = await WebAssembly.instantiate(readFileSync(at('program.wasm')));
        expect([...String(instance.exports.run())].join(' '), action).toBe(printed);
      }
      // Of data alone, with functions apart: two counters become one.
      edit('wasm', 'b', 'undefine', ['counter']);
      writeFileSync(at('b.o'), readFileSync(at('edited.o')));
      edit('wasm', 'b', 'hide-and-rename', ['bump']);
      run(lld, [...line, 'edited.o']);
      const { instance } = await WebAssembly.instantiate(readFileSync(at('program.wasm')));
      expect(instance.exports.run()).toBe(1234);
    });

  /** Functions by pointer, by call and by a static alias, before and after the one that becomes undefined. */
  const TABLE = (letter: string, value: number) => `
int ${letter}_first(void) { return ${value}; }
int shared(int x) { return x + ${value}; }
int ${letter}_last(void) { return ${value} * 2; }
int (*${letter}_table[3])(void) = { ${letter}_first, ${letter}_last, (int (*)(void))shared };
int call_${letter}(int at) { return at < 2 ? ${letter}_table[at]() : ((int (*)(int))${letter}_table[2])(100); }
int sum_${letter}(void) { return shared(1000) + ${letter}_first() + ${letter}_last(); }
`;
  const CALLS = `int call_a(int), call_b(int), sum_a(void), sum_b(void);
int run(int at) { return at < 3 ? call_a(at) : at < 6 ? call_b(at - 3) : at == 6 ? sum_a() : sum_b(); }`;
  for (const version of ['14', '19', '22'])
    needsTool('clang-19|clang', `wasm-ld-${version}`)(
      `a function that becomes an import moves all others: wasm-ld-${version}`,
      async ([clang, lld]) => {
        compileAll(clang, { main: CALLS, a: TABLE('a', 1), b: TABLE('b', 5) }, ['-target', 'wasm32', '-g']);
        edit('wasm', 'b', 'undefine', ['shared']);
        const [before, after] = ['b.o', 'edited.o'].map((name) =>
          ByteSource.of(name, readFileSync(at(name))),
        );
        const edits = ownSymbols(before, 'wasm')
          .filter(({ name }) => name === 'shared')
          .map(({ row }) => ({ symbol: row, action: 'undefine' as const, newName: 'shared.iso.0123abcd' }));
        expect(differenceBeyondEdits(before, after, 'wasm', edits)).toBeNull();
        for (const mode of [[], ['--no-gc-sections']]) {
          run(lld, [
            '--no-entry',
            '--export=run',
            ...mode,
            '-o',
            'program.wasm',
            'main.o',
            'a.o',
            'edited.o',
          ]);
          const { instance } = await WebAssembly.instantiate(readFileSync(at('program.wasm')));
          const calls = Array.from({ length: 8 }, (_, index) => instance.exports.run(index));
          expect(calls).toEqual([1, 2, 101, 5, 10, 101, 1004, 1016]);
        }
      },
    );

  needsTool('clang-19|clang')(
    'every byte that an undefined function may not change is checked',
    ([clang]) => {
      compileAll(clang, { b: TABLE('b', 5) }, ['-target', 'wasm32']);
      edit('wasm', 'b', 'undefine', ['shared']);
      const before = ByteSource.of('b.o', readFileSync(at('b.o')));
      const edited = readFileSync(at('edited.o'));
      const row = ownSymbols(before, 'wasm').find(({ name }) => name === 'shared')?.row ?? -1;
      const edits = [{ symbol: row, action: 'undefine' as const, newName: 'shared.iso.0123abcd' }];
      const isFound = (place: number) => {
        const other = Uint8Array.from(edited);
        other[place] ^= 1;
        try {
          return differenceBeyondEdits(before, ByteSource.of('b.o', other), 'wasm', edits) !== null;
        } catch {
          return true;
        }
      };
      const missed = Array.from(edited.keys()).filter((place) => !isFound(place));
      // Of linking data only symbols are compared: flags and subsections of segments are not symbols.
      const linking = edited.indexOf('linking');
      const end = edited.indexOf('reloc.CODE');
      expect(missed.filter((place) => place < linking || place > end)).toEqual([]);
    },
  );

  needsTool('clang-19|clang')('constructors and COMDAT functions stay defined', ([clang]) => {
    const target = ['-target', 'wasm32'];
    compile(clang, 'b', 'volatile int x; __attribute__((constructor)) void begin(void) { x = 1; }', target);
    expect(() => edit('wasm', 'b', 'undefine', ['begin'])).toThrow('undefine of a constructor');
    writeFileSync(at('b.cc'), 'inline int one(void) { return 1; } int two(void) { return one(); }');
    run(clang, [...target, '-c', 'b.cc', '-o', 'b.o']);
    expect(() => edit('wasm', 'b', 'undefine', ['_Z3onev'])).toThrow('undefine of a function in a COMDAT');
  });
});
