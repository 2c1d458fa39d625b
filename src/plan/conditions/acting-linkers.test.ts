import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * Sections that act by being present, files that scripts name, and import tables, put to linkers before and after: what
 * must stay stays, and in the twin of each case, where a copy provides the same, it is dropped.
 */

const at = useFolder(undefined, { enters: true });

/** A busy machine takes its time. */
const PATIENCE = 240_000;
const WHOLE = ['-Wl,--whole-archive', 'libw.a', '-Wl,--no-whole-archive', 'libs.a'];

const run = (program: string) => execFileSync(program, { encoding: 'utf8' });

describe.each([
  ['bfd', 'gnu-ld', 'ld.bfd'],
  ['lld', 'lld', 'ld.lld'],
])('a section that a linker script knows, %s', (short, id, name) => {
  const walk = (extra: string) => `#include <stdio.h>
    extern void (*const __initcall_start[])(void); extern void (*const __initcall_end[])(void);
    ${extra}
    int main(void){ for (void (*const *f)(void)=__initcall_start; f<__initcall_end; f++) (*f)(); return 0; }`;
  const call = (what: string) => `#include <stdio.h>
    void ${what}_init(void){ puts("${what}"); } void use_${what}(void){}
    static void (*const p)(void) __attribute__((used,section(".initcall6.init"))) = ${what}_init;`;
  const texts = {
    'k.ld': `SECTIONS { .initcalls : { __initcall_start = .; KEEP(*(SORT(.initcall*.init))) __initcall_end = .; } }
      INSERT AFTER .rodata;`,
  };
  const keep = (order: string[], user: string, expected: string) =>
    needsTool(name, 'gcc', 'ar')(
      `${expected}: ${order.join(' ')}`,
      async ([, program, archiver]) => {
        const sources = { 'one.o': call('one'), 'two.o': call('two'), 's.o': 'int s;', 'main.o': walk(user) };
        const archives = { 'libw.a': order, 'libs.a': ['one.o', 's.o'] };
        writeCObjects(at(), { compiler: program, archiver, sources, archives, texts });
        const words = [`-fuse-ld=${short}`, 'main.o', ...WHOLE, '-Wl,-T,k.ld'];
        const options = ['--linker', id, '--provider', 'libs.a'];
        const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
        expect(verdicts['libw.a(one.o)']).toBe(expected);
        expect(run(after)).toBe(run(before));
      },
      PATIENCE,
    );
  // Nothing loads the copy.
  keep(['one.o', 'two.o'], '', 'side-effect-lost');
  // The copy is loaded last, so its entry would move behind the other.
  keep(['one.o', 'two.o'], 'void use_one(void); void (*u)(void)=use_one;', 'section-order');
  keep(['two.o', 'one.o'], 'void use_one(void); void (*u)(void)=use_one;', 'dropped');
});

describe('sections of Mach-O', () => {
  needsTool(
    'ld64.lld-19',
    'clang-14',
    'llvm-ar-19',
    'llvm-objdump-19|llvm-objdump',
  )(
    'a section of any name stays, and goes where a copy has it',
    async ([program, compiler, archiver, objdump]) => {
      const flags = ['-target', 'x86_64-apple-macos11'];
      for (const section of ['__TEXT,__set', '__PLUGINS,__set'])
        for (const isUsed of [false, true]) {
          const reg = `__attribute__((used,section("${section}"))) static const int entry = 1; int plug(void){return 5;}`;
          const sources = {
            'reg.o': reg,
            'main.o': isUsed ? 'int plug(void); int main(void){return plug();}' : 'int main(void){return 0;}',
            's.o': 'int s(void){return 2;}',
          };
          const archives = { 'libw.a': ['reg.o'], 'libs.a': ['reg.o', 's.o'] };
          writeCObjects(at(), { compiler, archiver, flags, sources, archives });
          const platform = '-arch x86_64 -platform_version macos 11.0 11.0 -dead_strip'.split(' ');
          const words = [...platform, 'main.o', '-force_load', 'libw.a', 'libs.a'];
          const options = ['--linker', 'ld64.lld', '--provider', 'libs.a'];
          const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
          expect(verdicts['libw.a(reg.o)'], section).toBe(isUsed ? 'dropped' : 'side-effect-lost');
          const sections = (path: string) =>
            execFileSync(objdump, ['-h', path], { encoding: 'utf8' }).match(/__set /g);
          expect(sections(after)).toEqual(sections(before));
        }
    },
    PATIENCE,
  );
});

