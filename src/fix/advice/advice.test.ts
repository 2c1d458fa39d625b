import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildCommand, type CCommand } from '../../../test/fix/c-command.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { fixLine } from '../fix-line.js';
import { adviceCodes } from './registry.js';

const at = useFolder(() => {}, { enters: true });

const MAIN = 'int one(void), two(void); int main(void) { return one() + two(); }';
/** Two libraries that each have a unit, and are both loaded. */
const pair = (one: string, two: string, flags?: readonly string[]): CCommand => ({
  sources: { 'main.c': MAIN, 'one.s': one, 'two.s': two },
  archives: { 'libone.a': ['one.o'], 'libtwo.a': ['two.o'] },
  command: '-o a.out main.o libone.a libtwo.a',
  ...(flags && { flags }),
});
const functions = (...names: string[]) =>
  names.map((name) => `.globl ${name}\n.type ${name},@function\n${name}: ret\n`).join('');
/** With the objects of both libraries called otherwise. */
const renamed = (build: CCommand, one: string, two: string): CCommand => ({
  ...build,
  archives: { 'libone.a': [one], 'libtwo.a': [two] },
  names: { 'one.o': one, 'two.o': two },
});

/** The compiler's own, as a file of the user. */
function copyStartFile(gcc: string): void {
  const path = execFileSync(gcc, ['-print-file-name=crt1.o'], { encoding: 'utf8' }).trim();
  mkdirSync(at('own'));
  copyFileSync(path, at('own/crt1.o'));
}

