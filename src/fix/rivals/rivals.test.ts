import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../../test/fix/c-command.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { type FixReport, fixLine } from '../fix-line.js';

/* Libraries that give one name to different things, or have two builds of one thing: which cure comes first. */

const at = useFolder(() => {}, { enters: true });

const parser = (name: string, step: number): Readonly<Record<string, string>> => ({
  [`${name}_y.c`]: `int yylval; static int depth; int yylex(void); int yyparse(void) { depth++; yylval = yylex(); return yylval * ${step} + depth; }`,
  [`${name}_l.c`]: `int yylineno = 1; static int place; int yylex(void) { place++; yylineno += ${step}; return ${step} + place; }`,
  [`${name}.c`]: `extern int yylineno; int yyparse(void); void yyerror(const char *m) {} int ${name}_parse(void) { return yyparse() * 100 + yylineno; }`,
});
const WHOLE = '-Wl,--whole-archive libjson.a libsql.a -Wl,--no-whole-archive';
const PARSERS: CCommand = {
  sources: {
    ...parser('json', 3),
    ...parser('sql', 5),
    'main.c':
      '#include <stdio.h>\nint json_parse(void), sql_parse(void); int main(void) { int a = json_parse(); printf("%d %d", a, sql_parse()); return 0; }',
  },
  archives: {
    'libjson.a': ['json.o', 'json_y.o', 'json_l.o'],
    'libsql.a': ['sql.o', 'sql_y.o', 'sql_l.o'],
  },
  command: `-o a.out main.o ${WHOLE}`,
};
const RADIO: CCommand = {
  sources: {
    'send.c': 'int frame_allowed(int f) { return f < 8; } int sent(int f) { return frame_allowed(f); }',
    'main.c':
      '#include <stdio.h>\nint sent(int); int frame_allowed(int f) { return 1; } int main(void) { printf("%d", sent(9)); return 0; }',
  },
  archives: { 'libradio.a': ['send.o'] },
  flags: ['-O0'],
  command: '-o a.out main.o libradio.a',
};
const SETTINGS: CCommand = {
  sources: {
    'level.c': 'static int level; void level_set(int n) { level = n; } int level_get(void) { return level; }',
    'up.c': 'void level_set(int); void up(int n) { level_set(n); }',
    'down.c': 'int level_get(void); int down(void) { return level_get(); }',
    'main.c':
      '#include <stdio.h>\nvoid up(int); int down(void); int main(void) { up(7); printf("%d", down()); return 0; }',
  },
  archives: { 'libup.a': ['up.o', 'level.o'], 'libdown.a': ['down.o', 'level.o'] },
  command: '-o a.out main.o libup.a libdown.a',
};
const INCLUDED: CCommand = {
  sources: {
    'help.c': 'static int seen; int help(void) { return ++seen; } int helped(int n) { return n + seen; }',
    'tool.c': '#include "help.c"\nint tool(int n) { return help() + helped(n); }',
    'user.c': 'int help(void); int user(void) { return help(); }',
    'main.c':
      '#include <stdio.h>\nint tool(int), user(void); int main(void) { int a = tool(5); printf("%d %d", a, user()); return 0; }',
  },
  archives: { 'libtool.a': ['tool.o'], 'libhelp.a': ['user.o', 'help.o'] },
  command: '-o a.out main.o libtool.a libhelp.a',
};

/** Libraries with a copy of one runtime, and a helper of one name each. */
function withHelpers(steps: Readonly<Record<string, string>>, line: string): CCommand {
  const names = Object.keys(steps);
  const calls = names.map((name) => `printf("%d ", ${name}());`).join(' ');
  return {
    sources: {
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`${name}_help.c`, `int help(int n) { return ${steps[name]}; }`],
          [`${name}.c`, `int add(int), help(int); int ${name}(void) { return add(help(10)); }`],
        ]),
      ),
      'rt.c': 'int jobs; int add(int n) { jobs += n; return jobs; }',
      'main.c': `#include <stdio.h>\nint ${names.map((name) => `${name}(void)`).join(', ')}; int main(void) { ${calls} return 0; }`,
    },
    archives: Object.fromEntries(
      names.map((name) => [`lib${name}.a`, [`${name}.o`, 'rt.o', `${name}_help.o`]]),
    ),
    command: `-o a.out main.o ${line}`,
  };
}
type Helpers = readonly [steps: Readonly<Record<string, string>>, line: string, prints: string];
const THREE = { one: 'n + 1', two: 'n * 2', six: 'n * 6' };
const HELPERS: Readonly<Record<string, Helpers>> = {
  'two libraries': [{ one: 'n + 1', two: 'n * 2' }, '-Wl,--whole-archive libone.a libtwo.a', '11 31 '],
  'three libraries': [THREE, '-Wl,--whole-archive libsix.a libone.a libtwo.a', '11 31 91 '],
  'three libraries, on demand': [THREE, 'libsix.a libone.a libtwo.a', '11 31 91 '],
};

