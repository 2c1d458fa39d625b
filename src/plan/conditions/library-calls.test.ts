import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { openLine } from '../../link/line/open-lines.js';
import { SymbolTableBuilder } from '../../symbols/table.js';
import { planTrim } from '../plan-trim.js';
import { libraryCalls } from './library-calls.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-lto-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('names that compilers call of their own accord', () => {
  test.each([
    'memcpy memmove memset memcmp bcmp strlen __memcpy_chk puts putchar sqrtf fmaxl powi sincos',
    '__muldi3 __udivmodti4 __floatuntidf __extendhfsf2 __truncdfhf2 __mulsc3 __popcountdi2 __powidf2 __bswapsi2',
    '__atomic_load_8 __sync_fetch_and_add_4 __aarch64_cas8_acq_rel __aeabi_uldivmod __stack_chk_fail _Unwind_Resume',
  ])('%s', (names) => {
    expect(called(names.split(' '))).toEqual(names.split(' '));
  });

  test('and others', () => {
    expect(
      called(['f', 'rt_hit', '_ZN3std2io5stdin17h0123456789abcdefE', 'tokio_run', 'malloc_stats']),
    ).toEqual([]);
  });

  function called(names: readonly string[]): string[] {
    const builder = new SymbolTableBuilder();
    const ids = names.map((name) => builder.names.internText(name));
    const symbols = builder.finish();
    const calls = libraryCalls({ archives: [], members: [], contents: [], symbols, format: 'elf' });
    return names.filter((_, at) => calls[ids[at]] === 1);
  }
});

const SOURCES = {
  'main.c': 'void say(const char *); void _start(void) { say("hello\\n"); for (;;); }',
  'say.c': 'int printf(const char *, ...); void say(const char *text) { printf(text); }',
  'printf.c': 'int printf(const char *text, ...) { return 0; }',
  'puts.c': 'int puts(const char *text) { return 0; }',
};

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)('a call that LTO makes finds no archive left of it, and the copy right of it stays', ([gcc, ar]) => {
  const run = (tool: string, ...words: string[]) => spawnSync(tool, words, { cwd: folder, encoding: 'utf8' });
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(folder, name), text);
  run(gcc, '-O2', '-flto', '-ffat-lto-objects', '-c', 'main.c', 'say.c');
  run(gcc, '-O2', '-fno-builtin', '-c', 'printf.c', 'puts.c');
  for (const archive of ['libw.a', 'libs.a']) run(ar, 'rcsD', archive, 'puts.o');
  const link = (...words: string[]) =>
    run(gcc, '-O2', '-flto', '-nostdlib', '-fuse-ld=bfd', '-o', 'out', ...words, 'printf.o');
  expect(link('libs.a', 'main.o', 'say.o', 'libw.a').stderr).not.toContain('undefined');
  expect(link('libs.a', 'main.o', 'say.o').stderr).toContain('undefined reference to `puts');
  const opened = openLine(
    ['libs.a', 'main.o', 'say.o', 'libw.a', 'printf.o'].map((name) => join(folder, name)),
  );
  try {
    const { verdicts } = planTrim(opened.inputs, opened.line, { providers: [0], linker: null });
    const codes = verdicts.map((verdict) =>
      verdict.kind === 'blocked' ? verdict.blocker.code : verdict.kind,
    );
    expect(codes).toContain('lto-call');
    expect(codes).not.toContain('drop');
  } finally {
    opened.close();
  }
});
