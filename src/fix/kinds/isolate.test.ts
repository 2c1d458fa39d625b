import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { type FixReport, type FixResult, fixLine } from '../fix-line.js';

/* Links that no linker complains about, and that run wrong: isolation makes them right once it is accepted. */

const at = useFolder(() => {}, { enters: true });

interface Build {
  /** By file name, headers too; objects are called as their sources. */
  readonly sources: Readonly<Record<string, string>>;
  readonly archives: Readonly<Record<string, readonly string[]>>;
}

const VERSION = (fill: string, sum: string, calls: string) =>
  `struct form { int width = 1; ${fill} int sum() const; };
__attribute__((noinline)) inline int form::sum() const { return ${sum}; }
template <class T> __attribute__((noinline)) int write(T v) { form f; f.width = (int)v; return f.sum(); }
struct tally { ${calls} }; inline tally calls = {10}; inline int shared = 0;`;
const HEADERS: Build = {
  sources: {
    'old.h': VERSION('int fill[4] = {1, 2, 3, 4};', 'width + fill[0] + fill[3]', 'int n;'),
    'new.h': VERSION('', 'width * 2 + 100', 'int n, more, most;'),
    'log.cc': '#include "old.h"\nint log_line(int x) { calls.n++; return write(x) + 1000 * ++shared; }',
    'show.cc':
      '#include "new.h"\nint show(int x) { calls.n++; return write(x) + calls.n + 1000 * ++shared; }',
    'main.cc':
      'int log_line(int), show(int); int values[2]; int main() { values[0] = log_line(5); values[1] = show(5); return values[0] * 100000 + values[1] == 101002121 ? 0 : 1; }',
  },
  archives: { 'liblog.a': ['log.o'], 'libshow.a': ['show.o'] },
};
const SUMS: Build = {
  sources: {
    'sum1.c': 'int sum(int a) { return a; }',
    'use1.c': 'int sum(int); int use1(void) { return sum(1); }',
    'sum2.c': 'int sum(int a, int b) { return a * b; }',
    'use2.c': 'int sum(int, int); int use2(void) { return sum(2, 3); }',
    'main.c': 'int use1(void), use2(void); int main(void) { return use1() + use2() == 7 ? 0 : 1; }',
  },
  archives: { 'libone.a': ['sum1.o', 'use1.o'], 'libtwo.a': ['sum2.o', 'use2.o'] },
};
const style = (name: string) =>
  `void add(const char *); int init_style() { add("${name}"); return 1; } namespace { struct run { run() { init_style(); } } at_start; }`;
const user = (name: string) =>
  `int init_style(); bool has(const char *); bool ${name}() { static int once = init_style(); return once && has("${name}"); }`;
const RESOURCES: Build = {
  sources: {
    'registry.cc':
      '#include <cstring>\nstatic const char *names[9]; static int used; void add(const char *name) { names[used++] = name; } bool has(const char *name) { for (int i = 0; i < used; i++) if (!std::strcmp(names[i], name)) return true; return false; }',
    'style_light.cc': style('light'),
    'style_dark.cc': style('dark'),
    'light.cc': user('light'),
    'dark.cc': user('dark'),
    'main.cc': 'bool light(), dark(); int main() { return light() && dark() ? 0 : 1; }',
  },
  archives: {
    'liblight.a': ['light.o', 'style_light.o'],
    'libdark.a': ['dark.o', 'style_dark.o'],
    'libregistry.a': ['registry.o'],
  },
};

/** @returns the objects and archives of a link */
function build([compiler, ...flags]: readonly string[], ar: readonly string[], { sources, archives }: Build) {
  for (const [name, text] of Object.entries(sources)) writeFileSync(at(name), `${text}\n`);
  const units = Object.keys(sources).filter((name) => !name.endsWith('.h'));
  execFileSync(compiler, [...flags, '-O1', '-c', ...units], { cwd: at() });
  for (const [name, members] of Object.entries(archives))
    execFileSync(ar[0], [...ar.slice(1), 'rcs', name, ...members], { cwd: at() });
  return ['main.o', ...Object.keys(archives)];
}

/** The first cure that `fix` offers, and the result of accepting it. */
async function accepted(
  command: readonly string[],
): Promise<{ readonly asked: FixReport; readonly report: FixReport }> {
  const { report: asked } = await fixLine(command, { outDir: 'fixed' });
  expect(asked).toMatchObject({ before: { duplicates: 0 }, applied: null, command: null });
  const [first] = asked.cures;
  expect(first).toMatchObject({ kind: 'isolate', requiresAcceptance: true, after: { duplicates: 0 } });
  const { report } = await fixLine(command, { outDir: 'fixed', accept: [first.id] });
  expect(report.applied).toBe(first.id);
  return { asked, report };
}

const run = (command: readonly string[] | null): void => {
  execFileSync(command?.[0] ?? '', command?.slice(1) ?? [], { cwd: at(), stdio: 'pipe' });
};

