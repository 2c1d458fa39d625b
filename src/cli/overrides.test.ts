import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/* What a program replaces of a library by intention, where the line allows it or an owner says it. */

const at = useFolder(undefined, { enters: true });

const MAIN = `#include <stdio.h>
int use(void); int log_line(void) { return 7; } int main(void) { printf("%d", use()); return 0; }`;
const USE = 'int log_line(void); int use(void) { return log_line(); }';

function build(gcc: string, sources: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(`${name}.c`, text);
    execFileSync(gcc, ['-fno-builtin', '-c', `${name}.c`]);
  }
}

const archive = (ar: string, path: string, ...objects: string[]) =>
  execFileSync(ar, ['rcs', path, ...objects]);

const WHOLE = ['-Wl,--whole-archive', 'libs.a', '-Wl,--no-whole-archive'];

describe('with duplicates allowed', () => {
  const severities = async (...line: string[]) => {
    const { out } = await runMain([
      'check',
      '--format',
      'json',
      '--linker',
      'gnu-ld',
      ...line,
      '-z',
      'muldefs',
    ]);
    const { findings } = JSON.parse(out) as { findings: { kind: string; severity: string }[] };
    return findings.filter(({ kind }) => kind === 'name-collision').map(({ severity }) => severity);
  };

  needsTool('gcc', 'ar')(
    'an object that replaces a function is meant where its own is used',
    async ([gcc, ar]) => {
      build(gcc, { main: MAIN, use: USE, log: 'int log_line(void) { return 1; }' });
      archive(ar, 'libs.a', 'use.o', 'log.o');
      expect(await severities('main.o', '--whole-archive', 'libs.a')).toEqual(['note']);
      expect(await severities('--whole-archive', 'libs.a', '--no-whole-archive', 'main.o')).toEqual([
        'warning',
      ]);
    },
  );

  const ALLOCATOR = 'void *malloc(unsigned long n) { return (void *)n; } void free(void *p) {} ';

  needsTool('gcc', 'ar')('an allocator is meant where it replaces the whole family', async ([gcc, ar]) => {
    build(gcc, {
      main: 'void *malloc(unsigned long), *calloc(unsigned long, unsigned long); void free(void *); int libc(void); int main(void) { free(malloc(3)); free(calloc(1, 1)); return libc(); }',
      half: `${ALLOCATOR} int half;`,
      full: `${ALLOCATOR} void *calloc(unsigned long n, unsigned long m) { return malloc(n * m); }`,
      libc: `${ALLOCATOR} int libc(void) { return 0; } void *calloc(unsigned long n, unsigned long m) { return (void *)m; }`,
    });
    for (const name of ['half', 'full', 'libc']) archive(ar, `lib${name}.a`, `${name}.o`);
    expect(await severities('main.o', 'libfull.a', 'liblibc.a')).toEqual(['note']);
    expect(await severities('main.o', 'libhalf.a', 'liblibc.a')).toEqual(['warning']);
  });
});

describe('--owner with an object', () => {
  needsTool('gcc', 'ar')('drops the member that it replaces, and the link is strict', async ([gcc, ar]) => {
    build(gcc, { main: MAIN, use: USE, log: 'int log_line(void) { return 1; }' });
    archive(ar, 'libs.a', 'use.o', 'log.o');
    const line = ['main.o', ...WHOLE];
    expect(spawnSync(gcc, line, { encoding: 'utf8' }).stderr).toMatch(/multiple definition of .log_line/);
    const options = ['--owner', 'log_line=main.o', '--out-dir', 'out', '--plan', 'plan.json'];
    expect(await runMain(['trim', '-q', ...options, ...line])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('dropped 1 of 2 members (log.o)'),
    });
    expect(await runMain(['verify', 'plan.json'])).toMatchObject({ exitCode: 0 });
    const { members, ownership } = JSON.parse(readFileSync('plan.json', 'utf8'));
    expect(ownership).toEqual([{ pattern: 'log_line', archive: 'main.o' }]);
    expect(members[1]).toMatchObject({ decision: 'drop', evidence: 'declared', twin: { name: 'main.o' } });
    execFileSync(gcc, [
      'main.o',
      '-Wl,--whole-archive',
      'out/libs.a',
      '-Wl,--no-whole-archive',
      '-o',
      'program',
    ]);
    expect(execFileSync(at('program'), { encoding: 'utf8' })).toBe('7');
  });

  needsTool('gcc', 'ar')('drops nothing that defines more, and says what no rule fits', async ([gcc, ar]) => {
    build(gcc, {
      main: MAIN,
      use: 'int log_line(void), log_level(void); int use(void) { return log_line() + log_level(); }',
      log: 'int log_line(void) { return 1; } int log_level(void) { return 2; }',
    });
    archive(ar, 'libs.a', 'use.o', 'log.o');
    const kept = await runMain(['check', '-q', '--owner', 'log_line=main.o', 'main.o', ...WHOLE]);
    expect(kept.out).toContain('log.o (without it a reference has no definition)');
    const idle = await runMain(['check', '--owner', 'log_file=main.o', 'main.o', ...WHOLE]);
    expect(idle).toMatchObject({
      exitCode: 2,
      error: 'ardedup: --owner log_file: main.o has no such crate, and defines no such symbol\n',
    });
  });
});

test('an owner that is not on the line is an error', async () => {
  writeFileSync('empty.a', '!<arch>\n');
  const { exitCode, error } = await runMain(['check', '--owner', 'f=none.o', 'empty.a']);
  expect(exitCode).toBe(2);
  expect(error).toContain('--owner none.o: not an archive or object on the link line');
});

test('a provider that is there, but not on the line, is to be listed', async () => {
  writeFileSync('empty.a', '!<arch>\n');
  writeFileSync('keeper.a', '!<arch>\n');
  const { exitCode, error } = await runMain(['check', '--provider', 'keeper.a', 'empty.a']);
  expect([exitCode, error]).toEqual([
    2,
    'ardedup: --provider keeper.a: not an archive on the link line; add it to the line\n',
  ]);
});
