import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { writeGnuArchive } from '../../test/builders/write-archive.js';
import { writeElf } from '../../test/builders/write-elf.js';
import { folderState } from '../../test/folder-state.js';
import { runMain } from '../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';
import { temporaryFor } from '../emit/temporary.js';
import { type NotedMember, readNotation } from '../link/notation/notation-text.js';

/** Empty environments, other processes, kills, and lines of a megabyte: the program is run as it is built. */

const ROOT = join(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'bin/ardedup.js');
const run = promisify(execFile);

const at = useFolder((folder, context) => {
  if (!existsSync(join(ROOT, 'dist/cli.cjs'))) context.skip('not built: npm run build');
  copyFounding('elf', folder, FOUNDING_FILES);
});

const TRIM = ['trim', '--provider', 'libstdlib.a', '--out-dir', 'out', '--plan', 'out.json'];
const LINE = ['main.o', 'libext_http.a', 'libstdlib.a'];

describe('surroundings', () => {
  test('an empty environment, without PATH and HOME, changes nothing', () => {
    const outcomes = [process.env, {}].map((env) => {
      rmSync(at('out'), { recursive: true, force: true });
      const words = [PROGRAM, ...TRIM, ...LINE];
      const { status, stdout, stderr } = spawnSync(process.execPath, words, {
        cwd: at(),
        env,
        encoding: 'utf8',
      });
      return { status, stdout, stderr, state: folderState(at()) };
    });
    expect(outcomes[0].stdout).toContain('dropped 1 of 2 members');
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  /** A shell's command, in which `run` is the program. Windows has no such shell. */
  const shell = (script: string) => {
    const command = `run() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${script}`;
    const ran = spawnSync('/bin/sh', ['-c', command], { cwd: at(), encoding: 'utf8', input: '' });
    return [ran.status, ran.stdout, ran.stderr];
  };

  test.skipIf(process.platform === 'win32')('a working folder that is gone', () => {
    const from = (words: string) => shell(`mkdir gone; cd gone; rmdir ../gone; run ${words}`);
    const line = LINE.map((name) => at(name)).join(' ');
    expect(from(`check -q ${line}`)).toEqual([1, expect.stringContaining('can drop 1 of 2 members'), '']);
    const isGone = 'ardedup: the working folder no longer exists\n';
    expect(from(`trim --out-dir out ${line}`)).toEqual([2, '', isGone]);
    expect(from(`check main.o`)).toEqual([2, '', 'ardedup: main.o: no such file\n']);
  });

  test.skipIf(process.platform === 'win32')('fewer open files than our own are, one clear line', () => {
    const refused = 'ardedup: EMFILE: too many open files';
    const outcomes = [24, 28, 32, 36, 64].map((files) =>
      shell(`ulimit -n ${files}; run check -q ${LINE.join(' ')}`),
    );
    for (const [status, out, error] of outcomes)
      if (status === 2) expect([out, error]).toEqual(['', expect.stringMatching(`^${refused}[^\n]*\n$`)]);
      else expect([status, error]).toEqual([1, '']);
    expect(outcomes.at(-1)?.[0]).toBe(1);
  });

  test.skipIf(process.platform !== 'linux')('a word that is not UTF-8 is named by its bytes', () => {
    expect(shell(`run check main.o "$(printf 'lib\\377\\033.a')"`)).toEqual([
      2,
      '',
      'ardedup: lib\\xff\\x1b.a: is not UTF-8; rename the file, or pass a symbolic link to it\n',
    ]);
  });

  test('eight runs at once into one folder: what is there is whole, and nothing else is there', async () => {
    execFileSync(process.execPath, [PROGRAM, ...TRIM, ...LINE], { cwd: at() });
    const alone = folderState(at());
    await Promise.all(
      Array.from({ length: 8 }, () => run(process.execPath, [PROGRAM, ...TRIM, ...LINE], { cwd: at() })),
    );
    expect(folderState(at())).toEqual(alone);
  });

  test('two archives of one name in two folders have an output each', async () => {
    for (const name of ['a', 'b']) {
      mkdirSync(at(name));
      cpSync(at('libext_http.a'), at(`${name}/libfoo.a`));
    }
    const line = [at('main.o'), at('a/libfoo.a'), at('b/libfoo.a'), at('libstdlib.a')];
    const ran = await runMain([
      'trim',
      '--provider',
      at('libstdlib.a'),
      '--out-dir',
      at('out'),
      '--quiet',
      ...line,
    ]);
    expect(ran).toMatchObject({ exitCode: 0, error: '' });
    expect(readdirSync(at('out')).sort()).toEqual(['libfoo-2.a', 'libfoo.a']);
  });

  test('killed at any moment it changes no input, and the next run leaves nothing of it', async () => {
    const inputs = folderState(at());
    for (let delay = 20; delay <= 300; delay += 40) {
      const child = spawn(process.execPath, [PROGRAM, ...TRIM, ...LINE], { cwd: at(), stdio: 'ignore' });
      const ended = new Promise((done) => child.on('exit', done));
      await new Promise((done) => setTimeout(done, delay));
      child.kill('SIGKILL');
      await ended;
      for (const [name, digest] of Object.entries(inputs)) expect(folderState(at())[name]).toBe(digest);
    }
    const gone = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' });
    const half = temporaryOf('libext_http.a', Number(gone.stdout));
    const beingWritten = temporaryOf('libext_http.a', process.pid);
    mkdirSync(at('out'), { recursive: true });
    for (const name of [half, beingWritten]) writeFileSync(join(at('out'), name), 'not yet whole');
    execFileSync(process.execPath, [PROGRAM, ...TRIM, ...LINE], { cwd: at() });
    expect(readdirSync(at('out')).sort()).toEqual([beingWritten, 'libext_http.a']);
  });

  test.skipIf(process.platform === 'win32')(
    'Ctrl-C while it writes: it ends by the signal, and leaves nothing half',
    async () => {
      const size = 48 << 20;
      const header = Buffer.from(`${'ballast/'.padEnd(48)}${String(size).padEnd(10)}\`\n`);
      appendFileSync(at('libext_http.a'), Buffer.concat([header, Buffer.alloc(size)]));
      const isWriting = () =>
        existsSync(at('out')) && readdirSync(at('out')).some((name) => name.endsWith('.tmp'));
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const child = spawn(process.execPath, [PROGRAM, ...TRIM, ...LINE], { cwd: at(), stdio: 'ignore' });
        const ended = new Promise((done) => child.on('exit', (_, by) => done(by)));
        while (!isWriting() && child.exitCode === null) await new Promise((done) => setTimeout(done, 1));
        child.kill(signal);
        expect(await ended).toBe(signal);
        expect(isWriting()).toBe(false);
      }
    },
  );

  test('5,000 members with names of 200 bytes, and a line of a megabyte in a response file', async () => {
    const members = Array.from({ length: 5_000 }, (_, number) => {
      const data = writeElf(memberOf(`f${number}`), { member: number, firstSymbol: 0 });
      return { name: `${String(number).padStart(200, 'n')}.o`, data };
    });
    const index = Array.from({ length: 5_000 }, (_, number) => ({ name: `f${number}`, ordinal: number }));
    writeFileSync(at('main.o'), writeElf(memberOf('main', 'f7', 'f4999'), { member: 5_000, firstSymbol: 0 }));
    for (const name of ['libw.a', 'libs.a']) writeFileSync(at(name), writeGnuArchive(members, index));
    const wanted = Array.from({ length: 120_000 }, (_, number) => `-u f${number % 5_000}`);
    const line = `${wanted.join(' ')}\n${at('main.o')} ${at('libw.a')} ${at('libs.a')}\n`;
    expect(line.length).toBeGreaterThan(1_000_000);
    writeFileSync(at('line.rsp'), line);
    const options = ['--provider', at('libs.a'), '--out-dir', at('out'), '--quiet'];
    const ran = await runMain(['trim', ...options, `@${at('line.rsp')}`]);
    expect(ran.error).toBe('');
    expect(ran.out).toMatch(/^libw\.a: dropped 5,000 of 5,000 members/);
    // A process for each member would take minutes, and miss the limit of this test.
  }, 60_000);
});

const memberOf = (defined: string, ...referenced: string[]): NotedMember =>
  readNotation(`m.o:\n  T ${defined}\n${referenced.map((name) => `  U ${name}\n`).join('')}`).members[0];

/** The temporary name that a process uses for a file. */
const temporaryOf = (name: string, pid: number): string =>
  basename(temporaryFor(name)).replace(`-${process.pid}-`, `-${pid}-`);
