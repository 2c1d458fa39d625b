import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';

/**
 * Environment of a link line that affects the link: which linker is found, variables, option files, the cache's owner.
 */

const SOURCES: Readonly<Record<string, string>> = {
  rt: 'int f(void) { return 1; } int g(void) { return 2; }',
  w: 'int f(void); int w(void) { return f() + 10; }',
  main: 'int w(void), f(void); int main(void) { return w() + f(); }',
};

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
  for (const [name, source] of Object.entries(SOURCES)) writeFileSync(at(`${name}.c`), `${source}\n`);
});

const run = (program: string, ...words: string[]): void => {
  execFileSync(program, words, { cwd: at() });
};

/** `libw.a` has w.o and a copy of `libs.a`'s rt.o. Older than what the cache takes for fresh. */
function build(gcc: string, ar: string): void {
  run(gcc, '-c', 'main.c', 'w.c', 'rt.c');
  run(ar, 'rcs', 'libw.a', 'w.o', 'rt.o');
  run(ar, 'rcs', 'libs.a', 'rt.o');
  for (const name of ['main.o', 'libw.a', 'libs.a']) utimesSync(at(name), 1e9, 1e9);
}

const DROPPED = 'libw.a: dropped 1 of 2 members';

const link = (words: readonly string[], env: NodeJS.ProcessEnv = {}, options: readonly string[] = []) =>
  runProgram(['link', '--verbose', '--provider', 'libs.a', ...options, '--', ...words], {
    cwd: at(),
    env: { ARDEDUP_CACHE_DIR: at('cache'), ...env },
  });

const GCC = ['gcc', 'ar'] as const;

describe('the linker that is found', () => {
  needsTool(
    ...GCC,
    'ld.lld-19|ld.lld',
    'ld.bfd',
  )('another one in PATH is another link', async ([gcc, ar, lld, bfd]) => {
    build(gcc, ar);
    for (const [folder, linker] of [
      ['lld', lld],
      ['bfd', bfd],
    ]) {
      mkdirSync(at(folder));
      symlinkSync(linker, at(`${folder}/ld`));
    }
    // LLD remembers f of an earlier archive; GNU ld does not come back to it, so it needs the copy in libw.a.
    const words = [gcc, 'main.o', 'libs.a', 'libw.a', '-o', 'program'];
    writeFileSync(at('main.c'), 'int w(void); int main(void) { return w(); }\n');
    run(gcc, '-c', 'main.c');
    const runs = [];
    for (const folder of ['lld', 'bfd', 'lld'])
      runs.push(await link(words, { PATH: `${at(folder)}${delimiter}${process.env.PATH}` }));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs.map(({ error }) => error.includes(DROPPED))).toEqual([true, false, true]);
  });

  needsTool(
    ...GCC,
    'ld.lld-19|ld.lld',
    'ld.bfd',
  )(
    'one that appears in a folder of -B, and what a script runs, is asked for again',
    async ([gcc, ar, lld, bfd]) => {
      writeFileSync(at('main.c'), 'int w(void); int main(void) { return w(); }\n');
      build(gcc, ar);
      mkdirSync(at('b'));
      const words = [gcc, `-B${at('b')}`, 'main.o', 'libs.a', 'libw.a', '-o', 'program'];
      const drops: boolean[] = [];
      const linkNow = async (): Promise<void> => {
        const { code, error } = await link(words);
        expect([code, error]).toEqual([0, error.includes(DROPPED) ? error : '']);
        drops.push(error.includes(DROPPED));
      };
      await linkNow();
      writeFileSync(at('b/ld'), `#!/bin/sh\nexec "$(cat ${at('b/which')})" "$@"\n`, { mode: 0o755 });
      // LLD is what its name says, and the script's is `ld`.
      for (const linker of [lld, bfd, lld]) {
        writeFileSync(at('b/which'), linker);
        await linkNow();
      }
      expect(drops).toEqual([false, true, false, true]);
    },
  );
});

