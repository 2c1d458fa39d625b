import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { endOf, isBuilt, PROGRAM, runProgram, startProgram } from '../../test/oracles/run-program.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

/**
 * How the wrapper treats the tool that it runs, and those who run it: asked of the built program with a tool of ours.
 */

const LINE = ['-o', 'program', 'main.o', 'libext_http.a', 'libstdlib.a'];

const options = () => ({ cwd: at(), env: { TMPDIR: at('tmp'), ARDEDUP_CACHE_DIR: at('cache') } });

const at = useFolder((folder, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
  mkdirSync(at('tmp'));
  copyFounding('elf', folder, FOUNDING_FILES);
});

/** A linker that says that it is GNU ld, and then does as told. */
function fakeLinker(script: string): string {
  writeFileSync(
    at('ld.bfd'),
    `#!/bin/sh\nulimit -c 0\ncase "$1" in --version) echo "GNU ld 2.40"; exit;; esac\n${script}\n`,
  );
  chmodSync(at('ld.bfd'), 0o755);
  return at('ld.bfd');
}

const link = (script: string, ...own: string[]) =>
  runProgram(['link', ...own, '--', fakeLinker(script), ...LINE], options());

/** Starts the wrapper, and waits until the tool has said something. */
async function startLink(script: string): Promise<ChildProcess> {
  const words = [PROGRAM, 'link', '--no-cache', '--', fakeLinker(script), ...LINE];
  const child = startProgram(process.execPath, words, options());
  await once(child.stdout!, 'readable');
  return child;
}

async function saying(child: ChildProcess, word: string): Promise<void> {
  for await (const text of child.stdout!.iterator({ destroyOnReturn: false }))
    if (String(text).includes(word)) return;
}

const leftOver = () => readdirSync(at('tmp'));

describe('status', () => {
  /** Many links at once, of one linker that does as its environment says. */
  const linkEach = (script: string, values: readonly (string | number)[]) => {
    const words = ['link', '--', fakeLinker(script), ...LINE];
    const { cwd, env } = options();
    return Promise.all(
      values.map((value) => runProgram(words, { cwd, env: { ...env, VALUE: String(value) } })),
    );
  };

  test('an exit code is ours', async () => {
    const codes = [0, 1, 2, 42, 126, 127, 128, 143, 255];
    const runs = await linkEach('exit $VALUE', codes);
    const error = (code: number) =>
      code === 0 ? '' : expect.stringMatching(/^ardedup: note: \S+ is libext_http\.a, trimmed\n$/);
    expect(runs).toEqual(codes.map((code) => ({ code, signal: null, out: '', error: error(code) })));
  });

  const deadly = Object.keys(constants.signals).filter(
    (name) => !/^SIG(CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|WINCH|IOT|POLL|UNUSED|STKFLT|INFO)$/.test(name),
  );
  test('death by a signal is ours', async () => {
    const runs = await linkEach(
      'kill -$VALUE $$',
      deadly.map((signal) => signal.slice(3)),
    );
    expect(runs.map(({ code, signal }) => [code, signal])).toEqual(deadly.map((signal) => [null, signal]));
  });

  test('a tool that is not there', async () => {
    const run = await runProgram(['link', '--', './no-such-ld', ...LINE], options());
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.error).toContain('no-such-ld');
  });

  test.each([
    ['a misspelt tool', 'nosuchcc', 'nosuchcc: no such program in PATH'],
    [
      'a command in quotes',
      'cc -o app main.o',
      'cc -o app main.o: no such program in PATH; a link command is not one argument: leave out the quotes around it',
    ],
  ])('%s', async (_, tool, message) => {
    const run = await runProgram(['link', '--', tool, ...LINE], options());
    expect(run).toMatchObject({ code: 2, out: '', error: `ardedup: ${message}\n` });
  });
});

test.skipIf(process.platform !== 'linux')('words that are not UTF-8 reach the tool byte for byte', () => {
  const tool = fakeLinker('printf "%s|" "$@"');
  const words = `"${process.execPath}" "${PROGRAM}" link -- ${tool}`;
  const script = `n=$(printf 'it'\\''s \\377.a'); ${words} -o "$n" main.o libext_http.a '' x.a`;
  const run = spawnSync('/bin/sh', ['-c', script], {
    cwd: at(),
    env: { ...process.env, ...options().env },
    encoding: 'latin1',
  });
  expect(run).toMatchObject({ status: 0, stdout: "-o|it's \xff.a|main.o|libext_http.a||x.a|" });
  expect(run.stderr).toMatch(
    /^ardedup: warning: linked unchanged: [^\n]*: an argument of the line is not UTF-8\n$/,
  );
  expect(leftOver()).toEqual([]);
});