describe('isolate, without a message from the linker', () => {
  for (const linker of ['bfd', 'lld'])
    needsTool(
      'g++',
      'ar',
      `ld.${linker}`,
    )(`two versions of a header, on ${linker}`, async ([gcc, ar]) => {
      const inputs = build([gcc, '-std=c++17'], [ar], HEADERS);
      const command = [gcc, `-fuse-ld=${linker}`, '-o', 'program', ...inputs];
      run(command);
      expect(() => execFileSync(at('program'))).toThrow();
      const { asked, report } = await accepted(command);
      // A global that is equal in both versions stays single; each split global is accepted by its name.
      const [{ changes, after }] = asked.cures;
      expect(changes.filter(({ change }) => change === 'split-state')).toEqual([
        { change: 'split-state', symbol: 'calls', file: 'liblog.a(log.o)', wasSplit: false },
      ]);
      expect(asked.before.splitState).toBe(0);
      expect(after.splitState).toBe(1);
      const explained = (await runMain(['explain', '--', ...command])).out;
      expect(explained).toMatch(
        /, if the change is right:\n {2}`calls` was one global, and is two: [^\n]+\n\n {2}ardedup fix --out-dir fixed --accept /,
      );
      run(report.command);
      execFileSync(at('program'));
    });

  needsTool('gcc', 'ar')('two functions of one name', async ([gcc, ar]) => {
    const { report } = await accepted([gcc, '-o', 'program', ...build([gcc], [ar], SUMS)]);
    run(report.command);
    execFileSync(at('program'));
  });

  needsTool('g++', 'ar')('a resource that registers itself comes into the link', async ([gcc, ar]) => {
    const command = [gcc, '-o', 'program', ...build([gcc], [ar], RESOURCES)];
    const { asked, report } = await accepted(command);
    expect(asked.cures[0].changes).toContainEqual({
      change: 'added-side-effect',
      file: 'libdark.a(style_dark.o)',
    });
    run(report.command);
    execFileSync(at('program'));
  });

  const FORMATS: readonly [string, string, readonly string[], readonly string[], readonly string[]][] = [
    [
      'Mach-O',
      'ld64.lld-19|ld64.lld',
      ['--target=x86_64-apple-macos11'],
      ['--format=darwin'],
      ['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-undefined', 'dynamic_lookup'],
    ],
    [
      'COFF',
      'lld-link',
      ['--target=x86_64-pc-windows-msvc'],
      [],
      ['/entry:main', '/subsystem:console', '/nodefaultlib', '/out:a.exe'],
    ],
    [
      'WebAssembly',
      'wasm-ld-19|wasm-ld',
      ['--target=wasm32'],
      [],
      ['--no-entry', '--export=__original_main', '-o', 'a.wasm'],
    ],
  ];
  for (const [format, linker, target, archiver, options] of FORMATS)
    for (const [title, own, flags] of [
      ['two functions of one name', SUMS, []],
      ['two versions of a header', HEADERS, ['-std=c++17', '-fno-exceptions']],
    ] as const)
      needsTool(
        'clang',
        'llvm-ar-19|llvm-ar',
        linker,
      )(`${title}, ${format}`, async ([clang, ar, ld]) => {
        const inputs = build([clang, ...target, ...flags, '-w'], [ar, ...archiver], own);
        const { report } = await accepted([ld, ...options, ...inputs]);
        run(report.command);
      });
});

describe('nothing is isolated', () => {
  const healthy = ({ report, isHealthy }: FixResult) =>
    expect([isHealthy, report.cures, report.advice]).toEqual([true, [], []]);

  needsTool('g++', 'ar')(
    'where one header is compiled with two levels of optimisation',
    async ([gcc, ar]) => {
      const one = { ...HEADERS, sources: { ...HEADERS.sources, 'new.h': HEADERS.sources['old.h'] } };
      const inputs = build([gcc, '-std=c++17'], [ar], one);
      execFileSync(gcc, ['-std=c++17', '-O0', '-c', 'show.cc'], { cwd: at() });
      execFileSync(ar, ['rcs', 'libshow.a', 'show.o'], { cwd: at() });
      healthy(await fixLine([gcc, '-o', 'program', ...inputs], { outDir: 'fixed' }));
    },
  );

  needsTool('g++', 'ar')('where a library uses the only definition, of another', async ([gcc, ar]) => {
    const { 'sum2.c': _, ...sources } = SUMS.sources;
    const archives = { 'libone.a': ['sum1.o', 'use1.o'], 'libtwo.a': ['use2.o'] };
    healthy(await fixLine([gcc, '-o', 'program', ...build([gcc, '-x', 'c'], [ar], { sources, archives })]));
  });

  needsTool('g++', 'ar')('where each library has the same resource', async ([gcc, ar]) => {
    const sources = { ...RESOURCES.sources, 'style_dark.cc': style('light') };
    healthy(await fixLine([gcc, '-o', 'program', ...build([gcc], [ar], { ...RESOURCES, sources })]));
  });
});
