import { expect } from 'vitest';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { overlooked } from '../conditions/overlooked.js';

/*
 * Two copies of one codegen unit, of which only the names agree: libw.a has the plain one, libs.a, the provider, the
 * one that LTO rewrote. Global data must have the same size and the same value in both. COFF has no sizes of symbols,
 * and neither COFF nor Mach-O tell padding from data.
 */

const at = useFolder(undefined, { enters: true });

const PATIENCE = 120_000;

interface Case {
  readonly title: string;
  /** Of the plain unit, and of the rewritten one. */
  readonly data: readonly [string, string];
  readonly isDropped: boolean;
  /** Targets that have it; all if left out. */
  readonly targets?: RegExp;
}

const assembly = (text: string, section = '.text'): string =>
  `void table(void); __asm__("${section}\\n.globl table\\n table: ${text}\\n.text\\n");`;

/** A table with a distance to local data in another section, as C++'s relative vtables and Swift's metadata have. */
const relative = (sections: readonly [string, string], distance: string, value: number): string =>
  `extern int table[2]; __asm__("${sections[0]}\\n two: .long ${value}, 0\\n ${sections[1]}\\n.globl table\\n` +
  ` table: .long ${distance}, 7\\n.text\\n");`;

/** Pointers to local code that has no symbol, as `strip` leaves it. */
const nameless = (targets: string): string =>
  'extern void *table[2]; __asm__(".Lx: nop\\n ret\\n.Ly: ret\\n.data\\n.balign 8\\n.globl table\\n' +
  ` table: .quad ${targets}\\n.text");`;

/** A pointer to local data in `.text`. */
const inText = (value: number): string =>
  'extern void *table[2]; __asm__(".type two,@object\\n .size two,4\\n .type table,@object\\n .size table,16\\n' +
  ` two: .long ${value}\\n.data\\n.balign 8\\n.globl table\\n table: .quad two, 0\\n.text");`;

