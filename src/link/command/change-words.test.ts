import { describe, expect, test } from 'vitest';
import { changeWords, type WordChange } from './change-words.js';
import { parseLine } from './parse-line.js';
import type { ParsedLine } from './parsed-line.js';
import { programNamed } from './program.js';

const noFile = (path: string): string => {
  throw new Error(path);
};

/** `a < b`: a goes before b; `a > b`: behind it; `-a`: a is loaded on demand; `+a`, `/a`: the symbol a is required. */
function changed(line: string, changes: readonly string[], program = 'cc'): string | null {
  const parsed = parseLine(line.split(' '), noFile, programNamed(program));
  const words = changeWords(
    parsed,
    changes.map((text) => changeOf(parsed, text)),
    program === 'cc',
  );
  return words === null ? null : words.join(' ');
}

function changeOf(parsed: ParsedLine, text: string): WordChange {
  const inputOf = (name: string) => {
    const found = parsed.inputs.find((input) => input.text === name);
    if (found === undefined) throw new Error(`${name} is not on the line`);
    return found;
  };
  if (text.startsWith('+')) return { kind: 'require', option: '-u', symbol: text.slice(1), file: '' };
  if (text.startsWith('/')) return { kind: 'require', option: '/include:', symbol: text.slice(1), file: '' };
  if (text.startsWith('-')) return { kind: 'on-demand', input: inputOf(text.slice(1)) };
  const [, one, sign, other] = /^(\S+) ([<>]) (\S+)$/.exec(text) ?? [];
  return { kind: sign === '<' ? 'move-before' : 'move-after', input: inputOf(one), target: inputOf(other) };
}

describe('a symbol is required', () => {
  test.each<[string, readonly string[], string, string]>([
    ['main.o liba.a -lc', ['+f'], '-u f main.o liba.a -lc', 'cc'],
    ['main.o liba.a', ['+f', '+g'], '-u f -u g main.o liba.a', 'ld.lld'],
    ['main.o -lgcc libcoin.a', ['+f', 'libcoin.a < gcc'], '-u f main.o libcoin.a -lgcc', 'cc'],
    ['main.obj a.lib', ['/f'], '/include:f main.obj a.lib', 'lld-link'],
  ])('%s: %s', (line, changes, expected, program) => {
    expect(changed(line, changes, program)).toBe(expected);
  });
});

describe('an archive moves', () => {
  test.each<[string, string, string, string?]>([
    ['main.o -lgcc libcoin.a', 'libcoin.a < gcc', 'main.o libcoin.a -lgcc'],
    ['main.o -l gcc libcoin.a', 'gcc > libcoin.a', 'main.o libcoin.a -l gcc'],
    ['main.o -Wl,liba.a,libb.a -lc', 'libb.a < liba.a', 'main.o -Wl,libb.a,liba.a -lc'],
    ['main.o -Xlinker liba.a libb.a', 'libb.a < liba.a', 'main.o libb.a -Xlinker liba.a'],
    [
      '-Wl,--whole-archive libr.a -Wl,--no-whole-archive main.o libw.a',
      'libr.a > libw.a',
      'main.o libw.a -Wl,--whole-archive libr.a -Wl,--no-whole-archive',
    ],
    [
      'main.o liba.a -Wl,--whole-archive libb.a -Wl,--no-whole-archive',
      'liba.a > libb.a',
      'main.o -Wl,--whole-archive libb.a -Wl,--no-whole-archive liba.a',
    ],
    [
      'main.o --whole-archive a.a --no-whole-archive b.a',
      'b.a < a.a',
      'main.o b.a --whole-archive a.a --no-whole-archive',
      'ld.lld',
    ],
    ['main.o -force_load a.a b.a', 'b.a < a.a', 'main.o b.a -force_load a.a', 'ld64.lld'],
  ])('%s: %s', (line, change, expected, program) => {
    expect(changed(line, [change], program)).toBe(expected);
  });
});

describe('an archive is loaded on demand', () => {
  test.each<[string, string[], string | null, string?]>([
    ['main.o -Wl,--whole-archive a.a -Wl,--no-whole-archive', ['-a.a'], 'main.o a.a'],
    [
      'main.o -Wl,--whole-archive a.a b.a -Wl,--no-whole-archive',
      ['-b.a'],
      'main.o -Wl,--whole-archive a.a -Wl,--no-whole-archive b.a',
    ],
    ['main.o -Wl,--whole-archive a.a b.a -Wl,--no-whole-archive', ['-a.a', '-b.a'], 'main.o a.a b.a'],
    ['main.o -Wl,--whole-archive,a.a,--no-whole-archive -lc', ['-a.a'], 'main.o -Wl,a.a -lc'],
    ['main.o -force_load a.a -force_load b.a', ['-b.a'], 'main.o -force_load a.a b.a', 'ld64.lld'],
    ['/wholearchive:a.lib main.obj', ['-a.lib'], 'a.lib main.obj', 'lld-link'],
    ['-all_load main.o a.a b.a', ['-a.a'], null, 'ld64.lld'],
  ])('%s: %j', (line, changes, expected, program) => {
    expect(changed(line, changes, program)).toBe(expected);
  });
});