describe('streams', () => {
  test('a hundred megabytes go through, in order', async () => {
    const child = startProgram(
      process.execPath,
      [PROGRAM, 'link', '--', fakeLinker('head -c 104857600 /dev/zero; echo end'), ...LINE],
      options(),
    );
    let size = 0;
    let last = '';
    child.stdout!.on('data', (bytes: Buffer) => {
      size += bytes.length;
      last = (last + bytes.subarray(-4).toString()).slice(-4);
    });
    const [code] = await once(child, 'close');
    expect([code, size, last]).toEqual([0, 104857604, 'end\n']);
  });

  test('output and errors keep their order where they go to one place', () => {
    fakeLinker('for n in 1 2 3 4 5; do echo out $n; echo error $n >&2; done');
    const { stdout } = spawnSync(
      '/bin/sh',
      ['-c', `"${process.execPath}" "${PROGRAM}" link -- ./ld.bfd ${LINE.join(' ')} 2>&1`],
      { cwd: at(), env: { ...process.env, ...options().env }, encoding: 'utf8' },
    );
    expect(stdout).toBe([1, 2, 3, 4, 5].map((n) => `out ${n}\nerror ${n}\n`).join(''));
  });

  test('what is written to us is read by the tool', async () => {
    const words = [PROGRAM, 'link', '--', fakeLinker('cat'), ...LINE];
    const child = startProgram(process.execPath, words, options());
    child.stdin!.end('from outside');
    expect(await endOf(child)).toMatchObject({ code: 0, out: 'from outside' });
  });

  test('a process that the tool leaves behind holds its pipe, and not us', async () => {
    const child = startProgram(
      process.execPath,
      [PROGRAM, 'link', '--', fakeLinker('sleep 300 & echo $!; exit 7'), ...LINE],
      options(),
    );
    const run = await endOf(child, 'exit');
    process.kill(Number(run.out), 'SIGKILL');
    expect(run).toMatchObject({ code: 7, signal: null });
  });

  test('no reader of our warning: the status is the tool’s', () => {
    fakeLinker('exit 5');
    writeFileSync(at('libstdlib.a'), '!<arch>\nbroken');
    const script = `{ sleep 1; "${process.execPath}" "${PROGRAM}" link -- ./ld.bfd ${LINE.join(' ')}; echo $? > status; } 2>&1 | true`;
    spawnSync('/bin/sh', ['-c', script], { cwd: at(), env: { ...process.env, ...options().env } });
    expect(readFileSync(at('status'), 'utf8')).toBe('5\n');
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s is forwarded once', async (signal) => {
    const child = await startLink(
      `trap 'echo got' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; [ -e stop ] && exit 9; done`,
    );
    child.kill(signal);
    await saying(child, 'got');
    writeFileSync(at('stop'), '');
    const run = await endOf(child);
    expect(run).toMatchObject({ code: 9, signal: null });
    expect(leftOver()).toEqual([]);
  });

  test('a signal that ends the tool ends us, and all that the tool started', async () => {
    const child = await startLink('sleep 300 & echo $! > sleeper; echo ready; wait');
    child.kill('SIGTERM');
    expect(await endOf(child)).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(isRunning(Number(readFileSync(at('sleeper'), 'utf8')))).toBe(false);
    expect(leftOver()).toEqual([]);
  });

  test('a tool that ignores the first is killed by the second', async () => {
    const child = await startLink(`trap 'echo ignored' TERM; echo ready; while :; do sleep 0.05; done`);
    child.kill('SIGTERM');
    await saying(child, 'ignored');
    child.kill('SIGTERM');
    expect(await endOf(child)).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(leftOver()).toEqual([]);
  });

  test('what a killed run left is taken away by the next, and what a live one has is not', async () => {
    const live = await startLink('echo ready; while :; do sleep 0.05; [ -e stop ] && exit; done');
    const dead = await startLink(
      'echo $$ > linker; echo ready; while :; do sleep 0.05; [ -e stop ] && exit; done',
    );
    expect(leftOver()).toHaveLength(2);
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    expect(await link('exit 0', '--no-cache')).toMatchObject({ code: 0 });
    expect(leftOver()).toHaveLength(1);
    writeFileSync(at('stop'), '');
    await endOf(live);
    expect(leftOver()).toEqual([]);
    // The linker of the killed run searches for the file, too, before the folder is removed.
    await vi.waitUntil(() => !isRunning(Number(readFileSync(at('linker'), 'utf8'))));
  });
});

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    // A dead child of a process that is gone may wait for init to look at it.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
