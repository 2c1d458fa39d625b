import { execFileSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * A linker script decides itself in which order constructors run. `reg.o` and `use.o` are in libw.a, in this order, and
 * libs.a, which is the provider, has a copy of reg.o: without libw.a's, it is loaded after use.o.
 */

const at = useFolder(undefined, { enters: true });

const PATIENCE = 120_000;

/** Walks what the script encloses, as start-up code of a small system does. */
const MAIN = (how: string) => `#include <stdio.h>
  int reg_get(void), use(void);
  extern void (*const first[])(void); extern void (*const last[])(void);
  int main(void) { ${how} printf("%d %d\\n", use(), reg_get()); return 0; }`;
const FORTH = 'for (void (*const *p)(void) = first; p < last; p++) (*p)();';
const BACK = 'for (void (*const *p)(void) = last; p-- > first; ) (*p)();';

const REG = (priority: string, body: string) =>
  `static int ready; int reg_get(void){ return ready; } __attribute__((constructor${priority})) static void up(void){ ${body} }`;
const USE = (priority: string, body: string) =>
  `int reg_get(void); static int seen; int use(void){ return seen; } __attribute__((constructor${priority})) static void boot(void){ ${body} }`;
const READS = 'seen = seen * 10 + reg_get() + 1;';

const place = (patterns: string) =>
  `SECTIONS { .boot : { first = .; ${patterns} last = .; } } INSERT AFTER .data;`;

interface Case {
  readonly title: string;
  readonly patterns: string;
  readonly walk: string;
  readonly reg: string;
  readonly use: string;
  readonly expected: string;
}

const CASES: readonly Case[] = [
  {
    title: 'priorities are not sorted',
    patterns: 'KEEP(*(.init_array .init_array.*))',
    walk: FORTH,
    reg: REG('(200)', 'ready = 42;'),
    use: USE('(300)', READS),
    expected: 'constructor-order',
  },
  {
    title: 'a walk from the end',
    patterns: 'KEEP(*(.init_array .init_array.*))',
    walk: BACK,
    reg: REG('', 'ready = 42;'),
    use: USE('(300)', READS),
    expected: 'constructor-order',
  },
  {
    title: 'priorities are sorted: the script is not trusted to sort all',
    patterns: 'KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*) .init_array))',
    walk: FORTH,
    reg: REG('(200)', 'ready = 42;'),
    use: USE('(300)', READS),
    expected: 'constructor-order',
  },
  {
    title: 'constructors that do not interact',
    patterns: 'KEEP(*(.init_array .init_array.*))',
    walk: FORTH,
    reg: REG('(200)', 'ready = 42;'),
    use: USE('(300)', 'seen = 7;'),
    expected: 'dropped',
  },
  {
    title: 'one description for constructors and a table of the program',
    patterns: 'KEEP(*(.init_array .init_array.* .boot_table))',
    walk: FORTH,
    reg: REG('(200)', 'ready = 42;'),
    use: 'int reg_get(void); static int seen; int use(void){ return seen; } static void boot(void){ seen = reg_get(); } __attribute__((used, section(".boot_table"))) static void (*const row)(void) = boot;',
    expected: 'section-order',
  },
  {
    title: 'two descriptions',
    patterns: 'KEEP(*(.init_array .init_array.*)) KEEP(*(.boot_table))',
    walk: FORTH,
    reg: REG('(200)', 'ready = 42;'),
    use: 'int reg_get(void); static int seen; int use(void){ return seen; } static void boot(void){ seen = reg_get(); } __attribute__((used, section(".boot_table"))) static void (*const row)(void) = boot;',
    expected: 'dropped',
  },
  {
    title: 'files in the order of their names',
    patterns: 'KEEP(SORT(*)(.init_array .init_array.*))',
    walk: FORTH,
    reg: REG('', 'ready = 42;'),
    use: USE('', 'seen = 7;'),
    expected: 'named-file',
  },
];

describe.each([
  ['bfd', 'gnu-ld', 'ld.bfd'],
  ['lld', 'lld', 'ld.lld'],
])('with a script, %s', (short, id, name) => {
  // LLD knows no SORT of files.
  const cases = id === 'lld' ? CASES.filter(({ patterns }) => !patterns.includes('SORT(*)')) : CASES;
  for (const { title, patterns, walk, reg, use, expected } of cases)
    needsTool(name, 'gcc', 'ar')(
      title,
      async ([, program, archiver]) => {
        const sources = { 'main.o': MAIN(walk), 'reg.o': reg, 'use.o': use, 's.o': 'int s;' };
        const archives = { 'libw.a': ['reg.o', 'use.o'], 'libs.a': ['reg.o', 's.o'] };
        const texts = { 'k.ld': place(patterns) };
        writeCObjects(at(), { compiler: program, archiver, sources, archives, texts });
        // The start-up code's own constructors are out of the way.
        const words = [
          `-fuse-ld=${short}`,
          '-no-pie',
          '-Wl,-z,norelro',
          'main.o',
          '-Wl,-u,use,-u,reg_get',
          'libw.a',
          'libs.a',
          '-Wl,-T,k.ld',
        ];
        const options = ['--linker', id, '--provider', 'libs.a'];
        const { verdicts, before, after } = await trimAndLink(at(), { program, words, options });
        const run = (path: string) => execFileSync(path, { encoding: 'utf8' });
        expect(verdicts['libw.a(reg.o)']).toBe(expected);
        expect(run(after)).toBe(run(before));
      },
      PATIENCE,
    );
});