const CASES: readonly Case[] = [
  { title: 'equal data', data: ['int table[2] = {5};', 'int table[2] = {5};'], isDropped: true },
  {
    title: 'equal data in another order',
    data: ['int table[2] = {5}; int other = 3;', 'int other = 3; int table[2] = {5};'],
    isDropped: true,
    // The first `table` ends where `other` begins: with nlist, padding counts.
    targets: /^(?!ld64)/,
  },
  { title: 'equal zeros', data: ['int table[2];', 'int table[2];'], isDropped: true },
  {
    title: 'equal pointers',
    data: ['int two; int *table[2] = {0, &two};', 'int two; int *table[2] = {0, &two};'],
    isDropped: true,
  },
  {
    title: 'a larger array of another value',
    data: ['int table[2] = {5};', 'int table[6] = {9};'],
    isDropped: false,
  },
  {
    title: 'a larger array with zeros at its end',
    data: ['int table[2] = {5};', 'int table[6] = {5};'],
    isDropped: false,
  },
  { title: 'a smaller array', data: ['int table[6] = {5};', 'int table[2] = {5};'], isDropped: false },
  { title: 'more zeros', data: ['int table[2];', 'int table[6];'], isDropped: false },
  { title: 'another value', data: ['int table[2] = {5};', 'int table[2] = {9};'], isDropped: false },
  {
    title: 'another value that padding hides',
    data: [
      'char table[5] = {5}; long long after = 1;',
      'char table[8] = {5,0,0,0,0,0,0,9}; long long after = 1;',
    ],
    isDropped: false,
  },
  {
    title: 'another constant',
    data: [
      'extern const int table[2]; const int table[2] = {5};',
      'extern const int table[2]; const int table[2] = {9};',
    ],
    isDropped: false,
  },
  {
    title: 'a pointer to something else',
    data: ['int one, two; int *table[2] = {0, &one};', 'int one, two; int *table[2] = {0, &two};'],
    isDropped: false,
  },
  {
    title: 'a pointer to another element of the same array',
    data: ['int two[3]; int *table[2] = {0, &two[1]};', 'int two[3]; int *table[2] = {0, &two[2]};'],
    isDropped: false,
  },
  {
    title: 'equal pointers into an array',
    data: ['int two[3]; int *table[2] = {0, &two[1]};', 'int two[3]; int *table[2] = {0, &two[1]};'],
    isDropped: true,
  },
  {
    title: 'a pointer to a constant of another value',
    data: ['const char *table[2] = {0, "v1"};', 'const char *table[2] = {0, "v2"};'],
    isDropped: false,
  },
  {
    title: 'equal pointers to local data',
    data: [
      'static int two[3] = {1, 2, 3}; int *table[2] = {0, &two[2]};',
      'static int two[3] = {1, 2, 3}; int *table[2] = {0, &two[2]};',
    ],
    isDropped: true,
  },
  {
    title: 'equal pointers to strings among others',
    data: [
      'static const char *volatile one = "first"; const char *table[2] = {"z", "v1"};',
      'const char *table[2] = {"z", "v1"};',
    ],
    isDropped: true,
    // Sections of MinGW do not tell where a string ends.
    targets: /^(?!x86_64-w64)/,
  },
  {
    title: 'a pointer to local data of another value',
    data: [
      'static int two = 1; int *table[2] = {0, &two};',
      'static int two = 2; int *table[2] = {0, &two};',
    ],
    isDropped: false,
  },
  {
    title: 'a pointer to global data of another value, which only the unit names',
    data: ['int two = 1; int *table[2] = {0, &two};', 'int two = 2; int *table[2] = {0, &two};'],
    isDropped: false,
  },
  {
    title: 'a pointer to local data that LTO made global',
    data: ['static int two = 2; int *table[2] = {0, &two};', 'int two = 2; int *table[2] = {0, &two};'],
    isDropped: true,
    targets: /^ld\.lld/,
  },
  {
    title: 'a pointer to local data, and to another object',
    data: ['static int two; int *table[2] = {0, &two};', 'int main(void); void *table[2] = {0, &main};'],
    isDropped: false,
  },
  {
    title: 'a pointer to a constant that was writable',
    data: [
      'static int two = 2; int *table[2] = {0, &two};',
      'static const int two = 2; int *table[2] = {0, (int *)&two};',
    ],
    isDropped: false,
  },
  {
    title: 'a pointer to a pointer to another value',
    data: [
      'static int one = 1; static int *two[2] = {0, &one}; void *table[2] = {two};',
      'static int one = 2; static int *two[2] = {0, &one}; void *table[2] = {two};',
    ],
    isDropped: false,
  },
  {
    title: 'a pointer to itself',
    data: ['void *table[2] = {table};', 'void *table[2] = {table};'],
    isDropped: true,
  },
  {
    title: 'a pointer to another local element',
    data: [
      'static int two[3] = {1, 2, 3}; int *table[2] = {0, &two[1]};',
      'static int two[3] = {1, 2, 3}; int *table[2] = {0, &two[2]};',
    ],
    isDropped: false,
  },
  {
    title: 'a distance to local data of another value',
    data: [
      relative(['.section .rodata', '.data'], 'two - .', 1),
      relative(['.section .rodata', '.data'], 'two - .', 2),
    ],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'a distance to another absolute address',
    data: [
      relative(['.section .rodata', '.data'], '0x100000 - .', 1),
      relative(['.section .rodata', '.data'], '0x200000 - .', 1),
    ],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'a pointer to data of another value in a section of code',
    data: [inText(1), inText(2)],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'an equal pointer to data in a section of code',
    data: [inText(1), inText(1)],
    isDropped: true,
    targets: /^ld\.lld/,
  },
  {
    title: 'a pointer into local data with another value before it',
    data: [
      'static int two[3] = {1, 2, 3}; int *table[2] = {0, &two[1]};',
      'static int two[3] = {9, 2, 3}; int *table[2] = {0, &two[1]};',
    ],
    isDropped: false,
  },
  {
    title: 'a variable within another, and next to it',
    data: [
      'extern int table[2], other; __asm__(".data\\n.balign 8\\n.globl table, other\\n .type table,@object\\n' +
        ' .type other,@object\\n .size table,8\\n .size other,4\\n table: .long 5\\n other: .long 7\\n.text");',
      '__attribute__((aligned(8))) int table[2] = {5, 7}, other = 7;',
    ],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'a pointer to local data, which is weak in the copy',
    data: [
      'static int two = 2; int *table[2] = {0, &two};',
      '__attribute__((weak)) int two = 2; int *table[2] = {0, &two};',
    ],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'two pointers to one local variable, and to two',
    data: [
      'static int two = 2; int *table[2] = {&two, &two};',
      'static int one = 2, two = 2; int *table[2] = {&one, &two};',
    ],
    isDropped: false,
  },
  {
    title: 'pointers of two variables to one local variable, and to two',
    data: [
      'static int two = 2; int *table[2] = {&two}, *other[2] = {&two};',
      'static int one = 2, two = 2; int *table[2] = {&one}, *other[2] = {&two};',
    ],
    isDropped: false,
  },
  {
    title: 'a pointer to local data of a looser alignment',
    data: [
      'static __attribute__((aligned(64))) int two = 2; int *table[2] = {0, &two};',
      'static int two = 2; int *table[2] = {0, &two};',
    ],
    isDropped: false,
  },
  {
    title: 'pointers to local functions in another order',
    data: [
      'static int one(void) { return 1; } static int two(void) { return 2; } void *table[2] = {one, two};',
      'static int one(void) { return 1; } static int two(void) { return 2; } void *table[2] = {two, one};',
    ],
    isDropped: false,
  },
  {
    title: 'pointers to code without names in another order',
    data: [nameless('.Lx, .Ly'), nameless('.Ly, .Lx')],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'a distance to an absolute address, and to another object',
    data: [
      relative(['.section .rodata', '.data'], '0 - .', 1),
      relative(['.section .rodata', '.data'], 'main - .', 1),
    ],
    isDropped: false,
    targets: /^ld\.lld/,
  },
  {
    title: 'a pointer to one local function',
    data: [
      'static int one(void) { return 1; } void *table[2] = {one};',
      'static int one(void) { return 3; } void *table[2] = {one};',
    ],
    isDropped: true,
  },
  {
    title: 'a looser alignment',
    data: ['__attribute__((aligned(64))) int table[2] = {5};', 'int table[2] = {5};'],
    isDropped: false,
  },
  {
    title: 'a looser alignment of a common',
    data: ['__attribute__((common, aligned(64))) int table[2];', '__attribute__((common)) int table[2];'],
    isDropped: false,
    targets: /^(?!wasm)/,
  },
  {
    title: 'two names of one variable, and two variables',
    data: [
      'int other[2] = {5}; extern int table[2] __attribute__((alias("other")));',
      'int other[2] = {5}; int table[2] = {5};',
    ],
    isDropped: false,
    targets: /^(?!ld64)/,
  },
  {
    title: 'two variables, and two names of one',
    data: [
      'int other[2] = {5}; int table[2] = {5};',
      'int other[2] = {5}; extern int table[2] __attribute__((alias("other")));',
    ],
    isDropped: false,
    targets: /^(?!ld64)/,
  },
  {
    title: 'two names of one variable',
    data: [
      'int other[2] = {5}; extern int table[2] __attribute__((alias("other")));',
      'int other[2] = {5}; extern int table[2] __attribute__((alias("other")));',
    ],
    isDropped: true,
    targets: /^(?!ld64)/,
  },
  {
    title: 'a stricter alignment',
    data: ['int table[2] = {5};', '__attribute__((aligned(64))) int table[2] = {5};'],
    isDropped: true,
    // Commons and data of Mach-O have no sizes: the larger alignment pads.
    targets: /^(?!ld64)/,
  },
  {
    title: 'a constant, and was writable',
    data: ['int table[2] = {5};', 'extern const int table[2]; const int table[2] = {5};'],
    isDropped: false,
  },
  {
    title: 'writable, and was a constant',
    data: ['extern const int table[2]; const int table[2] = {5};', 'int table[2] = {5};'],
    isDropped: true,
  },
  {
    title: 'a label of assembly, which has no type',
    data: ['int table[2] = {5}; LABEL(1)', 'int table[2] = {5}; LABEL(2)'],
    isDropped: true,
    targets: /^(ld\.lld|lld-link|x86_64-w64)/,
  },
  {
    title: 'equal thread-local data',
    data: ['__thread int table[2] = {5};', '__thread int table[2] = {5};'],
    isDropped: true,
    targets: /^(?!x86_64-w64|wasm)/,
  },
  {
    title: 'larger thread-local data',
    data: ['__thread int table[2] = {5};', '__thread int table[6] = {5};'],
    isDropped: false,
    targets: /^(?!x86_64-w64|wasm)/,
  },
  {
    title: 'another value of thread-local data',
    data: ['__thread int table[2] = {5};', '__thread int table[2] = {9};'],
    isDropped: false,
    targets: /^(?!x86_64-w64|wasm)/,
  },
  {
    title: 'code of assembly, which has no type',
    data: [assembly('ret'), assembly('nop; ret')],
    isDropped: true,
    targets: /^ld\.lld/,
  },
  {
    title: 'code of assembly in one copy, data without a type and size in the other',
    data: [assembly('ret'), assembly('.byte 195', '.data')],
    isDropped: false,
    targets: /^ld\.lld/,
  },
];

