import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { type CObjects, trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * Names that linkers define because a file refers to them: `__start_set`, `_end`, what a script provides. A shared
 * library offers them to others, so a drop must not add one or take one away.
 */

const at = useFolder(undefined, { enters: true });

const PATIENCE = 120_000;
const LINKERS = { 'ld.bfd': 'gnu-ld', 'ld.gold': 'gold', 'ld.lld-19': 'lld', 'ld.mold': 'mold' };

const walk = (visibility: string) => `
  extern const char __start_set[] __attribute__((visibility("${visibility}")));
  extern const char __stop_set[] __attribute__((visibility("${visibility}")));
  int walk(void) { return __stop_set - __start_set; }`;
const ENTRY = '__attribute__((section("set"), used)) static char entry = 1; int x(void) { return 0; }';

/** Defined names of the dynamic symbol table with their visibility, hidden ones too. */
const dynamicNames = (path: string): string[] =>
  execFileSync('readelf', ['-W', '--dyn-syms', path], { encoding: 'utf8' })
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , , bind, , section]) => bind === 'GLOBAL' && section !== 'UND')
    .map((columns) => `${columns[7]} ${columns[5]}`)
    .sort();

describe.each(Object.entries(LINKERS))('%s', (name, id) => {
  const test = needsTool(name, 'gcc', 'ar', 'readelf');
  const options = ['--linker', id, '--provider', 'libs.a'];
  const write = (
    [, compiler, archiver]: readonly string[],
    given: Pick<CObjects, 'sources' | 'archives' | 'texts'>,
  ): void => writeCObjects(at(), { ...given, compiler, archiver, flags: ['-fPIC'] });

  for (const [visibility, copies] of [
    ['hidden', 2],
    ['hidden', 3],
    ['default', 2],
  ] as const)
    test(
      `a bound that is ${visibility} in ${copies} files is listed no other way with fewer`,
      async (tools) => {
        const archives = ['libw.a', 'libs.a', 'libt.a'].slice(0, copies);
        write(tools, {
          sources: { 'walk.o': walk(visibility), 'x.o': ENTRY, 's.o': 'int s;' },
          archives: Object.fromEntries(
            archives.map((path, row) => [path, ['walk.o', ...(row === 1 ? ['s.o'] : [])]]),
          ),
        });
        const words = [
          '-shared',
          '-z',
          'muldefs',
          'x.o',
          '--whole-archive',
          ...archives,
          '--no-whole-archive',
        ];
        const { verdicts, before, after } = await trimAndLink(at(), { program: tools[0], words, options });
        const isKept = id === 'gnu-ld' && visibility === 'hidden';
        const found = archives.map((path) => verdicts[`${path}(walk.o)`]);
        expect(found).toContain(isKept ? 'export-changes' : 'dropped');
        expect(dynamicNames(after)).toEqual(dynamicNames(before));
      },
      PATIENCE,
    );

  const UNIT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
  const REWRITTEN = `std-fedcba9876543210.${UNIT}.rcgu.o`;
  const SCRIPT = 'SECTIONS { .rt : { PROVIDE(rt_end = .); } } INSERT AFTER .data;';
  const HIDDEN = '__attribute__((visibility("hidden")))';
  const refersTo = (what: string, marks = ''): string =>
    `extern char ${what}[] ${marks}; char *f(void) { return ${what}; }`;
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ['a bound', refersTo('__start_set'), [], /gnu-ld|gold|lld/],
    ['the end of all data', refersTo('_end'), [], /gnu-ld|gold|lld/],
    ['the end, hidden', refersTo('_end', HIDDEN), [], /none/],
    ['what a script provides', refersTo('rt_end'), ['-T', 'k.ld'], /gnu-ld|^lld/],
  ];
  for (const [title, source, script, exporters] of cases)
    if (script.length === 0 || exporters.test(id))
      test(
        `a copy that does not refer to ${title}`,
        async (tools) => {
          write(tools, {
            sources: {
              [UNIT]: source,
              [REWRITTEN]: 'char *f(void) { return 0; }',
              'x.o': `${ENTRY} char *f(void); char *y(void) { return f(); }`,
            },
            archives: { 'libw.a': [UNIT], 'libs.a': [REWRITTEN] },
            texts: { 'k.ld': SCRIPT },
          });
          const words = ['-shared', ...script, 'x.o', 'libw.a', 'libs.a'];
          const { verdicts, before, after } = await trimAndLink(at(), { program: tools[0], words, options });
          const isExported = exporters.test(id);
          // mold does not export the symbols that it defines; the planner does not rely on that.
          expect(verdicts[`libw.a(${UNIT})`]).toBe('export-changes');
          expect(dynamicNames(after)).toEqual(dynamicNames(before));
          const names = dynamicNames(before).map((row) => row.split(' ')[0]);
          expect(names.includes(/extern char (\w+)/.exec(source)![1])).toBe(isExported);
        },
        PATIENCE,
      );

  test(
    'a library that is there only as it is needed is needed still',
    async (tools) => {
      const sources = {
        [UNIT]: 'int lib(void); int f(void) { return lib(); }',
        [REWRITTEN]: 'int f(void) { return 1; }',
        'x.o': 'int f(void); int y(void) { return f(); }',
        'l.o': 'int lib(void) { return 1; }',
      };
      write(tools, { sources, archives: { 'libw.a': [UNIT], 'libs.a': [REWRITTEN] } });
      execFileSync(tools[0], ['-shared', '-soname', 'libl.so', 'l.o', '-o', 'libl.so']);
      for (const [mode, expected] of [
        ['--as-needed', 'side-effect-lost'],
        ['--no-as-needed', 'dropped'],
      ]) {
        const words = ['-shared', 'x.o', 'libw.a', 'libs.a', mode, 'libl.so'];
        const { verdicts, before, after } = await trimAndLink(at(), { program: tools[0], words, options });
        expect(verdicts[`libw.a(${UNIT})`]).toBe(expected);
        const needed = (path: string) => execFileSync('readelf', ['-d', path], { encoding: 'utf8' });
        for (const path of [before, after]) expect(needed(path)).toContain('[libl.so]');
      }
    },
    PATIENCE,
  );

  test(
    'a name that a version script spells out has a definition still, loaded or not',
    async (tools) => {
      const sources = {
        [UNIT]: 'int f(void) { return 1; } int g(void) { return 2; }',
        [REWRITTEN]: 'int f(void) { return 1; }',
        'x.o': 'int y(void) { return 0; }',
      };
      const texts = { 'v.txt': 'V1 { global: y; g; local: *; };' };
      write(tools, { sources, archives: { 'libw.a': [UNIT], 'libs.a': [REWRITTEN] }, texts });
      const words = ['-shared', '--version-script=v.txt', 'x.o', 'libw.a', 'libs.a'];
      const { verdicts } = await trimAndLink(at(), { program: tools[0], words, options });
      expect(verdicts[`libw.a(${UNIT})`]).toBe(id === 'lld' ? 'export-changes' : 'dropped');
    },
    PATIENCE,
  );

  test(
    'a unique definition of a program is exported as it was',
    async (tools) => {
      const unique = (name: string) =>
        `.section .note.GNU-stack,"",@progbits\n.section .data.${name},"aw"\n.globl ${name}\n.type ${name}, @gnu_unique_object\n.size ${name}, 4\n${name}: .long 1\n`;
      writeFileSync(at('u.s'), unique('only'));
      execFileSync(tools[1], ['-c', at('u.s'), '-o', at('u.o')]);
      const sources = { 'x.o': 'int _start(void) { return 0; }', 's.o': 'int s;' };
      write(tools, { sources, archives: {} });
      for (const path of ['libw.a', 'libs.a'])
        execFileSync(tools[2], ['rcs', path, 'u.o', 's.o'], { cwd: at() });
      const words = [
        '-pie',
        '--dynamic-linker=/lib/ld.so',
        'x.o',
        '--whole-archive',
        'libw.a',
        '--no-whole-archive',
        'libs.a',
      ];
      const { verdicts, before, after } = await trimAndLink(at(), { program: tools[0], words, options });
      expect(verdicts['libw.a(u.o)']).toBe(id === 'gold' ? 'export-changes' : 'dropped');
      const uniques = (path: string) =>
        execFileSync('readelf', ['-W', '--dyn-syms', path], { encoding: 'utf8' }).match(/UNIQUE.*only/g);
      expect(uniques(after)).toEqual(uniques(before));
    },
    PATIENCE,
  );

  test(
    'undefined symbols of a relocatable output stay, too',
    async (tools) => {
      write(tools, {
        sources: {
          [UNIT]: refersTo('outside'),
          [REWRITTEN]: 'char *f(void) { return 0; }',
          'x.o': 'char *f(void); char *y(void) { return f(); }',
        },
        archives: { 'libw.a': [UNIT], 'libs.a': [REWRITTEN] },
      });
      const words = ['-r', 'x.o', 'libw.a', 'libs.a'];
      const { verdicts } = await trimAndLink(at(), { program: tools[0], words, options });
      expect(verdicts[`libw.a(${UNIT})`]).toBe('export-changes');
    },
    PATIENCE,
  );
});