describe('options of the environment and of files', () => {
  needsTool(
    'gcc',
    'ar',
    'clang-14|clang',
  )('clang: CCC_OVERRIDE_OPTIONS is not followed', async ([gcc, ar, clang]) => {
    build(gcc, ar);
    const env = { CCC_OVERRIDE_OPTIONS: '# +-Wl,-u,g' };
    const { code, error } = await link([clang, 'main.o', 'libw.a', 'libs.a', '-o', 'program'], env);
    expect([code, error]).toEqual([
      0,
      expect.stringContaining('variable CCC_OVERRIDE_OPTIONS changes the options'),
    ]);
  });

  needsTool(
    'gcc',
    'ar',
    'clang-14|clang',
  )('clang: a configuration file', async ([gcc, ar, clang]) => {
    build(gcc, ar);
    run(gcc, '-c', '-o', 'x.o', 'rt.c');
    run(ar, 'rcs', 'libx.a', 'x.o');
    const words = [clang, '--config', './my.cfg', 'main.o', 'libw.a', 'libs.a', '-o', 'program'];
    writeFileSync(at('my.cfg'), '# comment\n-O2 -L.\n');
    expect((await link(words)).error).toContain(DROPPED);
    writeFileSync(at('my.cfg'), '-Wl,--whole-archive -Wl,libx.a -Wl,--no-whole-archive\n');
    expect((await link(words)).error).toContain('my.cfg: adds options to the link that are not simulated');
  });

  needsTool(...GCC)('GCC: specs that add to the link', async ([gcc, ar]) => {
    build(gcc, ar);
    const words = [gcc, '-specs=./own.specs', 'main.o', 'libw.a', 'libs.a', '-o', 'program'];
    writeFileSync(at('own.specs'), '*link:\n+ %{!shared:-z now}\n\n');
    expect((await link(words)).error).toContain(DROPPED);
    writeFileSync(at('own.specs'), '*link:\n+ -u g\n\n');
    expect((await link(words)).error).toContain('own.specs: adds options to the link that are not simulated');
  });

  needsTool(
    'clang-14|clang',
    'llvm-lib-19|llvm-lib',
    'lld-link-19|lld-link',
  )('lld-link: LINK and _LINK_ are arguments', async ([clang, lib, linker]) => {
    const target = ['-target', 'x86_64-pc-windows-msvc', '-c'];
    writeFileSync(at('s.c'), 'int f(void) { return 1; }\n');
    run(clang, ...target, 'main.c', 'w.c', 'rt.c', 's.c');
    run(lib, '/out:libw.a', 'w.o', 'rt.o');
    run(lib, '/out:libs.a', 's.o');
    const words = [linker, '/entry:main', '/subsystem:console', 'main.o', 'libs.a', '/out:p.exe'];
    const env = { LINK: '"libw.a" /include:g', _LINK_: '/nodefaultlib' };
    const { code, out, error } = await link(words, env, ['--strict']);
    expect([code, out, error]).toEqual([0, '', '']);
    const printed = await link(words, env, ['--print']);
    expect(printed.out).toMatch(/ libw\.a \/include:g .* \/nodefaultlib\n$/);
  });
});

describe('the list of dependencies that a linker writes', () => {
  for (const linker of ['bfd', 'gold', 'lld', 'mold'])
    needsTool(...GCC, linker === 'mold' ? 'mold' : `ld.${linker}`)(
      `${linker}: names the originals`,
      async ([gcc, ar]) => {
        build(gcc, ar);
        const words = ['main.o', 'libw.a', 'libs.a', `-fuse-ld=${linker}`, '-o', 'program'];
        run(gcc, ...words, '-Wl,--dependency-file=plain.d');
        // Twice: planned, and remembered.
        for (const cache of ['a $dir, #1', 'a $dir, #1', 'off']) {
          const env = cache === 'off' ? { ARDEDUP_CACHE: cache } : { ARDEDUP_CACHE_DIR: at(cache) };
          const { code, error } = await link([gcc, ...words, '-Wl,--dependency-file=ours.d'], env);
          expect([code, error]).toEqual([0, expect.stringContaining(DROPPED)]);
          expect(readFileSync(at('ours.d'), 'utf8')).toBe(readFileSync(at('plain.d'), 'utf8'));
        }
      },
    );

  needsTool(
    'clang-14|clang',
    'llvm-ar-19|llvm-ar',
    'ld64.lld-19|ld64.lld',
  )('ld64.lld: -dependency_info', async ([clang, ar, linker]) => {
    run(clang, '-target', 'arm64-apple-macos11', '-c', 'main.c', 'w.c', 'rt.c');
    run(ar, 'rcs', '--format=darwin', 'libw.a', 'w.o', 'rt.o');
    run(ar, 'rcs', '--format=darwin', 'libs.a', 'rt.o');
    const line = [
      '-arch',
      'arm64',
      '-platform_version',
      'macos',
      '11.0',
      '11.0',
      '-undefined',
      'dynamic_lookup',
    ];
    const words = [...line, 'main.o', 'libw.a', 'libs.a', '-o', 'program', '-dependency_info'];
    run(linker, ...words, 'plain.dat');
    const { code, error } = await link([linker, ...words, 'ours.dat']);
    expect([code, error]).toEqual([0, expect.stringContaining(DROPPED)]);
    // LLD sorts them by the path that it was given.
    const filesIn = (name: string) => readFileSync(at(name), 'latin1').split('\0').sort();
    expect(filesIn('ours.dat')).toEqual(filesIn('plain.dat'));
  });
});