interface Target {
  readonly triple: string;
  readonly id: string;
  readonly line: readonly string[];
  readonly output?: (path: string) => readonly string[];
}

const FILES = ['main.o', 'libw.a', 'libs.a'];
const TARGETS: Readonly<Record<string, Target>> = {
  'ld.lld-19': { triple: 'x86_64-linux-gnu', id: 'ld.lld', line: ['-e', 'main', ...FILES] },
  'ld64.lld-19': {
    triple: 'x86_64-apple-macos11',
    id: 'ld64.lld',
    line: [
      ...['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-undefined', 'dynamic_lookup'],
      ...['-e', '_main', ...FILES],
    ],
  },
  'lld-link-19': {
    triple: 'x86_64-pc-windows-msvc',
    id: 'lld-link',
    line: ['/entry:main', '/subsystem:console', '/nodefaultlib', ...FILES],
    output: (path) => [`/out:${path}`],
  },
  'x86_64-w64-mingw32-ld': {
    triple: 'x86_64-pc-windows-gnu',
    id: 'mingw-ld',
    line: ['-e', 'main', ...FILES],
  },
  'wasm-ld-19': { triple: 'wasm32', id: 'wasm-ld', line: ['--no-entry', '--export=main', ...FILES] },
};

const MAIN = 'int _tls_index, _fltused; void __main(void) {}';

