import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runWithin } from '../../test/run-within.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

/** Lines made to harm: long words, many words, and the content of response files. */

const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES), { enters: true });
const LONG = 300_000;
/** More than a process may open. */
const MANY = 15_000;
const LINE = ['main.o', 'libext_http.a', 'libstdlib.a'];

const without = (part: string): string => part.repeat(LONG / part.length);
const times = (count: number, word: (at: number) => string) =>
  Array.from({ length: count }, (_, n) => word(n));

/** By a response file: a system does not start a program with such a word. */
function checkWith(words: readonly string[]) {
  writeFileSync(at('line.rsp'), words.join('\n'));
  return runWithin('check', '-q', 'main.o', '@line.rsp');
}

describe('words of hundreds of thousands of characters', () => {
  const PARTS = ['x', '../', 'x/../', '-', '=', ',', '(', '*a'];

  test.each(PARTS)(
    '%s without end',
    async (part) => {
      const word = without(part);
      const taken = [
        `-l${word}`,
        `-L${word}`,
        '-lx',
        '-u',
        word,
        `--defsym=${word}`,
        `--exclude-libs=${word}`,
      ];
      for (const words of [taken, [`-Wl,${word}`], [word], [`@${word}`], ['-T', word]])
        await checkWith(words);
    },
    60_000,
  );

  test.each(PARTS)(
    '%s without end, in options of ours',
    async (part) => {
      const word = without(part);
      for (const option of [
        '--provider',
        '--linker',
        '--arch',
        '--config',
        '--baseline',
        '--report',
        '--max',
      ])
        expect((await runWithin('check', option, word, ...LINE)).exitCode).toBe(2);
      expect((await runWithin('check', '--owner', `${word}=libstdlib.a`, ...LINE)).exitCode).toBe(2);
      const trim = ['trim', '--out-dir', word, '--provider', 'libstdlib.a'];
      expect((await runWithin(...trim, ...LINE)).exitCode).toBe(2);
      if (part === '-') return;
      for (const command of ['inspect', 'verify', 'explain'])
        expect((await runWithin(command, word)).exitCode).toBe(2);
    },
    60_000,
  );
});

describe('many words', () => {
  test.each([
    ['of one file', times(MANY, () => 'main.o')],
    ['of folders', [...times(MANY, (n) => `-Lx${n}`), '-lfoo', '-lbar']],
    ['of libraries', times(MANY, (n) => `-lx${n}`)],
    ['of wanted names', times(MANY, (n) => `-ux${n}`)],
    ['of options that are not known', times(MANY, (n) => `-Wl,--x${n}`)],
    ['for the linker, in one', [`-Wl,${times(200_000, (n) => `-ux${n}`).join(',')}`]],
    ['of names in one option', [`--exclude-libs=${times(200_000, (n) => `x${n}`).join(',')}`]],
    ['that pass on the next', times(MANY, () => '-Xlinker')],
    ['of groups', times(MANY, (n) => ['-(', 'main.o', '-)'][n % 3])],
    [
      'of 1,000 libraries in 1,000 folders that are not there',
      times(2000, (n) => (n < 1000 ? `-Lx${n}` : `-lx${n}`)),
    ],
  ])(
    '%s',
    async (_, words) => {
      await checkWith(words);
    },
    60_000,
  );
});

describe('linker scripts', () => {
  test.each([
    ['that includes itself', 'INCLUDE x.ld'],
    ['that names itself', 'INPUT(x.ld)'],
  ])('one %s', async (_, script) => {
    writeFileSync(at('x.ld'), script);
    for (const words of [['x.ld'], ['-T', 'x.ld']])
      expect((await checkWith(words)).error).toMatch(/name each other more than/);
  });

  const deep = 100_000;
  test.each([
    ['groups within groups', `${'GROUP('.repeat(deep)} main.o ${')'.repeat(deep)}`],
    ['AS_NEEDED within AS_NEEDED', `INPUT(${'AS_NEEDED('.repeat(deep / 2)} main.o)`],
    ['braces that stay open', `SECTIONS ${'{'.repeat(1 << 19)}`],
    ['200,000 folders and names', `SEARCH_DIR(${'x '.repeat(2 * deep)}) EXTERN(${'y '.repeat(2 * deep)})`],
    ['quotes and comments that stay open', `INPUT(main.o) ${'"/*'.repeat(deep)}`],
    ['assignments', 'a=b;'.repeat(deep)],
  ])(
    '%s',
    async (_, script) => {
      writeFileSync(at('x.ld'), script);
      await checkWith(['x.ld']);
      await checkWith(['-T', 'x.ld']);
    },
    60_000,
  );
});

describe('what explain is asked', () => {
  test.each(['(', 'x(', ')', 'a b', '::'])(
    '%s without end',
    async (part) => {
      for (const text of [without(part), `libext_http.a(${without(part)})`])
        expect((await runWithin('explain', text, '--', ...LINE)).exitCode).toBe(2);
    },
    60_000,
  );

  test.each([
    ...["ld: x.o: in function `f':", 'a:(.', 'x.a(', 'multiple definition of `', 'undefined reference to `'],
    ...['ld.lld: error: duplicate symbol: ', ':(', ' in archive ', '[1]', 'x LNK2005: ', '1>'],
  ])(
    'a log of %s without end',
    async (part) => {
      const long = without(part);
      const duplicate = ['ld.lld: error: duplicate symbol: f', `>>> defined at ${long}`];
      writeFileSync(at('link.log'), [...duplicate, long, `ld: ${long}`, `x : LNK2005: ${long}`].join('\n'));
      await runWithin('explain', 'link.log', '--', ...LINE);
    },
    60_000,
  );
});

test('a folder above a linked folder is where the system finds it', async () => {
  mkdirSync(at('real/inner'), { recursive: true });
  symlinkSync('real/inner', at('link'));
  copyFileSync(at('libext_http.a'), at('real/libfar.a'));
  const { exitCode } = await runWithin('check', '--strict', 'main.o', '-Llink/..', '-lfar');
  expect(exitCode).not.toBe(2);
});