describe('a path with a comma', () => {
  needsTool(...GCC)('goes to the linker undivided', async ([gcc, ar]) => {
    build(gcc, ar);
    for (const inputs of [
      ['-L.', '-Wl,-lw,-ls'],
      ['-Wl,-L.,-l,w,libs.a'],
      ['-Xlinker', 'libw.a', '-Wl,libs.a'],
    ])
      for (const cache of ['a,b', 'with "blank", \\']) {
        const words = [gcc, 'main.o', ...inputs, '-o', 'program'];
        const { code, error } = await link(words, { ARDEDUP_CACHE_DIR: at(cache) });
        expect([code, error]).toEqual([0, expect.stringContaining(DROPPED)]);
      }
  });
});

describe('the cache of another user', () => {
  needsTool(...GCC)('whatever the umask, no other user can write to ours', async ([gcc, ar]) => {
    build(gcc, ar);
    const umask = process.umask(0);
    await link([gcc, 'main.o', 'libw.a', 'libs.a', '-o', 'program']);
    process.umask(umask);
    const folders = ['cache', 'cache/lines', 'cache/plans'];
    expect(folders.map((folder) => statSync(at(folder)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
    const [line] = readdirSync(at('cache/lines'));
    expect(statSync(at(`cache/lines/${line}`)).mode & 0o777).toBe(0o600);
  });

  needsTool(...GCC)('one that others can write to is not used, with a warning', async ([gcc, ar]) => {
    build(gcc, ar);
    const words = [gcc, 'main.o', 'libw.a', 'libs.a', '-o', 'program'];
    for (const folder of ['cache', 'cache/lines']) {
      mkdirSync(at(folder), { recursive: true });
      chmodSync(at('cache'), 0o700);
      chmodSync(at(folder), 0o770);
      const { code, error } = await link(words);
      expect([code, error]).toEqual([0, expect.stringContaining(`${folder}: can be written by other users`)]);
      expect(error).toContain(DROPPED);
      expect(existsSync(at('cache/plans'))).toBe(false);
    }
  });

  needsTool(...GCC)('an entry that another user may have written is a miss', async ([gcc, ar]) => {
    build(gcc, ar);
    const words = [gcc, 'main.o', 'libw.a', 'libs.a', '-o', 'program'];
    await link(words);
    const [line] = readdirSync(at('cache/lines'));
    chmodSync(at(`cache/lines/${line}`), 0o666);
    expect((await link(words)).code).toBe(0);
    // It was written again, for its user alone.
    expect(statSync(at(`cache/lines/${line}`)).mode & 0o777).toBe(0o600);
  });
});

test('a generic lld is the linker that its first arguments name', async () => {
  // Its program is looked for by its name: a script that says what it was asked for.
  writeFileSync(at('lld'), '#!/bin/sh\necho "$@" >> asked\necho "LLD 19.1.7"\n', { mode: 0o755 });
  writeFileSync(at('main.o'), '');
  writeFileSync(at('libw.a'), '!<arch>\n');
  const flavours = [['gnu'], ['darwin', '-arch', 'arm64'], ['link'], ['wasm']];
  for (const flavour of flavours) await link(['./lld', '-flavor', ...flavour, 'libw.a'], {}, ['--strict']);
  const asked = readFileSync(at('asked'), 'utf8').split('\n');
  for (const [name] of flavours) expect(asked).toContain(`-flavor ${name} --version`);
});
