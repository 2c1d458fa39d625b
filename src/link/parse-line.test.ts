import { describe, expect, test } from 'vitest';
import { type ParsedLine, parseLine } from './parse-line.js';
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
    ['-Xlinker -T -Xlinker script main.o', 'main.o'],
  ])('%s', (line, expected) => expect(inputsOf(line).join(' ')).toBe(expected));
});

test('long options have one dash or two, but for those of Apple, which have one', () => {
  expect(inputsOf('-whole-archive a.a -no-whole-archive b.a')).toEqual(['a.a whole', 'b.a']);
  expect(inputsOf('-start-group a.a -end-group b.a')).toEqual(['a.a group 0', 'b.a']);
  expect(parse('-undefined x', 'ld.lld').required).toEqual(['x']);
  expect(parse('-undefined x', 'ld64.lld').required).toEqual([]);
});

test('what a word means depends on who reads it', () => {
  // The compiler's -x names a language, the linker's drops local symbols.
  expect(inputsOf('-x c main.o', 'cc')).toEqual(['main.o']);
  expect(inputsOf('-x c.o main.o', 'ld')).toEqual(['c.o', 'main.o']);
  expect(inputsOf('main.o -Wl,-x,c.o', 'gcc')).toEqual(['main.o', 'c.o']);
  expect(parse('/INCLUDE:x -entry:y', 'lld-link')).toMatchObject({ required: ['x'], entry: 'y' });
});

test('an option that nobody knows is told of, and takes no word', () => {
  const parsed = parse('--no-such-option main.o -Wl,--nor-this', 'gcc');
  expect(parsed.unknown).toEqual(['--no-such-option', '-Wl,--nor-this']);
  expect(parsed.inputs.map(({ text }) => text)).toEqual(['main.o']);
});

test('the last word must not be an option that wants one more', () => {
  expect(() => parse('main.o -o')).toThrow("option '-o' stands at the end of the line without its argument");
  expect(() => parse('-platform_version macos 11.0')).toThrow('without its argument');
  expect(() => parse('--start-group a.a')).toThrow('--start-group without --end-group');
});

describe('a path takes the place of an input, and of its option', () => {
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
