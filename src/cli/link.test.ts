import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { isBuilt, PROGRAM, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

/** The link wrapper in a build: what runs, with which words, and what is left of it. */

const LINE = ['-o', 'program', ...FOUNDING_FILES];
const DROPPED = 'libext_http.a: dropped 1 of 2 members';

const options = (env: NodeJS.ProcessEnv = {}) => ({
  cwd: at(),
  env: {
    TMPDIR: at('tmp'),
    ARDEDUP_CACHE_DIR: at('cache'),
    ARDEDUP_PROVIDER: 'libstdlib.a',
    ARDEDUP_VERBOSE: '1',
    ...env,
  },
});

const at = useFolder((folder, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
  mkdirSync(at('tmp'));
  copyFounding('elf', folder, FOUNDING_FILES);
  // Older than what the cache takes for fresh.
  for (const name of FOUNDING_FILES) utimesSync(at(name), 1e9, 1e9);
  tool('ld.bfd', 'GNU ld 2.40');
});

/** A linker that says what it is, and then its words, those of a response file too. */
function tool(name: string, version: string): void {
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; exit; fi\nfor word; do echo "$word"; case "$word" in @*) cat "\${word#@}";; esac; done\n`;
  writeFileSync(at(name), script);
  chmodSync(at(name), 0o755);
}

const link = (words: readonly string[], env?: NodeJS.ProcessEnv) =>
  runProgram(['link', '--', './ld.bfd', ...words], options(env));
const wordsOf = (out: string): string[] => out.split('\n').slice(0, -1);
const plansMade = () => readdirSync(at('cache/plans')).length;

describe('the line', () => {
  test('trimmed archives replace the originals', async () => {
    const { code, out, error } = await link(LINE);
    const [, , main, trimmed, stdlib] = wordsOf(out);
    expect(code).toBe(0);
    expect(error).toContain(DROPPED);
    expect([main, stdlib]).toEqual(['main.o', 'libstdlib.a']);
    expect(trimmed).toMatch(/cache\/archives\/[0-9a-f]{64}\/libext_http\.a$/);
    expect(readFileSync(trimmed).length).toBeLessThan(readFileSync(at('libext_http.a')).length);
    expect(readdirSync(at('tmp'))).toEqual([]);
  });

  test.each([
    ['ARDEDUP=off', { ARDEDUP: 'off' }, LINE],
    ['a link within a planned link', { ARDEDUP_INSIDE: '1' }, LINE],
    ['a line that asks something', {}, ['--help', ...LINE]],
    ['a partial link', {}, ['-r', ...LINE]],
    ['a line without archives', {}, ['-o', 'program', 'main.o']],
  ])('%s: the line as it is', async (_, env, words) => {
    const run = await link(words, env);
    expect([run.error, wordsOf(run.out)]).toEqual(['', words]);
  });

  test('when the linker fails, each trimmed archive in its messages is named by its library', async () => {
    writeFileSync(
      at('ld.bfd'),
      '#!/bin/sh\nif [ "$1" = --version ]; then echo "GNU ld 2.40"; exit; fi\necho "$4: undefined reference" >&2; exit 1\n',
    );
    const { code, error } = await link(LINE, { ARDEDUP_VERBOSE: '' });
    const [message, note, ...rest] = error.split('\n');
    const [, trimmed] = /^(\S+libext_http\.a): undefined reference$/.exec(message) ?? [];
    expect({ code, note, rest }).toEqual({
      code: 1,
      note: `ardedup: note: ${trimmed} is libext_http.a, trimmed`,
      rest: [''],
    });
    expect(trimmed).toContain(at('cache'));
  });

  test('compilations of a driver are passed on', async () => {
    cpSync(at('ld.bfd'), at('cc'));
    const words = ['-c', 'main.c', '-o', 'main.o', 'libstdlib.a'];
    const run = await runProgram(['link', '--', './cc', ...words], options());
    expect([run.error, wordsOf(run.out)]).toEqual(['', words]);
  });

  test('what came in a response file goes on in one', async () => {
    writeFileSync(at('line.rsp'), 'main.o "libext_http.a"\nlibstdlib.a -rpath "with blank"');
    const [first, ...words] = wordsOf((await link(['-o', 'program', '@line.rsp'])).out).slice(0);
    expect(first).toMatch(/^@.*\.rsp$/);
    expect(words.slice(0, 3)).toEqual(['-o', 'program', 'main.o']);
    expect(words.slice(4)).toEqual(['libstdlib.a', '-rpath', '"with blank"']);
    expect(readdirSync(at('tmp'))).toEqual([]);
  });

  test('a long line goes in a response file', async () => {
    const folders = Array.from({ length: 4000 }, (_, n) => `-L/some/where/that/has/a/long/name/${n}`);
    const [first, ...words] = wordsOf((await link([...LINE, ...folders])).out);
    expect(first).toMatch(/^@/);
    expect(words.slice(5)).toEqual(folders);
  });

  test('a line that cannot be planned is run as it is, with a warning', async () => {
    writeFileSync(at('libstdlib.a'), '!<arch>\nbroken');
    const run = await link(LINE);
    expect([run.code, wordsOf(run.out)]).toEqual([0, LINE]);
    expect(run.error).toMatch(/^ardedup: warning: linked unchanged: libstdlib\.a.*\n$/);
    const strict = await link(LINE, { ARDEDUP_STRICT: '1' });
    expect([strict.code, strict.out]).toEqual([2, '']);
  });

  test('sources on the line are no link that can be planned', async () => {
    cpSync(at('ld.bfd'), at('cc'));
    const words = ['main.c', 'libext_http.a', 'libstdlib.a'];
    const run = await runProgram(['link', '--', './cc', ...words], options());
    expect(run.error).toContain('main.c is compiled and linked in one command');
    expect(wordsOf(run.out)).toEqual(words);
  });

  test('--print prints what would be run, and runs nothing', async () => {
    writeFileSync(at('ld.bfd'), '#!/bin/sh\n[ "$1" = --version ] || touch ran\necho GNU ld 2.40\n');
    const run = await runProgram(['link', '--print', '--', './ld.bfd', ...LINE], options());
    expect(run.out).toMatch(/^\.\/ld\.bfd -o program main\.o \S+\/libext_http\.a libstdlib\.a\n$/);
    expect(readdirSync(at())).not.toContain('ran');
  });

  test('ARDEDUP_PLAN saves the plan, which verify proves', async () => {
    await link(LINE, { ARDEDUP_PLAN: 'plan.json' });
    const run = await runProgram(['verify', 'plan.json'], options());
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(at('plan.json'), 'utf8'))).toMatchObject({ linker: 'gnu-ld' });
  });

  test.each([
    ['ld.bfd', 'GNU ld (GNU Binutils) 2.40', 'gnu-ld'],
    ['ld', 'GNU gold (GNU Binutils 2.40) 1.16', 'gold'],
    ['ld.lld', 'Debian LLD 14.0.6 (compatible with GNU linkers)', 'lld-14'],
    ['ld.lld', 'LLD 22.1.0 (compatible with GNU linkers)', 'lld'],
    ['ld', 'mold 2.30.0 (compatible with GNU ld)', 'mold'],
    ['ld', 'Wild 0.8.0 (compatible with GNU linkers)', 'wild'],
    ['ld', 'Another linker 1.0', 'any'],
  ])('%s that says %s: the plan is for %s', async (name, version, linker) => {
    tool(name, version);
    await runProgram(['link', '--plan', 'plan.json', '--', `./${name}`, ...LINE], options());
    expect(JSON.parse(readFileSync(at('plan.json'), 'utf8'))).toMatchObject({ linker });
  });

  test.each([
    [['link', '--', './ld.bfd', ...LINE], { ARDEDUP_CACHE: 'maybe' }, 'ARDEDUP_CACHE'],
    [['link', '--cache-size', 'large', '--', './ld.bfd', ...LINE], {}, '--cache-size'],
    [['link', '--bogus', '--', './ld.bfd', ...LINE], {}, '--bogus'],
    [['link', './ld.bfd', ...LINE], {}, 'after --'],
  ])('bad use is told: %j', async (words, env, text) => {
    const run = await runProgram(words, options(env));
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.error).toContain(text);
    expect(run.error.split('\n').length).toBeLessThan(4);
  });
});

describe('under the name of a tool', () => {
  test('the next tool of the name in PATH runs; two installations do not call each other', async () => {
    for (const name of ['one', 'two']) mkdirSync(at(name));
    symlinkSync(PROGRAM, at('one/ld.bfd'));
    symlinkSync(PROGRAM, at('two/ardedup-ld.bfd'));
    const path = [at('one'), at('two'), at(), process.env.PATH].join(delimiter);
    for (const own of ['one/ld.bfd', 'two/ardedup-ld.bfd']) {
      const run = execFileSync(at(own), LINE, {
        cwd: at(),
        env: { ...process.env, ...options().env, ARDEDUP_VERBOSE: '', PATH: path },
        encoding: 'utf8',
      });
      expect(wordsOf(run)[3]).toContain('/cache/archives/');
    }
  });

  for (const name of ['gcc', 'clang-14|clang'])
    needsTool(name, 'ld')(
      `${name} that compiles and links at once gets us for its linker with -B`,
      ([driver]) => {
        mkdirSync(at('tools'));
        symlinkSync(PROGRAM, at('tools/ld'));
        cpSync(join(import.meta.dirname, '../../examples/make/main.c'), at('main.c'));
        const words = ['main.c', 'libext_http.a', 'libstdlib.a', '-o', 'program'];
        const build = (...more: string[]) =>
          execFileSync(driver, [...more, ...words], {
            ...options(),
            env: { ...process.env, ...options().env },
            stdio: 'pipe',
          });
        // Without us the copies clash.
        expect(() => build()).toThrow('multiple definition');
        build(`-B${at('tools')}`);
        expect(execFileSync(at('program'), { encoding: 'utf8' })).toBe('PASS\n');
        expect(plansMade()).toBe(1);
      },
    );

  test('ARDEDUP_REAL_… names the tool', async () => {
    symlinkSync(PROGRAM, at('wasm-ld'));
    const env = { ...process.env, ...options().env, ARDEDUP_REAL_WASM_LD: at('ld.bfd'), ARDEDUP: 'off' };
    expect(execFileSync(at('wasm-ld'), ['a', 'b'], { env, encoding: 'utf8' })).toBe('a\nb\n');
  });

  test('a script that leads back to us is found out', async () => {
    writeFileSync(at('ld.bfd'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" link -- "$0" "$@"\n`);
    const run = await link(['--help']);
    expect(run.code).toBe(2);
    expect(run.error).toContain('calls ardedup again and again');
  });
});

