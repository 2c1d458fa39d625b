import { describe, expect, test } from 'vitest';
import { parseLine } from './parse-line.js';
import type { ParsedLine } from './parsed-line.js';
import { anyProgram, programNamed } from './program.js';
import { rewriteWords } from './rewrite-line.js';

const parse = (line: string, program?: string): ParsedLine =>
  parseLine(line.split(' '), () => '', program === undefined ? anyProgram : programNamed(program));

const inputsOf = (line: string, program?: string): string[] =>
  parse(line, program).inputs.map(({ kind, text, whole, group }) =>
    [kind === 'library' ? `-l${text}` : text, whole ? 'whole' : '', group < 0 ? '' : `group ${group}`]
      .filter((word) => word !== '')
      .join(' '),
  );

describe('an option takes the word behind it', () => {
  test.each([
    ['-o out main.o', 'main.o'],
    ['-oout main.o', 'main.o'],
    ['-Map map main.o', 'main.o'],
    ['--Map=map main.o', 'main.o'],
    ['-Ttext 0x1000 main.o', 'main.o'],
    ['-z muldefs -znow main.o', 'main.o'],
    ['-platform_version macos 11.0 11.0 main.o', 'main.o'],
    ['-sectcreate __A __b file main.o', 'main.o'],
    ['-undefined dynamic_lookup main.o', 'main.o'],
    ['-L lib -Llib -l one -ltwo --library=three', '-lone -ltwo -lthree'],
    ['-Wl,-rpath -Wl,/lib main.o', 'main.o'],
    ['-Xlinker -y -Xlinker name main.o', 'main.o'],
    ['-Tscript.ld main.o', 'script.ld main.o'],
  ])('%s', (line, expected) => expect(inputsOf(line).join(' ')).toBe(expected));
});

test('long options have one dash or two, but for those of Apple, which have one', () => {
  expect(inputsOf('-whole-archive a.a -no-whole-archive b.a')).toEqual(['a.a whole', 'b.a']);
  expect(inputsOf('-start-group a.a -end-group b.a')).toEqual(['a.a group 0', 'b.a']);
  expect(parse('-undefined x', 'ld.lld').symbols.required).toEqual(['x']);
  expect(parse('-undefined x', 'ld64.lld').symbols.required).toEqual([]);
});

test('what a word means depends on who reads it', () => {
  // The compiler's -x names a language, the linker's drops local symbols.
  expect(inputsOf('-x c main.o', 'cc')).toEqual(['main.o']);
  expect(inputsOf('-x c.o main.o', 'ld')).toEqual(['c.o', 'main.o']);
  expect(inputsOf('main.o -Wl,-x,c.o', 'gcc')).toEqual(['main.o', 'c.o']);
  expect(parse('/INCLUDE:x -include:y', 'lld-link').symbols.required).toEqual(['x', 'y']);
  // GNU ld's -Map takes the next word, lld-link's /map does not.
  expect(inputsOf('-map a.obj', 'lld-link')).toEqual(['a.obj']);
});

test.each([
  ['-ld_classic', 'ld64'],
  ['-ld64', 'ld64'],
  ['-ld_new', 'ld-prime'],
  ['-ld_classic -ld_new', 'ld-prime'],
])('%s says which of Apple’s linkers it is', (words, linker) => {
  for (const program of ['ld64', 'ld-prime', 'ld']) expect(parse(words, program).linker).toBe(linker);
  const handed = words.split(' ').map((word) => `-Wl,${word}`);
  expect(parse(handed.join(' '), 'clang')).toMatchObject({ linker, inputs: [], unknown: [] });
});

test.each([
  ['ld64', ['a.a whole'], []],
  ['ld-prime', ['a.a whole'], []],
  ['ld64.lld', ['a.a'], []],
  ['clang', ['a.a'], ['-noall_load']],
])('-noall_load behind -all_load, to %s', (program, inputs, told) => {
  const words = program === 'clang' ? '-Wl,-all_load,-noall_load a.a' : '-all_load -noall_load a.a';
  expect(inputsOf(words, program)).toEqual(inputs);
  expect(parse(words, program).notSimulated).toEqual(told);
  expect(parse('-noall_load a.a', program).notSimulated).toEqual([]);
});