const print = (command: readonly string[] | null): string => {
  const [program = '', ...words] = command ?? [];
  execFileSync(program, words, { cwd: at(), stdio: 'pipe' });
  return execFileSync(at('a.out'), { encoding: 'utf8' });
};

/** Accepts the first cure, and runs the program that its command links. */
async function afterFirstCure(command: readonly string[]): Promise<{ asked: FixReport; prints: string }> {
  const asked = (await fixLine(command)).report;
  expect(asked.cures[0].requiresAcceptance).toBe(true);
  const options = { outDir: 'fixed', accept: [asked.cures[0].id] };
  return { asked, prints: print((await fixLine(command, options)).report.command) };
}

describe('the first cure', () => {
  for (const [title, command] of [
    ['loaded whole', PARSERS.command],
    ['loaded on demand', '-o a.out main.o libjson.a libsql.a'],
  ])
    needsTool('gcc', 'ar')(`keeps two parsers apart, ${title}`, async ([gcc, ar]) => {
      const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, { ...PARSERS, command }));
      expect(asked.cures[0].kind).toBe('isolate');
      const split = asked.cures[0].changes.filter(({ change }) => change === 'split-state');
      expect(split.map((one) => one.change === 'split-state' && one.symbol)).toContain('yylineno');
      expect(prints).toBe('1304 3106');
    });

  needsTool('gcc', 'ar')('leaves to each library the constant that it defines', async ([gcc, ar]) => {
    const library = (name: string, text: string) => ({
      [`${name}_version.c`]: `const char version[] = "${text}";`,
      [`${name}.c`]: `extern const char version[]; const char *${name}(void) { return version; }`,
    });
    const build: CCommand = {
      sources: {
        ...library('png', '1.6'),
        ...library('tiff', '4.10'),
        'main.c':
          '#include <stdio.h>\nconst char *png(void), *tiff(void); int main(void) { printf("%s %s", png(), tiff()); return 0; }',
      },
      archives: { 'libpng.a': ['png.o', 'png_version.o'], 'libtiff.a': ['tiff.o', 'tiff_version.o'] },
      command: '-o a.out main.o -Wl,--whole-archive libpng.a libtiff.a -Wl,--no-whole-archive',
    };
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
    expect(asked.cures[0].kind).toBe('isolate');
    expect(prints).toBe('1.6 4.10');
  });

  needsTool('gcc', 'ar')('runs all constructors', async ([gcc, ar]) => {
    const tests = (name: string) =>
      `void add(void (*)(void)); int puts(const char *); static int info; void body(void) { info++; puts("${name}"); } __attribute__((constructor)) static void start(void) { add(body); }`;
    const build: CCommand = {
      sources: {
        'one.c': tests('one'),
        'two.c': tests('two'),
        'main.c':
          'static void (*all[4])(void); static int count; void add(void (*test)(void)) { all[count++] = test; } int main(void) { while (count > 0) all[--count](); return 0; }',
      },
      archives: { 'libone.a': ['one.o'], 'libtwo.a': ['two.o'] },
      command: '-o a.out main.o -Wl,--whole-archive libone.a libtwo.a -Wl,--no-whole-archive',
    };
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
    expect(asked.cures.map(({ kind }) => kind)).toContain('plain-archive');
    expect(prints.trim().split('\n').sort()).toEqual(['one', 'two']);
  });

  for (const [title, line] of [
    ['loaded whole', '-Wl,--whole-archive libmail.a libbank.a -Wl,--no-whole-archive'],
    ['loaded on demand', 'libmail.a libbank.a'],
  ])
    needsTool('gcc', 'ar')(
      `leaves to each library a runtime that calls its generated code, ${title}`,
      async ([gcc, ar]) => {
        const client = (name: string, tag: number) => ({
          [`${name}_gen.c`]: `int gen_tag(void) { return ${tag}; } int ${name}_only(void) { return ${tag}; }`,
          [`${name}.c`]: `int send(int), ${name}_only(void); int ${name}(void) { return send(${name}_only()); }`,
        });
        const build: CCommand = {
          sources: {
            ...client('mail', 3),
            ...client('bank', 7),
            'rt.c':
              'int gen_tag(void); static int sent; int send(int v) { sent++; return gen_tag() * 100 + v * 10 + sent; }',
            'main.c':
              '#include <stdio.h>\nint mail(void), bank(void); int main(void) { int m = mail(); printf("%d %d", m, bank()); return 0; }',
          },
          archives: {
            'libmail.a': ['mail.o', 'rt.o', 'mail_gen.o'],
            'libbank.a': ['bank.o', 'rt.o', 'bank_gen.o'],
          },
          command: `-o a.out main.o ${line}`,
        };
        const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
        expect(asked.cures[0].kind).toBe('isolate');
        expect(prints).toBe('331 771');
      },
    );

  for (const [title, [steps, line, prints]] of Object.entries(HELPERS))
    needsTool('gcc', 'ar')(
      `keeps one runtime, and apart helpers that differ: ${title}`,
      async ([gcc, ar]) => {
        const build = withHelpers(steps, `${line} -Wl,--no-whole-archive`);
        const found = await afterFirstCure(buildCommand(at(), gcc, ar, build));
        expect(found.asked.cures[0].kind).toMatch(/^isolate/);
        expect(found.prints).toBe(prints);
      },
    );

  needsTool('gcc', 'ar')('keeps apart helpers in files of one name', async ([gcc, ar]) => {
    const build = withHelpers({ one: 'n + 1', two: 'n * 2' }, 'libone.a two/libtwo.a');
    mkdirSync(at('two'));
    const command = buildCommand(at(), gcc, ar, {
      ...build,
      archives: { 'libone.a': ['one.o', 'rt.o', 'one_help.o'] },
    });
    copyFileSync(at('two_help.o'), at('two/one_help.o'));
    execFileSync(ar, ['rcs', 'two/libtwo.a', 'two.o', 'rt.o', 'two/one_help.o'], { cwd: at() });
    const { asked, prints } = await afterFirstCure(command);
    expect(asked.cures[0].kind).toBe('isolate');
    expect(prints).toBe('11 31 ');
  });

  needsTool(
    'gcc',
    'ar',
    'ld.lld',
  )('keeps a thread-local variable apart from a plain one of its name', async ([gcc, ar]) => {
    const build: CCommand = {
      sources: {
        'one.c': '__thread int current = 3; int one(void) { return current++; }',
        'two.c': 'int current = 8; int two(void) { return current++; }',
        'main.c':
          '#include <stdio.h>\nint one(void), two(void); int main(void) { one(); two(); printf("%d %d", one(), two()); return 0; }',
      },
      archives: { 'libone.a': ['one.o'], 'libtwo.a': ['two.o'] },
      command: '-fuse-ld=lld -o a.out main.o libone.a libtwo.a',
    };
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
    expect(asked.cures[0].kind).toBe('isolate');
    expect(prints).toBe('4 9');
  });

  needsTool('gcc', 'ar')('keeps the function of the program that replaces one', async ([gcc, ar]) => {
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, RADIO));
    expect(asked.cures.map(({ kind }) => kind)).toEqual(['first-wins', 'isolate']);
    expect(prints).toBe('1');
  });

  needsTool('gcc', 'ar')('takes the newer of two versions of a file', async ([gcc, ar]) => {
    const build: CCommand = {
      sources: {
        'old.c': 'int scale; int pack(int x) { return x * 4 + scale; } int unpack(int x) { return x; }',
        'new.c':
          'int scale; int pack(int x) { return x * 4 + scale + 256; } int unpack(int x) { return x + 1; } int more(int x) { return x - scale; }',
        'talk.c': 'int pack(int); int talk(void) { return pack(1); }',
        'hear.c': 'int more(int); int hear(void) { return more(9); }',
        'main.c':
          '#include <stdio.h>\nint talk(void), hear(void); int main(void) { printf("%d %d", talk(), hear()); return 0; }',
      },
      archives: { 'libtalk.a': ['talk.o', '50_pack.o'], 'libbase.a': ['pack.o'], 'libhear.a': ['hear.o'] },
      names: { 'old.o': '50_pack.o', 'new.o': 'pack.o' },
      command: '-o a.out main.o libtalk.a libhear.a libbase.a',
    };
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
    expect(asked.cures[0].kind).toBe('order');
    expect(prints).toBe('260 9');
  });

  needsTool('gcc', 'ar')('leaves to each library the std of its compiler', async ([gcc, ar]) => {
    const std = (version: string, hash: string) =>
      `.globl rust_eh_personality, std_${hash}_panics\nrust_eh_personality: ret\nstd_${hash}_panics: call rust_eh_personality\n incl count${hash}(%rip)\n ret\n.bss\n.globl count${hash}\n.type count${hash},@object\n.size count${hash},4\ncount${hash}: .zero 4\n.section .comment\n.ascii "rustc version ${version} (0 2026-01-01)\\0"`;
    const build: CCommand = {
      sources: {
        'main.c':
          '#include <stdio.h>\nvoid std_1_panics(void), std_2_panics(void); int main(void) { std_1_panics(); std_2_panics(); printf("ok"); return 0; }',
        'one.s': std('1.95.0', '1'),
        'two.s': `${std('1.97.0-nightly', '2')}\n.text\n nop`,
      },
      archives: {
        'libone.a': ['std-1111111111111111.std.0-cgu.0.rcgu.o'],
        'libtwo.a': ['std-2222222222222222.std.0-cgu.0.rcgu.o'],
      },
      names: {
        'one.o': 'std-1111111111111111.std.0-cgu.0.rcgu.o',
        'two.o': 'std-2222222222222222.std.0-cgu.0.rcgu.o',
      },
      command: '-o a.out main.o libone.a libtwo.a',
    };
    const { asked, prints } = await afterFirstCure(buildCommand(at(), gcc, ar, build));
    expect([...new Set(asked.cures.map(({ kind }) => kind))]).toEqual(['isolate']);
    expect(asked.advice.map(({ code }) => code)).toEqual(['one-toolchain', 'one-staticlib']);
    expect(prints).toBe('ok');
  });
});