describe('the cache', () => {
  test('the same again is a hit, in words and bytes; another folder too', async () => {
    const first = await link(LINE);
    const state = folderState(at('cache/plans'));
    expect(await link(LINE)).toEqual(first);
    mkdirSync(at('elsewhere'));
    for (const name of [...FOUNDING_FILES, 'ld.bfd']) cpSync(at(name), at(`elsewhere/${name}`));
    const other = await runProgram(['link', '--', './ld.bfd', ...LINE], {
      ...options(),
      cwd: at('elsewhere'),
    });
    expect(other).toEqual(first);
    expect(folderState(at('cache/plans'))).toEqual(state);
    expect(plansMade()).toBe(1);
  });

  test('another linker, provider or content is a miss', async () => {
    await link(LINE);
    tool('ld.lld', 'LLD 22.1.0');
    await runProgram(['link', '--', './ld.lld', ...LINE], options());
    await link(LINE, { ARDEDUP_PROVIDER: 'libext_http.a' });
    tool('ld.bfd', 'GNU ld 2.41');
    await link(LINE);
    // The time in the header of a member.
    const archive = readFileSync(at('libstdlib.a'));
    archive.write('1', 8 + 16 + 11);
    writeFileSync(at('libstdlib.a'), archive);
    await link(LINE);
    expect(plansMade()).toBe(5);
    // Of an object a plan depends on the interface alone.
    appendFileSync(at('main.o'), '\0');
    await link(LINE);
    expect(plansMade()).toBe(5);
  });

  test.each([
    ['a library that is not found comes first', ['-lm'], []],
    ['a library that is not found came first', [], ['-lm']],
  ])('%s the same files: each archive is replaced by its own', async (_, before, after) => {
    // To GNU ld the library would be in the way.
    tool('ld.bfd', 'LLD 19.1.7 (compatible with GNU linkers)');
    await link([...before, ...LINE]);
    const words = wordsOf((await link([...after, ...LINE])).out);
    expect(words.toSpliced(after.length + 3, 1)).toEqual([...after, ...LINE].toSpliced(after.length + 3, 1));
    expect(words[after.length + 3]).toMatch(/archives\/.*\/libext_http\.a$/);
  });

  test('a library that is not found is in a group, or after it: two plans', async () => {
    const [main, ...archives] = LINE.slice(2);
    const trimmed = async (...words: string[]) =>
      wordsOf((await link(['-o', 'program', main, '--start-group', ...archives, ...words])).out).some(
        (word) => word.includes('/archives/'),
      );
    expect(await trimmed('--end-group', '-lnone')).toBe(true);
    expect(await trimmed('-lnone', '--end-group')).toBe(false);
  });

  test('the same files as members of --start-lib, and as objects, are two plans', async () => {
    tool('ld.lld', 'LLD 19.1.7 (compatible with GNU linkers)');
    const archives = LINE.slice(3);
    for (const objects of [['--start-lib', 'main.o', '--end-lib'], ['main.o']])
      await runProgram(['link', '--', './ld.lld', ...objects, ...archives], options());
    expect(plansMade()).toBe(2);
  });

  test('a provider by its path is the one of that path, whatever the files hold', async () => {
    for (const [folder, name] of [
      ['a', 'libstdlib.a'],
      ['b', 'libext_http.a'],
    ]) {
      mkdirSync(at(folder));
      cpSync(at(name), at(`${folder}/libx.a`));
      utimesSync(at(`${folder}/libx.a`), 1e9, 1e9);
    }
    const env = { ARDEDUP_PROVIDER: 'a/libx.a' };
    await link(['main.o', 'b/libx.a', 'a/libx.a'], env);
    cpSync(at('a/libx.a'), at('c'));
    cpSync(at('b/libx.a'), at('a/libx.a'));
    cpSync(at('c'), at('b/libx.a'));
    await link(['main.o', 'a/libx.a', 'b/libx.a'], env);
    expect(plansMade()).toBe(2);
  });

  test('a broken entry is a miss, and is mended', async () => {
    const first = await link(LINE);
    const [, , , trimmed] = wordsOf(first.out);
    const whole = readFileSync(trimmed);
    const broken = Buffer.from(whole);
    broken[broken.length - 1] ^= 1;
    for (const file of [trimmed, join(trimmed, '../plan.json')]) {
      const bytes = file === trimmed ? broken : Buffer.from('{');
      writeFileSync(file, bytes);
      expect(await link(LINE)).toEqual(first);
      expect(readFileSync(trimmed).equals(whole)).toBe(true);
    }
    for (const name of readdirSync(at('cache/lines'))) writeFileSync(at(`cache/lines/${name}`), '[]');
    expect(await link(LINE)).toEqual(first);
  });

  test('where the cache cannot be written the link is planned anyway', async () => {
    writeFileSync(at('cache'), 'of another user');
    const { code, out, error } = await link(LINE);
    expect(code).toBe(0);
    expect(wordsOf(out)[3]).toMatch(/\/archives\/libext_http\.a$/);
    const problem = `${at('cache')}: the folder cannot be made: a part of the path is not a folder`;
    expect(error).toContain(
      `ardedup: warning: planned without the cache: ${problem}; use --no-cache, or another folder with --cache-dir\n`,
    );
  });

  test('cache info says what is there, cache clear removes it and nothing else', async () => {
    await link(LINE);
    writeFileSync(at('cache/of-another-user'), '');
    const info = async () =>
      JSON.parse((await runProgram(['cache', 'info', '--format', 'json'], options())).out);
    expect(await info()).toMatchObject({ folder: at('cache'), plans: 1, lines: 1, snapshots: 2 });
    expect(await runProgram(['cache', 'clear'], options())).toMatchObject({ code: 0, out: '', error: '' });
    expect(await info()).toEqual({ folder: at('cache'), plans: 0, lines: 0, snapshots: 0, bytes: 0 });
    expect(readdirSync(at('cache'))).toEqual(['of-another-user']);
  });

  test('it loses what was used longest ago, and not what is in use', async () => {
    await link(LINE);
    const [old] = readdirSync(at('cache/plans'));
    utimesSync(at(`cache/plans/${old}`), 1e9, 1e9);
    await link(LINE, { ARDEDUP_CACHE_SIZE: '1k', ARDEDUP_PROVIDER: 'libext_http.a' });
    expect(readdirSync(at('cache/plans'))).toHaveLength(1);
    expect(readdirSync(at('cache/plans'))).not.toContain(old);
  });

  test('--no-cache keeps nothing', async () => {
    const run = await runProgram(['link', '--no-cache', '--', './ld.bfd', ...LINE], options());
    expect(run.error).toContain(DROPPED);
    expect(readdirSync(at())).not.toContain('cache');
    expect(readdirSync(at('tmp'))).toEqual([]);
  });

  needsTool('cc')(
    'sixteen links at once: all right, and nothing is left over',
    async ([cc]) => {
      const names = Array.from({ length: 16 }, (_, n) => `program${n % 4}`);
      const runs = await Promise.all(
        names.map((name) => runProgram(['link', '--', cc, '-o', name, ...FOUNDING_FILES], options())),
      );
      expect(runs.map(({ code, error }) => [code, error.includes(DROPPED)])).toEqual(
        names.map(() => [0, true]),
      );
      for (const name of names) expect(execFileSync(at(name), { encoding: 'utf8' })).toBe('PASS\n');
      expect(plansMade()).toBe(1);
      expect(readdirSync(at('tmp'))).toEqual([]);
      const files = readdirSync(at(), { recursive: true, encoding: 'utf8' });
      expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
    120_000,
  );
});
