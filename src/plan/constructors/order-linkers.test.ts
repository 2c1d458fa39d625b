import { execFileSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * Real programs that print what their constructors saw. `reg.o` and `use.o` are in libw.a, in this order, and libs.a,
 * which is the provider, has a copy of reg.o: without libw.a's, it is loaded after use.o.
 */

const at = useFolder(undefined, { enters: true });

const MAIN =
  '#include <stdio.h>\nint reg_get(void), use(void); int main(void){ printf("%d %d\\n", use(), reg_get()); int third(void); return third(); }';

/** A case, with the reason why libw.a(reg.o) is kept, or `dropped`. */
interface Case {
  readonly reg: string;
  readonly use: string;
  readonly verdict: string;
  /** Of a third unit, in libw.a. */
  readonly third?: string;
}

const REG = 'static int ready; int reg_get(void){ return ready; }';
const USE = 'static int seen; int use(void){ return seen; }';
const INIT = '__attribute__((constructor)) static void';
const FINI = '__attribute__((destructor)) static void';

const CASES: Readonly<Record<string, Case>> = {
  'one reads what the other writes': {
    reg: `${REG} ${INIT} up(void){ ready = 42; }`,
    use: `int reg_get(void); static int seen; int use(void){ return seen; } ${INIT} boot(void){ seen = reg_get(); }`,
    verdict: 'constructor-order',
  },
  'each writes its own state': {
    reg: `${REG} ${INIT} up(void){ ready = 42; }`,
    use: `${USE} ${INIT} boot(void){ seen = 7; }`,
    verdict: 'dropped',
  },
  'a function of the same file calls the other unit, its constructor does not': {
    reg: `${REG} ${INIT} up(void){ ready = 42; }`,
    use: `int reg_get(void); static int seen; int use(void){ return seen + reg_get(); } ${INIT} boot(void){ seen = 7; }`,
    verdict: 'dropped',
  },
  'one has a priority': {
    reg: `${REG} __attribute__((constructor(200))) static void up(void){ ready = 42; }`,
    use: `int reg_get(void); static int seen; int use(void){ return seen; } ${INIT} boot(void){ seen = reg_get(); }`,
    verdict: 'dropped',
  },
  'both print': {
    reg: `#include <stdio.h>\n${REG} ${INIT} up(void){ puts("reg"); }`,
    use: `#include <stdio.h>\n${USE} ${INIT} boot(void){ puts("use"); }`,
    verdict: 'constructor-order',
  },
  'one prints, the other allocates and reads the environment': {
    reg: `#include <stdlib.h>\nstatic char *ready; int reg_get(void){ return ready != 0; } ${INIT} up(void){ ready = malloc(9); if (getenv("NO_SUCH_VARIABLE")) free(ready); }`,
    use: `#include <stdio.h>\n${USE} ${INIT} boot(void){ puts("use"); }`,
    verdict: 'dropped',
  },
  'destructors print': {
    reg: `#include <stdio.h>\n${REG} ${FINI} down(void){ puts("reg"); }`,
    use: `#include <stdio.h>\n${USE} ${FINI} halt(void){ puts("use"); }`,
    verdict: 'constructor-order',
  },
  'destructors that write their own state': {
    reg: `${REG} ${FINI} down(void){ ready = 0; }`,
    use: `${USE} ${FINI} halt(void){ seen = 0; }`,
    verdict: 'dropped',
  },
  'the program stores a pointer to the function of the other unit, which a destructor calls': {
    reg: `${REG} ${FINI} down(void){ ready = 0; }`,
    use: `#include <stdio.h>\n${USE} int (*at_end)(void); ${FINI} halt(void){ printf("%d\\n", at_end ? at_end() : -1); }`,
    third: 'int reg_get(void); extern int (*at_end)(void); int third(void){ at_end = reg_get; return 0; }',
    verdict: 'constructor-order',
  },
  'a third constructor hands over a pointer to the function of the other unit': {
    reg: `${REG} ${INIT} up(void){ ready = 42; }`,
    use: `static int seen; int (*hook)(void); int use(void){ return seen; } ${INIT} boot(void){ seen = hook ? hook() : -1; }`,
    third: `int reg_get(void); extern int (*hook)(void); int third(void){ return 0; } ${INIT} hand(void){ hook = reg_get; }`,
    verdict: 'constructor-order',
  },
};

/** All cases on two linkers, the first of them on the others: they differ in the order alone. */
const LINKERS = [
  ['bfd', 'gnu-ld', Object.entries(CASES)],
  ['lld', 'lld', Object.entries(CASES)],
  ['gold', 'gold', Object.entries(CASES).slice(0, 2)],
  ['mold', 'mold', Object.entries(CASES).slice(0, 2)],
] as const;

const runs = (path: string): string => execFileSync(path, { encoding: 'utf8' });

describe.each(LINKERS)('%s', (name, id, cases) => {
  const check = async (compiler: string, archiver: string, title: string, one: Case) => {
    const { reg, use, third = 'int third(void){ return 0; }', verdict } = one;
    const sources = { 'main.o': MAIN, 'third.o': third, 'reg.o': reg, 'use.o': use, 's.o': 'int s;' };
    const archives = { 'libw.a': ['third.o', 'reg.o', 'use.o'], 'libs.a': ['reg.o', 's.o'] };
    writeCObjects(at(), { compiler, archiver, sources, archives });
    const { verdicts, before, after } = await trimAndLink(at(), {
      program: compiler,
      words: [`-fuse-ld=${name}`, '-Wl,-u,third,-u,reg_get', 'main.o', 'libw.a', 'libs.a'],
      options: ['--linker', id, '--provider', 'libs.a'],
    });
    expect(verdicts['libw.a(reg.o)'], title).toBe(verdict);
    expect(runs(after), title).toBe(runs(before));
  };
  const title = 'constructors run in their order, or are independent';
  const body = async ([, compiler, archiver]: string[]) => {
    for (const [what, one] of cases) await check(compiler, archiver, what, one);
  };
  needsTool(`ld.${name}`, 'gcc', 'ar')(title, body, 120_000);
});
