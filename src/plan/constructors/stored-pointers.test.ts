import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { overlooked } from '../conditions/overlooked.js';

/*
 * Destructors of two units that would run in another order. One calls a pointer that the program has stored: set
 * through a function, passed on by another, or returned. The other clears what the pointed-to function reads. And
 * constructors of a unit that stays in the link twice, the second of which undoes what another unit did.
 */

const at = useFolder(undefined, { enters: true });
const PATIENCE = 120_000;

const MAIN = 'int third(void), use(void), reg_get(void); int main(void){ return third() & 0; }';
const REG =
  'static int ready = 5; int reg_get(void){ return ready; } __attribute__((destructor)) static void down(void){ ready = 0; }';
const USE = `#include <stdio.h>
  static int (*at_end)(void); void set_end(int (*f)(void)){ at_end = f; } int use(void){ return 0; }
  int (*pick(void))(void); void choose(void){ at_end = pick(); }
  __attribute__((weak)) int (*pick(void))(void){ return 0; }
  __attribute__((destructor)) static void halt(void){ printf("%d\\n", at_end ? at_end() : -1); }`;
const SET = 'void set_end(int (*)(void)); int reg_get(void);';

/** The third unit. */
const CASES: Readonly<Record<string, readonly [string, string]>> = {
  'as an argument': [`${SET} int third(void){ set_end(reg_get); return 0; }`, 'constructor-order'],
  'as an argument of a function between': [
    `${SET} __attribute__((noinline)) static void pass(int (*f)(void)){ set_end(f); } int third(void){ pass(reg_get); return 0; }`,
    'constructor-order',
  ],
  'through a function that it calls by its address': [
    `${SET} int third(void){ void (*volatile set)(int (*)(void)) = set_end; set(reg_get); return 0; }`,
    'constructor-order',
  ],
  'as a result': [
    'int reg_get(void); void choose(void); int (*pick(void))(void){ return reg_get; } int third(void){ choose(); return 0; }',
    'constructor-order',
  ],
  'to a function that reads nothing': [
    `${SET} static int own(void){ return 3; } int third(void){ set_end(own); return 0; }`,
    'dropped',
  ],
};

const run = (path: string): string => execFileSync(path, { encoding: 'utf8' });

for (const [title, [third, verdict]] of Object.entries(CASES))
  for (const [short, id] of [
    ['bfd', 'gnu-ld'],
    ['lld', 'lld'],
  ])
    needsTool(`ld.${short}`, 'gcc', 'ar')(
      `a destructor calls a pointer that the program stored ${title}, ${id}`,
      async ([, compiler, archiver]) => {
        const sources = { 'main.o': MAIN, 'third.o': third, 'reg.o': REG, 'use.o': USE, 's.o': 'int s;' };
        const archives = { 'libw.a': ['third.o', 'reg.o', 'use.o'], 'libs.a': ['reg.o', 's.o'] };
        writeCObjects(at(), { compiler, archiver, sources, archives, flags: ['-ffunction-sections'] });
        const words = [`-fuse-ld=${short}`, '-Wl,-u,third,-u,reg_get,-u,use', 'main.o', 'libw.a', 'libs.a'];
        const options = ['--linker', id, '--provider', 'libs.a'];
        const trimmed = await trimAndLink(at(), { program: compiler, words, options });
        expect(trimmed.verdicts['libw.a(reg.o)']).toBe(verdict);
        expect(run(trimmed.after)).toBe(run(trimmed.before));
        if (verdict === 'dropped') return;
        // `verify` finds by itself what the planner overlooks.
        overlooked.add('constructor-order');
        try {
          const saved = ['--quiet', '--out-dir', 'bad', '--plan', 'bad.json', ...options];
          await runMain(['trim', ...saved, '--', compiler, ...words]);
          expect((await runMain(['verify', 'bad.json'])).out).toMatch(
            /destructors of .* their order changes/,
          );
        } finally {
          overlooked.delete('constructor-order');
        }
      },
      PATIENCE,
    );

/** Each unit twice on the line, by whole archives; the constructor of `reset` undoes what that of `add` did. */
const TOTAL = 'int total; int get_total(void){ return total; }';
const RESET =
  'extern int total; int reset(void){ return 1; } __attribute__((constructor)) static void c(void){ total = 1; }';
const ADD =
  'extern int total; int add(void){ return 2; } __attribute__((constructor)) static void c(void){ total += 10; }';
const PRINTS =
  '#include <stdio.h>\nint get_total(void); int main(void){ printf("%d\\n", get_total()); return 0; }';

const UNIT = (number: number) => `rt-0123456789abcdef.rt.${number}-cgu.0.rcgu.o`;

for (const [title, other, expected] of [
  ['A B A, where a unit of its crate keeps the second copy', UNIT(2), 'constructor-order'],
  ['A B', 's.o', 'dropped'],
])
  needsTool('ld.bfd', 'gcc', 'ar')(
    `constructors that ran as A B A B, and would as ${title}: ${expected}`,
    async ([, compiler, archiver]) => {
      const sources = {
        'main.o': PRINTS,
        'total.o': TOTAL,
        [UNIT(1)]: RESET,
        'add.o': ADD,
        [other]: 'int s;',
      };
      const archives = { 'libw.a': [UNIT(1), 'add.o'], 'libs.a': [UNIT(1), 'add.o', other] };
      writeCObjects(at(), { compiler, archiver, sources, archives });
      const whole = (path: string) => ['-Wl,--whole-archive', path, '-Wl,--no-whole-archive'];
      const both = [...whole('libw.a'), ...whole('libs.a')];
      const words = ['-fuse-ld=bfd', '-z', 'muldefs', 'main.o', 'total.o', ...both];
      const options = ['--linker', 'gnu-ld', '--provider', 'libw.a'];
      const trimmed = await trimAndLink(at(), { program: compiler, words, options });
      expect(trimmed.verdicts['libs.a(add.o)']).toBe(expected);
      expect([run(trimmed.before), run(trimmed.after)]).toEqual(['11\n', '11\n']);
      if (expected === 'dropped') return;
      overlooked.add('constructor-order');
      try {
        const saved = ['--quiet', '--out-dir', 'bad', '--plan', 'bad.json', ...options];
        await runMain(['trim', ...saved, '--', compiler, ...words]);
        expect((await runMain(['verify', 'bad.json'])).out).toMatch(/constructors of .* their order changes/);
      } finally {
        overlooked.delete('constructor-order');
      }
    },
    PATIENCE,
  );