test('a list of aliases has pairs of names, and comments', () => {
  const text = '# these\n_a _b\n  _c\t_d # and\r\n_alone\n\n_e _f#\n_g # _h\n_same _same\n';
  const { symbols } = parseLine(
    ['-alias_list', 'names.txt', '-alias', '_x', '_y'],
    () => text,
    programNamed('ld64'),
  );
  const pairs = symbols.definitions.map(({ name, references }) => `${references} ${name}`);
  expect(pairs).toEqual(['_a _b', '_c _d', '_e _f', '_x _y']);
});

test('= in a folder is the sysroot, wherever that is named', () => {
  const { libraryFolders } = parse('-L=/lib -L/lib --sysroot=/target -L$SYSROOT/x', 'ld');
  expect(libraryFolders).toEqual(['/target/lib', '/lib', '/target/x']);
});

test('an unknown option is recorded, and takes no argument', () => {
  const parsed = parse('--no-such-option main.o -Wl,--nor-this', 'gcc');
  expect(parsed.unknown).toEqual(['--no-such-option', '-Wl,--nor-this']);
  expect(parsed.inputs.map(({ text }) => text)).toEqual(['main.o']);
});

test('the last word must not be an option that wants one more', () => {
  expect(() => parse('main.o -o')).toThrow("option '-o' is missing its argument");
  expect(() => parse('-platform_version macos 11.0')).toThrow('is missing its argument');
  expect(() => parse('--start-group a.a')).toThrow('--start-group without --end-group');
});

describe('a path replaces an input, and its option', () => {
  test.each([
    ['cc a.o -lfoo -lm', 'cc a.o X -lm'],
    ['a.o -l foo', 'a.o X'],
    ['-Wl,-Bstatic,-lfoo,-z,now', '-Wl,-Bstatic,X,-z,now'],
    ['-Wl,-l,foo -lm', '-Wl,X -lm'],
    ['-Wl,-l -Wl,foo -lm', '-Wl,X -lm'],
    ['-Xlinker -l -Xlinker foo -lm', '-Xlinker X -lm'],
    ['-force_load foo -lm', '-force_load X -lm'],
  ])('%s', (line, expected) =>
    expect(rewriteWords(parse(line), ({ text }) => (text === 'foo' ? 'X' : undefined)).join(' ')).toBe(
      expected,
    ),
  );
});

describe('a line for lld-link and link.exe', () => {
  test('a path that replaces an input leaves its option', () => {
    const parsed = parse('main.obj /wholearchive:a.lib -DefaultLib:b.lib c', 'link.exe');
    const words = rewriteWords(parsed, ({ text }) => (text === 'main.obj' ? undefined : `out/${text}`));
    expect(words).toEqual(['main.obj', '/wholearchive:out/a.lib', '-DefaultLib:out/b.lib', 'out/c']);
  });
  test('/link of a compiler hands the rest to the linker', () => {
    const parsed = parse('/O2 /MD /Fex.exe /c main.obj /link /include:x a.lib /wholearchive', 'clang-cl');
    expect(parsed.symbols.required).toEqual(['x']);
    expect(parsed.unknown).toEqual([]);
    expect(parsed.inputs.map(({ text, whole }) => [text, whole])).toEqual([
      ['main.obj', true],
      ['a.lib', true],
    ]);
  });
  test('what it asks for', () => {
    const line = '/entry:start /export:f,@1 /EXPORT:g=h -alternatename:i=j /nodefaultlib:libcmt /dll';
    const { microsoft, exportsSymbols } = parse(line, 'lld-link');
    expect(exportsSymbols).toBe(true);
    expect(microsoft).toEqual({
      unmangledRoots: ['start'],
      cExports: ['f', 'h'],
      alternates: [{ from: 'i', to: 'j' }],
      optionalIncludes: [],
      withoutDefaultLibraries: ['libcmt'],
    });
    expect(parse('/nodefaultlib', 'link').microsoft.withoutDefaultLibraries).toBe('all');
  });
});