const CASES: Readonly<Record<string, { readonly says: RegExp; readonly build: CCommand }>> = {
  fcommon: {
    says: /`level` is zero-filled in main\.o, libnet\.a\(net\.o\)/,
    build: {
      sources: {
        'main.c': 'int level; int net(void); int main(void) { return level + net(); }',
        'net.c': 'int level; int net(void) { return level; }',
      },
      archives: { 'libnet.a': ['net.o'] },
      flags: ['-O1', '-fno-common'],
      command: '-o a.out main.o libnet.a',
    },
  },
  'inline-header': {
    says: /`hash` is defined in each of .*, which all were compiled with digest\.h/,
    build: {
      sources: {
        'digest.h': 'unsigned hash(unsigned h) { return h * 31; }',
        'main.c': '#include "digest.h"\nint net(void); int main(void) { return hash(1) + net(); }',
        'net.c': '#include "digest.h"\nint net(void) { return hash(2) + 1; }',
      },
      archives: { 'libnet.a': ['net.o'] },
      flags: ['-O1', '-g'],
      command: '-o a.out main.o libnet.a',
    },
  },
  'allocator-family': {
    says: /libc\.a\(malloc\.o\) is loaded for `malloc_usable_size`, which main\.o references/,
    build: {
      sources: {
        'main.c':
          '#include <malloc.h>\nint pool; int main(void) { return malloc_usable_size(malloc(4)) > 0 ? pool : 1; }',
        'pool.c':
          '#include <stddef.h>\nstatic char heap[999]; void *malloc(size_t n) { return heap + n; } void free(void *p) {} void *calloc(size_t a, size_t b) { return heap; } void *realloc(void *p, size_t n) { return heap; }',
      },
      archives: { 'libpool.a': ['pool.o'] },
      flags: ['-O1', '-fno-builtin'],
      command: '-static -o a.out main.o libpool.a',
    },
  },
  'one-allocator': {
    says: /libone\.a and libtwo\.a both define `malloc`, `free`/,
    build: pair(functions('one', 'malloc', 'free'), functions('two', 'malloc', 'free')),
  },
  nostartfiles: {
    says: /the command names start files \(own\/crt1\.o\)/,
    build: {
      sources: { 'main.c': 'int main(void) { return 0; }' },
      archives: {},
      command: '-no-pie -o a.out own/crt1.o main.o',
    },
  },
  'one-go-archive': {
    says: /libone\.a and libtwo\.a each hold a whole Go runtime/,
    build: pair(functions('one', 'crosscall2', 'x_cgo_init'), functions('two', 'crosscall2', 'x_cgo_init')),
  },
  'exclude-libs': {
    says: /libone\.a\(rt\.o\) and libtwo\.a\(rt\.o\) are equal \(`(rt`, `state|state`, `rt)` in both\), but --exclude-libs/,
    build: {
      sources: {
        'rt.c': 'int state; int rt(void) { return ++state; }',
        'one.c': 'int rt(void); int one(void) { return rt(); }',
        'two.c': 'int rt(void); int two(void) { return rt(); }',
        'three.c': 'int one(void), two(void); int three(void) { return one() + two(); }',
      },
      archives: { 'libone.a': ['one.o', 'rt.o'], 'libtwo.a': ['two.o', 'rt.o'] },
      flags: ['-fPIC'],
      command:
        '-shared -Wl,--exclude-libs,libone.a -o a.out three.o -Wl,--whole-archive libone.a libtwo.a -Wl,--no-whole-archive',
    },
  },
  'one-handler': {
    says: /libone\.a\(one\.o\) and libtwo\.a\(two\.o\) both handle `TIM2_IRQHandler`, and an interrupt has one/,
    build: pair(functions('one', 'TIM2_IRQHandler'), `${functions('two', 'TIM2_IRQHandler')} nop`),
  },
  'one-runtime': {
    says: /libone\.a and libtwo\.a each hold a runtime of Kotlin\/Native \(`Kotlin_initRuntimeIfNeeded` in both\)/,
    build: pair(
      functions('one', 'Kotlin_initRuntimeIfNeeded', 'AllocInstance'),
      `${functions('two', 'Kotlin_initRuntimeIfNeeded', 'AllocInstance')} nop`,
    ),
  },
  'device-link-once': {
    says: /register the same device code \(`__cudaRegisterLinkedBinary_0_util`\)/,
    build: pair(
      functions('one', '__cudaRegisterLinkedBinary_0_util'),
      functions('two', '__cudaRegisterLinkedBinary_0_util'),
    ),
  },
  'weak-upstream': {
    says: /libone\.a\(one\.o\) defines 3 system calls, and libtwo\.a\(two\.o\) replaces `_sbrk`/,
    build: pair(functions('one', '_sbrk', '_write', '_close'), functions('two', '_sbrk')),
  },
  'one-toolchain': {
    says: /compiled by rustc 1\.94\.0, .* by 1\.95\.0-nightly/,
    build: pair(
      `${functions('one', 'rust_eh_personality')}.ident "rustc version 1.94.0 (aaaaaaaaa 2026-01-01)"`,
      `${functions('two', 'rust_eh_personality')}.ident "rustc version 1.95.0-nightly (bbbbbbbbb 2026-02-01)"`,
    ),
  },
  'gate-panic-handler': {
    says: /defines a `#\[panic_handler\]`/,
    build: pair(functions('one', 'rust_begin_unwind'), functions('two', 'rust_begin_unwind')),
  },
  'allocator-shim': {
    says: /rustc wrote allocator functions \(`__rust_alloc`\) into each of libone\.a, libtwo\.a/,
    build: pair(functions('one', '__rust_alloc'), functions('two', '__rust_alloc')),
  },
  'same-build': {
    says: /look like two builds or versions of one file \(`one`, `pack`, `unpack` in both/,
    build: pair(
      `${functions('pack', 'unpack')}.globl one\none: ret`,
      `${functions('two', 'one', 'pack', 'unpack')} nop`,
    ),
  },
  'rename-upstream': {
    says: /both define `step`, in files that are not copies of each other/,
    build: pair(functions('one', 'step'), functions('two', 'step')),
  },
  odr: {
    says: /`calls` has two different definitions of 4 and 8 bytes/,
    build: pair(
      `.weak calls\n.data\n.type calls,@object\n.size calls,4\ncalls: .long 0\n.text\n${functions('one')}`,
      `.weak calls\n.data\n.type calls,@object\n.size calls,8\ncalls: .quad 0\n.text\n${functions('two')}`,
    ),
  },
  'unreadable-lto': {
    says: /libone\.a\(one\.o\).* hold intermediate code for LTO and no native code/,
    build: {
      sources: {
        'main.c': 'int one(void); int main(void) { return one(); }',
        'one.c': 'int one(void) { return 0; }',
      },
      archives: { 'libone.a': ['one.o'] },
      flags: ['-O1', '-flto', '-fno-fat-lto-objects'],
      command: '-flto -o a.out main.o libone.a',
    },
  },
  'plain-archive': {
    says: /libone\.a need not be loaded whole/,
    build: {
      sources: {
        'main.c': 'int one(void); int main(void) { return one(); }',
        'one.c': 'int helper(void) { return 1; } int one(void) { return helper(); }',
        'help.c': 'int helper(void) { return 2; } int help(void) { return 3; }',
      },
      archives: { 'libone.a': ['one.o', 'help.o'] },
      command: '-o a.out main.o -Wl,--whole-archive libone.a -Wl,--no-whole-archive',
    },
  },
  'load-whole': {
    says: /libone\.a\(reg\.o\) acts by being loaded \(\.init_array/,
    build: {
      sources: {
        'main.c': 'int ran, one(void); int main(void) { return one(); }',
        'one.c': 'int level = 1; int one(void) { return level; }',
        // A definition of another size does not lose to the first.
        'reg.c':
          'extern int ran; long level = 2; __attribute__((constructor)) static void start(void) { ran = 1; }',
      },
      archives: { 'libone.a': ['one.o', 'reg.o'] },
      command: '-o a.out main.o -Wl,--whole-archive libone.a -Wl,--no-whole-archive',
    },
  },
  order: {
    says: /put libnew\.a before libold\.a in the build file/,
    build: {
      sources: {
        'main.c': 'int pack(void), more(void); int main(void) { return pack() + more(); }',
        'old.c': 'int pack(void) { return 1; } int unpack(void) { return 2; }',
        'new.c': 'int pack(void) { return 3; } int unpack(void) { return 4; } int more(void) { return 5; }',
      },
      archives: { 'libold.a': ['old.o'], 'libnew.a': ['new.o'] },
      command: '-o a.out main.o libold.a libnew.a',
    },
  },
};

/** Names of codegen units of one crate in two libraries. */
const UNIT = 'core-0123456789abcdef.core.0123456789abcdef-cgu.0.rcgu.o';
const OTHER = 'core-fedcba9876543210.core.0123456789abcdef-cgu.0.rcgu.o';

describe('advice from files', () => {
  for (const [code, { says, build }] of Object.entries(CASES))
    needsTool('gcc', 'ar')(code, async ([gcc, ar]) => {
      const command = buildCommand(at(), gcc, ar, build);
      if (code === 'nostartfiles') copyStartFile(gcc);
      const { report } = await fixLine(command);
      const found = report.advice.filter((one) => one.code === code);
      expect(found).toHaveLength(1);
      // Start files of the driver are the same files, which the user may also want to name alone.
      if (code === 'nostartfiles') expect(report.cures).toEqual([]);
      expect(found[0].text).toMatch(says);
    });

  const CAUSES: readonly [title: string, code: string, says: RegExp, build: CCommand][] = [
    [
      'a variable that a header defines',
      'inline-header',
      /`names`, `level` are defined in each of .* with net\.h: variables have to be `extern` in a header/,
      {
        sources: {
          'net.h': '__thread int level = 3; const char *names[] = {"a", "b"};',
          'main.c': '#include "net.h"\nint net(void); int main(void) { return level + net() + *names[0]; }',
          'net.c': '#include "net.h"\nint net(void) { return level + *names[1]; }',
        },
        archives: { 'libnet.a': ['net.o'] },
        flags: ['-O1', '-g'],
        command: '-o a.out main.o libnet.a',
      },
    ],
    [
      'a function of two files without debug information',
      'rename-upstream',
      /both define `hash`, with the same code, as files do that include a header which defines it: make it `inline`/,
      {
        sources: {
          'main.c':
            'int hash(int h) { return h * 31; } int net(void); int main(void) { return hash(net()); }',
          'net.c': 'int hash(int h) { return h * 31; } int net(void) { return hash(7); }',
        },
        archives: {},
        flags: ['-O1'],
        command: '-o a.out main.o net.o',
      },
    ],
    [
      'a variable of two files without debug information',
      'rename-upstream',
      /both define `level`, with one initial value, as files do that include a header/,
      {
        sources: {
          'main.c': 'int level = 3; int net(void); int main(void) { return level + net(); }',
          'net.c': 'int level = 3; int net(void) { return level; }',
        },
        archives: {},
        command: '-o a.out main.o net.o',
      },
    ],
    [
      'a name of a start file',
      'nostartfiles',
      /^main\.o defines `__dso_handle`, as .*crtbeginS?\.o does, a start file that the compiler adds/,
      {
        sources: { 'main.c': 'void *__dso_handle; int main(void) { return __dso_handle != 0; }' },
        archives: {},
        command: '-o a.out main.o',
      },
    ],
    [
      'a replacement of a function that the library has inlined',
      'rename-upstream',
      /no code of libnet\.a\(net\.o\) calls `on_event` by name: the compiler has inlined it there/,
      {
        sources: {
          'main.c':
            'static int mine; void on_event(int n) { mine = n; } int net(void); int main(void) { return net() + mine; }',
          'net.c':
            'static int last; void on_event(int n) { last = n; } int net(void) { last = 3; return last; }',
        },
        archives: { 'libnet.a': ['net.o'] },
        command: '-o a.out main.o libnet.a',
      },
    ],
    [
      'two programs',
      'rename-upstream',
      /^main\.o and demo\.o both define `main`, and a program has one: remove one of the two files/,
      {
        sources: { 'main.c': 'int main(void) { return 0; }', 'demo.c': 'int main(void) { return 1; }' },
        archives: {},
        command: '-o a.out main.o demo.o',
      },
    ],
    [
      'a file that includes the source of another',
      'rename-upstream',
      /tool\.o defines all that help\.o does, .*: remove help\.o from the command/,
      {
        sources: {
          'main.c': 'int tool(void); int main(void) { return tool(); }',
          'help.c': 'static int seen; int help(void) { return ++seen; } int helped(void) { return seen; }',
          'tool.c': '#include "help.c"\nint tool(void) { return help(); }',
        },
        archives: {},
        command: '-o a.out main.o tool.o help.o',
      },
    ],
  ];
  for (const [title, code, says, build] of CAUSES)
    needsTool('gcc', 'ar')(`${code}: ${title}`, async ([gcc, ar]) => {
      const { report } = await fixLine(buildCommand(at(), gcc, ar, build));
      expect(report.advice.map((one) => one.code)).toEqual([code]);
      expect(report.advice[0].text).toMatch(says);
    });

  needsTool('clang-14', 'llvm-ar-19')(
    'a program beside one in a WebAssembly library',
    async ([clang, ar]) => {
      const command = buildCommand(at(), clang, ar, {
        sources: {
          'core.c': 'int core(void) { return 7; } int main(void) { return 1; }',
          'main.c': 'int core(void); int main(void) { return core(); }',
        },
        archives: { 'libcore.a': ['core.o'] },
        flags: ['--target=wasm32', '-O1'],
        command: '--no-entry --export=main -o a.wasm main.o libcore.a',
      });
      const { report } = await fixLine(['wasm-ld-19', ...command.slice(1)]);
      expect(report.advice.map(({ code }) => code)).toEqual(['rename-upstream']);
    },
  );

  needsTool('gcc', 'ar')('two builds of one crate', async ([gcc, ar]) => {
    const build = pair(functions('one', 'wake_set'), functions('two', 'wake_set'));
    const command = buildCommand(at(), gcc, ar, renamed(build, UNIT, OTHER));
    const { report } = await fixLine(command);
    expect(report.advice.map(({ code }) => code)).toEqual(['same-build', 'one-staticlib']);
    expect(report.advice[0].text).toMatch(/two builds of the crate core/);
    expect(report.cures).toEqual([]);
  });

  needsTool('gcc', 'ar')('C names of two crates', async ([gcc, ar]) => {
    const build = pair(functions('one', 'reply_free'), functions('two', 'reply_free'));
    const command = buildCommand(
      at(),
      gcc,
      ar,
      renamed(
        build,
        'sound-1111111111111111.sound.0-cgu.0.rcgu.o',
        'index-2222222222222222.index.0-cgu.0.rcgu.o',
      ),
    );
    expect((await fixLine(command)).report.advice.map(({ code }) => code)).toEqual(['name-upstream']);
  });

  needsTool('gcc', 'ar')("std's statics in another crate's unit", async ([gcc, ar]) => {
    const std =
      '.data\n.globl _ZN3std9panicking11EMPTY_PANIC17h0123456789abcdefE\n_ZN3std9panicking11EMPTY_PANIC17h0123456789abcdefE: .quad 1\n.text\n';
    const build = pair(`${functions('one')}${std}`, `${functions('two')}${std} nop`);
    const command = buildCommand(
      at(),
      gcc,
      ar,
      renamed(
        build,
        'alpha-1111111111111111.alpha.0-cgu.0.rcgu.o',
        'beta-2222222222222222.beta.0-cgu.0.rcgu.o',
      ),
    );
    const { advice } = (await fixLine(command)).report;
    expect(advice.map(({ code }) => code)).toEqual(['no-fat-lto', 'one-staticlib']);
    expect(advice[0].text).toMatch(/^LTO merged std into /);
  });

  needsTool('gcc', 'ar')(
    "a Rust program's std stays one where LTO merged a second one",
    async ([gcc, ar]) => {
      const name = '_ZN3std9panicking11EMPTY_PANIC17h0123456789abcdefE';
      const std = (user: string) =>
        `.globl ${user}\n${user}: mov ${name}(%rip), %rax\n ret\n.data\n.globl ${name}\n.type ${name},@object\n.size ${name},8\n${name}: .quad 1\n.text\n`;
      const build = pair(std('one'), `${std('two')} nop`);
      const command = buildCommand(at(), gcc, ar, {
        ...build,
        archives: {
          'libalpha.a': ['alpha-1111111111111111.alpha.0-cgu.0.rcgu.o'],
          'libstd-2222222222222222.rlib': ['std-2222222222222222.std.0-cgu.0.rcgu.o'],
        },
        names: {
          'one.o': 'alpha-1111111111111111.alpha.0-cgu.0.rcgu.o',
          'two.o': 'std-2222222222222222.std.0-cgu.0.rcgu.o',
        },
        command: '-o a.out main.o libalpha.a libstd-2222222222222222.rlib',
      });
      const { advice, cures } = (await fixLine(command)).report;
      expect(advice.map(({ code }) => code)).toContain('no-fat-lto');
      const refused = cures.filter(({ kind }) => /isolate|first-wins/.test(kind));
      expect(refused).toEqual([]);
    },
  );

  needsTool('gcc', 'ar')(
    'two compilers are the cause of two builds of std, and no workspace',
    async ([gcc, ar]) => {
      const comment = (version: string) =>
        `.section .comment\n.ascii "rustc version ${version} (0 2026-01-01)\\0"\n.text\n`;
      const build = pair(
        `${functions('one', 'rust_eh_personality')}${comment('1.95.0')}`,
        `${functions('two', 'rust_eh_personality')} nop\n${comment('1.97.0-nightly')}`,
      );
      const command = buildCommand(
        at(),
        gcc,
        ar,
        renamed(build, 'std-1111111111111111.std.0-cgu.0.rcgu.o', 'std-2222222222222222.std.0-cgu.0.rcgu.o'),
      );
      const { advice, cures } = (await fixLine(command)).report;
      expect(advice.map(({ code }) => code)).toEqual(['one-toolchain', 'one-staticlib']);
      expect(cures).toEqual([]);
    },
  );

  const NO_CAUSE: readonly [string, string, CCommand][] = [
    [
      "thin LTO's unit of std itself",
      'no-fat-lto',
      (() => {
        const std =
          '.data\n.globl _ZN3std3env4ARGS17h0123456789abcdefE\n_ZN3std3env4ARGS17h0123456789abcdefE: .quad 1\n.text\n';
        const unit = 'std-0123456789abcdef.std.0123456789abcdef-cgu.0.rcgu.o.rcgu.o';
        const build = pair(`${functions('one')}${std}`, `${functions('two')}${std} nop`);
        return renamed(build, `alpha.${unit}`, `beta.${unit}`);
      })(),
    ],
    [
      'copies of one crate',
      'name-upstream',
      {
        ...pair(functions('one', 'reply_free'), functions('two', 'reply_free')),
        ...{ archives: { 'libone.a': [UNIT], 'libtwo.a': [UNIT, 'two.o'] }, names: { 'one.o': UNIT } },
        command: '-o a.out main.o -Wl,--whole-archive libone.a libtwo.a -Wl,--no-whole-archive',
      },
    ],
    [
      'two functions in files that share a header',
      'inline-header',
      {
        sources: {
          'common.h': 'struct common { int a; };',
          'main.c': MAIN,
          'one.c':
            '#include "common.h"\nint help(struct common *c) { return c->a; } int one(void) { return help(0); }',
          'two.c':
            '#include "common.h"\nint help(struct common *c) { return c->a * 17; } int two(void) { return help(0); }',
        },
        archives: { 'libone.a': ['one.o'], 'libtwo.a': ['two.o'] },
        flags: ['-O1', '-g', '-fno-inline'],
        command: '-o a.out main.o libone.a libtwo.a',
      },
    ],
    [
      'usual names in a library of a hosted program',
      'weak-upstream',
      pair(functions('one', 'init', 'open', 'close'), functions('two', 'init')),
    ],
    [
      'one of two equal copies is dropped',
      'allocator-shim',
      {
        sources: {
          'main.c': MAIN,
          'one.s': functions('one'),
          'two.s': functions('two'),
          'shim.s': functions('__rust_alloc'),
        },
        archives: { 'libone.a': ['one.o', 'shim.o'], 'libtwo.a': ['two.o', 'shim.o'] },
        command: '-o a.out main.o -Wl,--whole-archive libone.a libtwo.a -Wl,--no-whole-archive',
      },
    ],
  ];
  for (const [title, code, build] of NO_CAUSE)
    needsTool('gcc', 'ar')(`no ${code}: ${title}`, async ([gcc, ar]) => {
      const { report } = await fixLine(buildCommand(at(), gcc, ar, build));
      expect(report.before.duplicates).toBeGreaterThan(0);
      expect(report.advice.map((one) => one.code)).not.toContain(code);
    });

  needsTool('gcc', 'ar')('thin LTO on one side', async ([gcc, ar]) => {
    const build = pair(functions('one', 'wake_set'), functions('two', 'wake_set'));
    const rewritten = `alpha-1111111111111111.${UNIT}.rcgu.o`;
    const command = buildCommand(at(), gcc, ar, renamed(build, UNIT, rewritten));
    const codes = (await fixLine(command)).report.advice.map(({ code }) => code);
    expect(codes).toContain('one-staticlib');
  });

  needsTool(
    'clang-14',
    'llvm-ar-19',
    'lld-link-19',
  )('two C runtimes', async ([clang, ar]) => {
    const build: CCommand = {
      sources: {
        'main.c': '#pragma comment(lib, "MSVCRT.lib")\nint third(void); int start(void) { return third(); }',
        'third.c': '#pragma comment(lib, "LIBCMT.lib")\nint third(void) { return 1; }',
      },
      archives: { 'third.lib': ['third.o'] },
      flags: ['--target=x86_64-pc-windows-msvc', '-O1'],
      command: '/entry:start /subsystem:console /out:a.exe main.o third.lib',
    };
    const [, ...words] = buildCommand(at(), clang, ar, build);
    const { report, isHealthy } = await fixLine(['lld-link-19', ...words]);
    expect(isHealthy).toBe(false);
    expect(report.advice.map(({ code }) => code)).toEqual(['same-crt']);
    expect(report.advice[0].text).toMatch(
      /main\.o requests MSVCRT\.lib \(the DLL runtime\), third\.lib\(third\.o\) requests LIBCMT\.lib/,
    );
  });
});

test('each code has a section in docs/advice.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/advice.md'), 'utf8');
  const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect([...sections].sort()).toEqual([...adviceCodes].sort());
});
