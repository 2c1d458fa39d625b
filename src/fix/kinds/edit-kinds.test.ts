import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { type FixReport, fixLine } from '../fix-line.js';

/* Kinds of cures that edit symbols: real compiler, real linker, and a program that prints which definitions it uses. */

const at = useFolder(() => {}, { enters: true });

interface Built {
  readonly first: string | undefined;
  readonly printed: string;
}

/** Compiles sources, archives them, accepts the first cure of the command, links and runs. */
async function cure(
  gcc: string,
  ar: string,
  sources: Record<string, string>,
  archives: Record<string, readonly string[]>,
): Promise<Built> {
  for (const [name, text] of Object.entries(sources)) writeFileSync(at(`${name}.c`), text);
  execFileSync(gcc, ['-O1', '-c', ...Object.keys(sources).map((name) => `${name}.c`)], { cwd: at() });
  for (const [name, objects] of Object.entries(archives))
    execFileSync(ar, ['rc', name, ...objects], { cwd: at() });
  const command = [gcc, '-o', 'program', 'main.o', ...Object.keys(archives)];
  const asked: FixReport = (await fixLine(command, { outDir: 'fixed' })).report;
  expect(asked.applied).toBeNull();
  const [first] = asked.cures;
  if (first === undefined) return { first, printed: '' };
  expect(first.requiresAcceptance).toBe(true);
  const { report } = await fixLine(command, { outDir: 'fixed', accept: [first.id] });
  const [program, ...args] = report.command ?? [];
  execFileSync(program, args, { cwd: at(), stdio: 'pipe' });
  return { first: first.kind, printed: execFileSync(at('program'), { encoding: 'latin1' }).trim() };
}

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)('isolate: a bundled fork keeps its own functions and state', async ([gcc, ar]) => {
  const sources = {
    fork: 'int pool; int bn_new(void) { return ++pool; } int bn_gcd(int a) { return a + pool; } int bn_odd(int a) { return a & 1; }',
    orig: 'int ctx; int bn_new(void) { return ctx += 3; } int bn_gcd(int a) { return a * 2 + ctx; } int bn_bits(int a) { return a; }',
    tls: 'int bn_new(void), bn_gcd(int), bn_odd(int); int rpc_tls(void) { bn_new(); return bn_gcd(3) + bn_odd(3); }',
    page: 'int bn_new(void), bn_bits(int); int page_tls(void) { return bn_new() * 100 + bn_bits(1); }',
    main: '#include <stdio.h>\nint rpc_tls(void), page_tls(void); int main(void) { int a = rpc_tls(); printf("%d %d\\n", a, page_tls()); return 0; }',
  };
  const archives = { 'librpc.a': ['tls.o', 'fork.o'], 'libssl.a': ['page.o'], 'libcrypto.a': ['orig.o'] };
  expect(await cure(gcc, ar, sources, archives)).toEqual({ first: 'isolate', printed: '5 301' });
});

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)('yield: equal data of one name stays one', async ([gcc, ar]) => {
  const sources = {
    send: 'int sent; void send_frame(void) { sent++; }',
    main: '#include <stdio.h>\nint sent; void send_frame(void); int main(void) { send_frame(); printf("%d\\n", sent); return 0; }',
  };
  expect(await cure(gcc, ar, sources, { 'libnet.a': ['send.o'] })).toEqual({ first: 'yield', printed: '1' });
});

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)('first-wins: a definition that its archive does not use itself becomes weak', async ([gcc, ar]) => {
  const sources = {
    board: 'int board_write(void) { return 1; } int sbrk_(void) { return 1; }',
    user: 'int sbrk_(void) { return 2; } int user_init(void) { return 100; }',
    main: '#include <stdio.h>\nint sbrk_(void), board_write(void), user_init(void); int main(void) { printf("%d\\n", sbrk_() + 10 * board_write() + user_init()); return 0; }',
  };
  const archives = { 'libuser.a': ['user.o'], 'libboard.a': ['board.o'] };
  expect(await cure(gcc, ar, sources, archives)).toEqual({ first: 'first-wins', printed: '112' });
});

/** Formats in which an old definition stays after the reference that replaces it, with the tools of each. */
const TWINS: readonly [string, string, readonly string[], readonly string[]][] = [
  [
    'ld64.lld-19',
    'arm64-apple-macos12',
    ['--format=darwin'],
    ['-arch', 'arm64', '-platform_version', 'macos', '12', '12', '-undefined', 'dynamic_lookup'],
  ],
  ['lld-link-19', 'x86_64-pc-windows-msvc', [], ['/entry:main', '/subsystem:console', '/nodefaultlib']],
];
for (const [linker, target, format, options] of TWINS)
  needsTool(
    'clang-14',
    'llvm-ar-19',
    linker,
  )(`yield: two files of one archive yield one name, with ${linker}`, async ([clang, ar, ld]) => {
    const sources = {
      step: 'int level; int step(void) { return ++level; }',
      back: 'int level; int back(void) { return level; }',
      main: 'int level; int step(void), back(void); int main(void) { step(); return level + back(); }',
    };
    for (const [name, text] of Object.entries(sources)) writeFileSync(at(`${name}.c`), text);
    const files = Object.keys(sources).map((name) => `${name}.c`);
    execFileSync(clang, [`--target=${target}`, '-O1', '-fno-common', '-c', ...files], { cwd: at() });
    execFileSync(ar, [...format, 'rcs', 'libnet.a', 'step.o', 'back.o'], { cwd: at() });
    const command = [ld, ...options, 'main.o', 'libnet.a'];
    const [first] = (await fixLine(command)).report.cures;
    expect(first).toMatchObject({ kind: 'yield', after: { duplicates: 0, splitState: 0 } });
    const { report } = await fixLine(command, { outDir: 'fixed', accept: [first.id] });
    const [program, ...args] = report.command ?? [];
    execFileSync(program, args, { cwd: at(), stdio: 'pipe' });
  });
