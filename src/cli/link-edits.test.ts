import { execFileSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';

/** The edit–link cycle: an object of the user's is compiled again and again, and the archives stay. */

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
});

const DECLARED = 'int w(void), f(void), g(void);';
const BODY = `${DECLARED} int main(void) { return w() + f(); }`;

/** Changes of a source file, and whether a plan depends on them. */
const EDITS: readonly (readonly [title: string, source: string, isNewPlan: boolean])[] = [
  ['as it was planned', BODY, true],
  ['a constant', `${DECLARED} int main(void) { return w() + f() + 4000; }`, false],
  [
    'a longer function, and a string',
    `${DECLARED} int main(void) { return w() * f() + w() + ""[0] * 7; }`,
    false,
  ],
  [
    'a static function',
    `${DECLARED} static int own(int a) { return a * a; } int main(int a) { return own(a) + w() + f(); }`,
    false,
  ],
  ['another reference', `${DECLARED} int main(void) { return w() + f() + g(); }`, true],
  [
    'a weak reference',
    `${DECLARED} extern int g(void) __attribute__((weak)); int main(void) { return w() + f() + !g; }`,
    true,
  ],
  ['a definition that a member has', `${BODY} __attribute__((weak)) int g(void) { return 5; }`, true],
  ['a constructor', `${BODY} __attribute__((constructor)) static void early(void) {}`, true],
  ['state', `${BODY} int counter = 1;`, true],
  ['more state of the name', `${BODY} long counter = 1;`, true],
  ['a common symbol', `${BODY} int common __attribute__((common));`, true],
  ['a registry', `${BODY} __attribute__((section("table"), used)) static int entry = 1;`, true],
  ['hidden visibility', `${BODY} __attribute__((visibility("hidden"))) int quiet(void) { return 1; }`, true],
  ['as it was first', BODY, false],
];

needsTool('gcc', 'ar')(
  'an edit that changes no interface makes no new plan, and an archive is written once',
  async ([gcc, ar]) => {
    const run = (program: string, ...words: string[]) => execFileSync(program, words, { cwd: at() });
    writeFileSync(at('rt.c'), 'int f(void) { return 1; } int g(void) { return 2; }\n');
    writeFileSync(at('w.c'), 'int f(void); int w(void) { return f() + 10; }\n');
    run(gcc, '-c', 'w.c', 'rt.c');
    run(ar, 'rcs', 'libw.a', 'w.o', 'rt.o');
    run(ar, 'rcs', 'libs.a', 'rt.o');
    for (const name of ['libw.a', 'libs.a']) utimesSync(at(name), 1e9, 1e9);
    const found: [string, string, boolean][] = [];
    let archives: unknown;
    for (const [title, source] of EDITS) {
      writeFileSync(at('main.c'), source);
      run(gcc, '-c', 'main.c');
      const before = plans().length;
      const words = [
        'link',
        '--strict',
        '--verbose',
        '--provider',
        'libs.a',
        '--',
        gcc,
        'main.o',
        'libw.a',
        'libs.a',
      ];
      const { code, error } = await runProgram(words, { cwd: at(), env: { ARDEDUP_CACHE_DIR: at('cache') } });
      expect([title, code, error]).toEqual([
        title,
        0,
        expect.stringContaining('libw.a: dropped 1 of 2 members'),
      ]);
      archives ??= folderState(at('cache/archives'));
      found.push([title, source, plans().length > before]);
    }
    // The last one is planned as the first was: its plan is there.
    expect(found).toEqual(EDITS);
    expect(folderState(at('cache/archives'))).toEqual(archives);
  },
  90_000,
);

function plans(): string[] {
  try {
    return readdirSync(at('cache/plans'));
  } catch {
    return [];
  }
}