describe('a link is healthy', () => {
  const healthy = async (command: readonly string[], prints: string) => {
    const { report, isHealthy } = await fixLine(command);
    expect([isHealthy, report.cures, report.advice]).toEqual([true, [], []]);
    expect((await runMain(['check', '--', ...command])).exitCode).toBe(0);
    expect(print(command)).toBe(prints);
  };

  needsTool('gcc', 'ar')('if one source is compiled with two levels of optimisation', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, SETTINGS);
    execFileSync(gcc, ['-O0', '-c', 'level.c'], { cwd: at() });
    execFileSync(ar, ['rcs', 'libdown.a', 'level.o'], { cwd: at() });
    await healthy(command, '7');
  });

  needsTool('gcc', 'ar')('if a file includes the source of another', async ([gcc, ar]) => {
    await healthy(buildCommand(at(), gcc, ar, INCLUDED), '7 2');
  });
});

needsTool('gcc', 'ar')(
  'two files of one name with different data are not builds of one source',
  async ([gcc, ar]) => {
    const params = (limit: number) =>
      `int limit = ${limit}; int bump(void) { limit += ${limit}; return limit; }`;
    const build: CCommand = {
      sources: {
        'a.c': params(3),
        'b.c': params(50),
        'runa.c': 'int bump(void); int runa(void) { return bump(); }',
        'runb.c': 'int bump(void); int runb(void) { return bump(); }',
        'main.c':
          '#include <stdio.h>\nint runa(void), runb(void); int main(void) { int a = runa(); printf("%d %d", a, runb()); return 0; }',
      },
      archives: { 'liba.a': ['runa.o', 'params.o'], 'libb.a': ['runb.o'] },
      names: { 'a.o': 'params.o' },
      command: '-o a.out main.o liba.a libb.a',
    };
    const command = buildCommand(at(), gcc, ar, build);
    execFileSync('mv', ['b.o', 'params.o'], { cwd: at() });
    execFileSync(ar, ['rcs', 'libb.a', 'params.o'], { cwd: at() });
    const { asked, prints } = await afterFirstCure(command);
    expect(asked.cures[0].kind).toBe('isolate');
    expect(prints).toBe('6 100');
  },
);

needsTool(
  'clang-14',
  'llvm-ar-19',
  'ld64.lld-19',
)('no class of Objective-C is weakened: its file still lists it', async ([clang, ar, ld]) => {
  const node = (members: string, step: number) =>
    `__attribute__((objc_root_class)) @interface Node { int ${members}; } + (int)count; @end\nstatic int seen; @implementation Node + (int)count { return seen += ${step}; } @end`;
  const build: CCommand = {
    sources: { 'one.m': node('a_', 1), 'two.m': node('a_, b_', 2), 'main.c': 'int main(void) { return 0; }' },
    archives: { 'libone.a': ['one.o'], 'libtwo.a': ['two.o'] },
    flags: ['--target=arm64-apple-macos12', '-O1', '-fobjc-runtime=macosx-12'],
    command:
      '-arch arm64 -platform_version macos 12 12 -o a.out main.o -ObjC libone.a libtwo.a -undefined dynamic_lookup',
  };
  const [, ...words] = buildCommand(at(), clang, ar, build);
  const { report } = await fixLine([ld, ...words]);
  expect(report.before.duplicates).toBeGreaterThan(1);
  expect(report.cures).toEqual([]);
  expect(report.advice.length).toBeGreaterThan(0);
});