/** Each case is a crate of one unit, so that one link shows them all. */
const named = (text: string, number: number): string =>
  text
    .replace(
      /LABEL\((\d)\)/g,
      `__asm__(".text\\n.globl label_${number}\\nlabel_${number}: movl $$$1, %eax\\nret");`,
    )
    .replace(/\b(table|other|one|two|after)\b/g, `$1_${number}`);
const unitOf = (number: number): string => `rt${number}-0123456789abcdef.rt${number}.1-cgu.0.rcgu.o`;
const rewrittenOf = (number: number): string => `std-fedcba9876543210.${unitOf(number)}.rcgu.o`;

/** Objects of all cases, plain and rewritten, and a main function that calls them. */
function sourcesOf(cases: readonly Case[]): Record<string, string> {
  const calls = cases.map((_, number) => `f_${number}()`);
  const sources: Record<string, string> = {
    'main.o': `${MAIN} int ${calls.join(', ')}; int main(void) { return ${calls.join(' + ')}; }`,
    's.o': 'int s;',
  };
  for (const [number, { data }] of cases.entries()) {
    const [plain, rewritten] = data.map((text) => named(text, number));
    const call = (value: string) =>
      `int f_${number}(void) { return ${value} + (int)(long long)&table_${number}; }\n`;
    sources[unitOf(number)] = `${plain}\n${call('1')}`;
    sources[rewrittenOf(number)] = `${rewritten}\n${call(`(int)(long long)&f_${number}`)}`;
  }
  return sources;
}

for (const [name, { triple, id, line, output }] of Object.entries(TARGETS))
  needsTool(name, 'clang-14', 'llvm-ar-19|llvm-ar')(
    `${name}: data of two copies of a unit of which only the names agree`,
    async ([program, compiler, archiver]) => {
      const cases = CASES.filter(({ targets }) => targets?.test(name) ?? true);
      const sources = sourcesOf(cases);
      const [plain, rewritten] = [unitOf, rewrittenOf].map((of) => cases.map((_, number) => of(number)));
      const archives = { 'libw.a': plain, 'libs.a': [...rewritten, 's.o'] };
      writeCObjects(at(), { compiler, archiver, flags: ['-target', triple, '-w'], sources, archives });
      const options = ['--linker', id, '--provider', 'libs.a'];
      const { verdicts } = await trimAndLink(at(), {
        program,
        words: line,
        options,
        ...(output && { output }),
      });
      const answers = (of: (one: Case, number: number) => string) =>
        Object.fromEntries(cases.map((one, number) => [one.title, of(one, number)]));
      expect(answers((_, number) => verdicts[`libw.a(${unitOf(number)})`])).toEqual(
        answers(({ isDropped }) => (isDropped ? 'dropped' : 'content-differs')),
      );
      const problems = await problemsWithout([...options, '--', program, ...line]);
      expect(
        answers((_, number) => (new RegExp(`(table|other)_${number}'`).test(problems) ? 'kept' : 'dropped')),
      ).toEqual(answers(({ isDropped }) => (isDropped ? 'dropped' : 'kept')));
    },
    PATIENCE,
  );

/** A planner without the condition drops all copies: what `verify` finds out by itself. */
async function problemsWithout(words: readonly string[]): Promise<string> {
  overlooked.add('content-differs');
  try {
    const saved = ['--quiet', '--out-dir', 'out', '--plan', 'plan.json'];
    expect(await runMain(['trim', ...saved, ...words])).toMatchObject({ error: '', exitCode: 0 });
  } finally {
    overlooked.delete('content-differs');
  }
  const { exitCode, out, error } = await runMain(['verify', '--format', 'json', 'plan.json']);
  expect(exitCode).toBe(1);
  return out + error;
}