describe('response files for the linker of a driver', () => {
  const inputsOf = (args: readonly string[], text: string) =>
    parseLine(
      args,
      (path) => {
        if (path !== 'all.params') throw new Error(path, { cause: { code: 'ENOENT' } });
        return text;
      },
      programNamed('gcc'),
    ).inputs.map(({ text: path, whole }) => `${path}${whole ? ' whole' : ''}`);
  test('-Wl,@file has the arguments of the linker', () => {
    const text = 'main.o\n-whole-archive\nlibA.a\n-no-whole-archive\nlibB.a\n';
    expect(inputsOf(['-Wl,@all.params'], text)).toEqual(['main.o', 'libA.a whole', 'libB.a']);
    expect(inputsOf(['-Xlinker', '@all.params'], text)).toEqual(['main.o', 'libA.a whole', 'libB.a']);
  });
  test('an argument with @ is literal where the file does not exist', () => {
    expect(inputsOf(['-Wl,-rpath,@loader_path', 'main.o'], '')).toEqual(['main.o']);
  });
});

describe('response files for Windows', () => {
  const wordsOf = (text: string, program: string, ...before: string[]) =>
    parseLine([...before, '@x.rsp'], () => text, programNamed(program)).args;
  test.each([
    ['a b\tc\r\nd', ['a', 'b', 'c', 'd']],
    ['"a b" c"d e"f', ['a b', 'cd ef']],
    [String.raw`C:\a\b.obj \\host\x`, [String.raw`C:\a\b.obj`, String.raw`\\host\x`]],
    [String.raw`a\"b c\\"d e"`, ['a"b', String.raw`c\d e`]],
    ['"a""b" ""', ['a"b', '']],
    ["'a b'", ["'a", "b'"]],
    ['"open a', ['open a']],
  ])('%j', (text, words) => expect(wordsOf(text, 'lld-link')).toEqual(words));
  test('--rsp-quoting= says otherwise', () => {
    expect(wordsOf("'a b'", 'lld-link', '--rsp-quoting=posix').at(-1)).toBe('a b');
    expect(wordsOf(String.raw`a\b`, 'ld.lld', '--rsp-quoting=windows').at(-1)).toBe(String.raw`a\b`);
  });
});

describe('between --start-lib and --end-lib', () => {
  const librariesOf = (line: string) => parse(line).inputs.map(({ text, library }) => `${text} ${library}`);

  test('inputs know of which they are', () => {
    expect(librariesOf('a.o --start-lib b.o --end-lib --start-lib c.o --end-lib')).toEqual([
      'a.o -1',
      'b.o 0',
      'c.o 1',
    ]);
  });

  test.each([
    ['--start-lib --start-lib', '--start-lib within --start-lib'],
    ['--start-group --start-lib', '--start-lib within a group'],
    ['--start-lib --start-group', '--start-group within --start-lib'],
    ['a.o --end-lib', '--end-lib without --start-lib'],
    ['--start-lib a.o', '--start-lib without --end-lib'],
  ])('%s is refused', (line, message) => expect(() => parse(line)).toThrow(message));
});

test('--defsym is another name, or a number; what has functions in it is not simulated', () => {
  const { symbols, notSimulated } = parse(
    '--defsym=a=b x.o --defsym c=0x10 --defsym=d=e+8 --defsym=f=ADDR(.text) --defsym=g=.',
  );
  expect(symbols.definitions).toEqual([
    { name: 'a', references: ['b'], isAlias: true, at: 0, group: -1 },
    { name: 'c', references: [], isAlias: false, at: 1, group: -1 },
    { name: 'd', references: ['e'], isAlias: false, at: 1, group: -1 },
  ]);
  expect(notSimulated).toEqual(['--defsym=f=ADDR(.text)', '--defsym=g=.']);
});

test('a parsed line has what it is said to have, and nothing of how it was read', () => {
  const found = Object.keys(parse('--push-state --whole-archive a.a --pop-state -Lx -u f')).sort();
  for (const inner of [
    'at',
    'collected',
    'modes',
    'openGroup',
    'openLibrary',
    'program',
    'pushedModes',
    'readFile',
    'tokens',
  ])
    expect(found).not.toContain(inner);
});

test('what a program for a Mac is for is a version of two numbers', () => {
  expect(parse('-platform_version macos 11 12.1', 'ld64.lld').apple.systemVersion).toBe('11.0');
  expect(parse('-mmacosx-version-min=10.15.4 main.o', 'clang').apple.systemVersion).toBe('10.15');
  expect(parse('main.o', 'clang').apple.systemVersion).toBeNull();
});
