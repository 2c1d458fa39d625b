import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { choiceLines } from '../../report/fix-text.js';
import { fixLine } from '../fix-line.js';

/* libui.a bundles another build of the runtime that libstd.a has; both have a C interface and a helper of core. */

const at = useFolder(() => {}, { enters: true });

/** Names of two builds differ in the hash of the crate. */
const stateOf = (build: string) => `_RNvNtCs${build}_2rt5state5STATE`;
const HELPER = '_RNvNtCs9ueeiBwVTSo_4core9panicking5panic';
const runtime = (helper: number, build: string) =>
  `static int ${stateOf(build)}; int ${HELPER}(void) { return ${helper}; } void rt_set(int to) { ${stateOf(build)} = to; } int rt_get(void) { return ${stateOf(build)} + ${HELPER}(); }`;
const UI = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
const STD = 'rt-fedcba9876543210.rt.1-cgu.0.rcgu.o';
const MAIN =
  'int printf(const char *, ...), rt_get(void), std_use(void), ui_run(void); int main(void) { int ui = ui_run(); printf("%d %d %d\\n", ui, rt_get(), std_use()); return 0; }';

/** @param isDirect whether code of both libraries reaches state by names that only its own build has */
function build([compiler, archiver]: readonly string[], isDirect: boolean): void {
  const set = isDirect ? '*ui_place() = 41;' : 'rt_set(41);';
  writeCObjects(at(), {
    compiler,
    archiver,
    flags: ['-O1', '-w', '-fno-inline', '-ffunction-sections', '-fdata-sections'],
    sources: {
      'main.o': MAIN,
      'std.o': 'int rt_get(void), std_only(void); int std_use(void) { return rt_get() + std_only(); }',
      'ui.o': `void rt_set(int); int ui_only(void), *ui_place(void); int ui_run(void) { ${set} return ui_only(); }`,
      [UI]: `${runtime(2, '5IZCaxgcWrM')} int ui_only(void) { return ${HELPER}(); } int *ui_place(void) { return ${isDirect ? `&${stateOf('5IZCaxgcWrM')}` : '0'}; }`,
      [STD]: `${runtime(1, '7s8UKZRl6VW')} int std_only(void) { return ${isDirect ? stateOf('7s8UKZRl6VW') : '0'}; }`,
    },
    archives: { 'libui.a': ['ui.o', UI], 'libstd.a': ['std.o', STD] },
  });
}

const commandOf = (compiler: string) => [
  ...[compiler, '-fuse-ld=bfd', '-o', 'a.out', 'main.o', 'libui.a', 'libstd.a'],
];

needsTool('gcc', 'llvm-ar-19|llvm-ar', 'ld.bfd')(
  'C names of a foreign build yield, the rest is isolated, by acceptance',
  async (tools) => {
    build(tools, false);
    const words = commandOf(tools[0]);
    const { report: asked } = await fixLine(words);
    const [cure] = asked.cures;
    expect({ ...cure, changes: [], summary: '', command: null }).toEqual({
      ...{ id: cure.id, kind: 'yield+isolate', requiresAcceptance: true, summary: '', changes: [] },
      ...{ after: { duplicates: 0, splitState: 0, unresolved: 0 }, isolatedAlone: 1, command: null },
    });
    expect(choiceLines(asked)).toEqual([
      'yield leaves 0 globals in two copies; isolate alone would make it 1',
    ]);
    const [isolated] = [{ ...cure, kind: 'isolate', after: { ...cure.after, splitState: 1325 } }];
    expect(choiceLines({ cures: [cure, isolated] })).toEqual([
      'yield leaves 0 globals in two copies; isolate makes it 1,325',
    ]);
    expect(choiceLines({ cures: [isolated] })).toEqual([]);
    expect(asked.applied).toBe(null);
    const { report } = await fixLine(words, { outDir: at('out'), accept: [cure.id] });
    const [program, ...args] = report.command ?? [];
    execFileSync(program, args, { stdio: 'pipe' });
    expect(execFileSync(at('a.out'), { encoding: 'utf8' })).toBe('2 43 43\n');
  },
  60_000,
);

needsTool('gcc', 'llvm-ar-19|llvm-ar', 'ld.bfd')(
  'where code of the archive keeps its own state, nothing is proposed',
  async (tools) => {
    build(tools, true);
    const { report } = await fixLine(commandOf(tools[0]));
    expect(report.cures).toEqual([]);
    expect(report.advice.map(({ code }) => code)).toContain('same-build');
  },
  60_000,
);

/** A heap whose destructor prints: it is loaded for the runtime of libw.a, and without that one after `pool.o`. */
const printing = (name: string) =>
  `int puts(const char *); __attribute__((destructor)) static void stop(void) { puts("${name}"); }`;
const OWN = `${runtime(1, '7s8UKZRl6VW')} int heap(void); int std_only(void) { return heap(); }`;
const REWRITTEN = `std-fedcba9876543210.${STD}.rcgu.o`;

needsTool('gcc', 'llvm-ar-19|llvm-ar', 'ld.bfd')(
  'a required symbol keeps the order of destructors that forbids a drop',
  async ([compiler, archiver]) => {
    writeCObjects(at(), {
      ...{
        compiler,
        archiver,
        flags: ['-O1', '-w', '-fno-inline', '-ffunction-sections', '-fdata-sections'],
      },
      sources: {
        'main.o': MAIN.replace('ui_run(void);', 'ui_run(void), gap(void);').replace(
          'std_use())',
          'std_use() + gap())',
        ),
        'gap.o': `int ${HELPER}(void); int gap(void) { return ${HELPER}(); }`,
        'heap.o': `${printing('heap')} int heap(void) { return 0; }`,
        'pool.o': `${printing('pool')} int pool(void) { return 0; }`,
        'std.o':
          'int rt_get(void), std_only(void), std_more(void), pool(void); int std_use(void) { return rt_get() + std_only() + std_more() + pool(); }',
        'ui.o': 'void rt_set(int); int ui_only(void); int ui_run(void) { rt_set(41); return ui_only(); }',
        [UI]: `${runtime(2, '5IZCaxgcWrM')} int ui_only(void) { return ${HELPER}(); }`,
        [STD]: OWN,
        [REWRITTEN]: `${OWN} int std_more(void) { return 0; }`,
      },
      archives: {
        'libw.a': [STD, 'gap.o', 'heap.o'],
        'libui.a': ['ui.o', UI],
        'libstd.a': ['std.o', 'pool.o', REWRITTEN, 'heap.o'],
      },
    });
    const words = [compiler, '-fuse-ld=bfd', '-o', 'a.out', 'main.o', 'libw.a', 'libui.a', 'libstd.a'];
    const { report: asked } = await fixLine(words);
    const cure = asked.cures.find(({ kind }) => kind === 'order+yield+isolate+drop');
    const { report } = await fixLine(words, { outDir: at('out'), accept: [cure?.id ?? ''] });
    expect(report.command?.slice(1, 3)).toEqual(['-u', 'heap']);
    execFileSync(compiler, report.command?.slice(1) ?? [], { stdio: 'pipe' });
    expect(execFileSync(at('a.out'), { encoding: 'utf8' })).toBe('2 42 43\npool\nheap\n');
  },
  60_000,
);
