import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';

/** Libraries that only the driver knows how to find, between a member and its twin. */

const SOURCES: Readonly<Record<string, string>> = {
  main: 'int wrap(void), own(void); int main(void) { return wrap() + own(); }',
  wrap: 'int unpack(void); int wrap(void) { return unpack(); }',
  own: 'int unpack(void); int own(void) { return unpack(); }',
  unpack: 'static int calls; int unpack(void) { return ++calls; }',
  other: 'int unpack(void) { return 40; }',
  none: 'int nothing;',
};

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
  for (const [name, source] of Object.entries(SOURCES)) writeFileSync(at(`${name}.c`), `${source}\n`);
});

/** `main.o libwrap.a -l<between> libown.a`, with both archives' copies of unpack.o, and a library elsewhere. */
function build(gcc: string, ar: string, between: string, source = between): void {
  const run = (program: string, ...words: string[]) => execFileSync(program, words, { cwd: at() });
  run('mkdir', '-p', 'elsewhere');
  run(gcc, '-c', 'main.c', 'wrap.c', 'own.c', 'unpack.c');
  run(ar, 'rcs', 'libwrap.a', 'wrap.o', 'unpack.o');
  run(ar, 'rcs', 'libown.a', 'own.o', 'unpack.o');
  run(gcc, '-shared', '-fPIC', '-o', `elsewhere/lib${between}.so`, `${source}.c`);
}

const link = (gcc: string, between: string, env: NodeJS.ProcessEnv) =>
  runProgram(
    [
      'link',
      '--no-cache',
      '--plan',
      'plan.json',
      '--provider',
      'libown.a',
      '--',
      gcc,
      '-o',
      'program',
    ].concat('main.o', 'libwrap.a', `-l${between}`, 'libown.a'),
    { cwd: at(), env },
  );

const decisions = () => {
  const { members } = JSON.parse(readFileSync(at('plan.json'), 'utf8'));
  return members.flatMap((one: { name: string; reason?: string; decision: string }) =>
    one.name === 'unpack.o' ? [one.reason ?? one.decision] : [],
  );
};

/** 1 + 2: both halves count with one counter. */
const runs = (env: NodeJS.ProcessEnv) => spawnSync(at('program'), { env: { ...process.env, ...env } }).status;

needsTool('gcc', 'ar')('one that has the name is read, and the copy before it stays', async ([gcc, ar]) => {
  build(gcc, ar, 'other');
  const env = { LIBRARY_PATH: at('elsewhere'), LD_LIBRARY_PATH: at('elsewhere') };
  const { code, error } = await link(gcc, 'other', env);
  expect([code, error]).toEqual([0, '']);
  expect(decisions()).toEqual(['binding-moves', 'owner']);
  expect(runs(env)).toBe(3);
});

needsTool('gcc', 'ar')('one that has nothing of it is read, and the copy goes', async ([gcc, ar]) => {
  build(gcc, ar, 'none');
  const env = { LIBRARY_PATH: at('elsewhere'), LD_LIBRARY_PATH: at('elsewhere') };
  const { code, error } = await link(gcc, 'none', env);
  expect([code, error]).toEqual([0, '']);
  expect(decisions()).toEqual(['drop', 'owner']);
  expect(runs(env)).toBe(3);
});

needsTool('gcc', 'ar')('another folder of the environment is another link', async ([gcc, ar]) => {
  build(gcc, ar, 'some', 'none');
  const words = ['-o', 'program', 'main.o', 'libwrap.a', '-lsome', 'libown.a'];
  const run = (folder: string) =>
    runProgram(['link', '--verbose', '--provider', 'libown.a', '--', gcc, ...words], {
      cwd: at(),
      env: { ARDEDUP_CACHE_DIR: at('cache'), LIBRARY_PATH: at(folder) },
    });
  expect((await run('elsewhere')).error).toContain('libwrap.a: dropped 1 of 2');
  expect((await run('elsewhere')).error).toContain('libwrap.a: dropped 1 of 2');
  execFileSync('mkdir', ['other'], { cwd: at() });
  execFileSync(gcc, ['-shared', '-fPIC', '-o', 'other/libsome.so', 'other.c'], { cwd: at() });
  expect((await run('other')).error).not.toContain('libwrap.a: dropped');
});

needsTool('gcc', 'ar')('one that is not found is in the way', async ([gcc, ar]) => {
  build(gcc, ar, 'none');
  const { code } = await link(gcc, 'none', {});
  expect(code).not.toBe(0);
  expect(decisions()).toEqual(['unread-library', 'owner']);
});

const EXPORTS = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
const COPY = `std-fedcba9876543210.${EXPORTS}.rcgu.o`;

needsTool('gcc', 'ar')(
  'what the driver adds is read: libc calls the program’s function',
  async ([gcc, ar]) => {
    const run = (program: string, ...words: string[]) => execFileSync(program, words, { cwd: at() });
    const compile = (name: string, source: string) => {
      writeFileSync(at('source.c'), source);
      run(gcc, '-w', '-c', 'source.c', '-o', name);
    };
    const both = 'int f(void) { return 3; } char *getlogin(void) { return 0; }';
    compile('main.o', 'int f(void); int main(void) { return f(); }');
    for (const [copy, kept] of [
      ['int f(void) { return 3; }', true],
      [both, false],
    ] as const) {
      compile(EXPORTS, both);
      compile(COPY, copy);
      run('rm', '-f', 'libwrap.a', 'libown.a');
      run(ar, 'rcs', 'libwrap.a', EXPORTS);
      run(ar, 'rcs', 'libown.a', COPY);
      const words = ['main.o', 'libwrap.a', 'libown.a', '-o', 'program'];
      const args = [
        'link',
        '--no-cache',
        '--plan',
        'plan.json',
        '--provider',
        'libown.a',
        '--',
        gcc,
        ...words,
      ];
      const { code } = await runProgram(args, { cwd: at() });
      expect(code).toBe(0);
      const { archives } = JSON.parse(readFileSync(at('plan.json'), 'utf8'));
      const [wrap] = archives.filter(({ path }: { path: string }) => path.endsWith('libwrap.a'));
      expect(wrap.dropped).toBe(kept ? 0 : 1);
      // glibc defines getlogin, so the program exports its own.
      expect(run('nm', '-D', 'program').toString()).toContain(' getlogin');
    }
  },
);