describe('files that a linker script names', () => {
  const main = `#include <stdio.h>
    int boot(void); extern int flag; extern char __start[], __end[];
    int main(void){ char*p=(char*)&flag; printf("%d\\n", p>=__start&&p<__end); return boot()-7; }`;
  needsTool('ld.bfd', 'gcc', 'ar')(
    'a copy that is placed in another section does not replace the member, one in the same section does',
    async ([, program, archiver]) => {
      const patterns = { '*libw.a:boot.o': 'named-file', '*boot.o': 'dropped', '*.a:*': 'dropped' };
      for (const [pattern, expected] of Object.entries(patterns)) {
        const texts = {
          'k.ld': `SECTIONS { .boot : { __start = .; KEEP(${pattern}(.data)) __end = .; } } INSERT BEFORE .data;`,
        };
        const sources = {
          'boot.o': 'int flag = 7; int boot(void){return flag;}',
          's.o': 'int s;',
          'main.o': main,
        };
        const archives = { 'libw.a': ['boot.o'], 'libs.a': ['boot.o', 's.o'] };
        writeCObjects(at(), { compiler: program, archiver, sources, archives, texts });
        const words = ['-no-pie', '-fuse-ld=bfd', 'main.o', 'libw.a', 'libs.a', '-Wl,-T,k.ld'];
        const options = ['--linker', 'gnu-ld', '--provider', 'libs.a'];
        const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
        expect(verdicts['libw.a(boot.o)'], pattern).toBe(expected);
        expect(run(after)).toBe(run(before));
      }
    },
    PATIENCE,
  );
});

describe('import libraries of GNU tools', () => {
  needsTool(
    'lld-link-19',
    'x86_64-w64-mingw32-gcc',
    'x86_64-w64-mingw32-dlltool',
    'llvm-readobj-19|llvm-readobj',
  )(
    'keep all their members',
    async ([program, compiler, dlltool, readobj]) => {
      const texts = { 'a.def': 'LIBRARY x.dll\nEXPORTS\nf\n', 'b.def': 'LIBRARY x.dll\nEXPORTS\nf\ng\n' };
      const sources = {
        'main.o': 'void f(void); void g(void); void __main(void){} int main(void){ g(); f(); return 0; }',
      };
      writeCObjects(at(), { compiler, archiver: 'ar', sources, archives: {}, texts });
      for (const name of ['a', 'b']) {
        // dlltool leaves files in the temporary folder.
        const env = { ...process.env, TMPDIR: at() };
        execFileSync(dlltool, ['-d', `${name}.def`, '-l', 'libx.a', '--temp-prefix=libx'], {
          cwd: at(),
          env,
        });
        copyFileSync(at('libx.a'), at(`lib${name}.a`));
      }
      const words = ['/entry:main', '/subsystem:console', 'main.o', 'libb.a', 'liba.a'];
      const { verdicts, before, after } = await trimAndLink(at(), {
        program,
        words,
        options: ['--provider', 'liba.a'],
        output: (path) => [`/out:${path}`],
      });
      expect(Object.values(verdicts)).toContain('import-library');
      expect(Object.values(verdicts)).not.toContain('dropped');
      const imports = (path: string) =>
        execFileSync(readobj, ['--coff-imports', path], { encoding: 'utf8' }).match(/Symbol: .*/g);
      expect(imports(after)).toEqual(imports(before));
      expect(imports(after)).toHaveLength(2);
    },
    PATIENCE,
  );
});
