import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diceOf } from '../../test/random/dice.js';
import { splitWindowsCommandLine } from '../link/command/response-file.js';
import { hasUnprintable } from './place.js';
import { fileArgument, shellCommand } from './shell-command.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-shell-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The arguments that a program gets when sh runs a printed command. */
function wordsInShell(words: readonly string[], shell = 'sh'): string[] {
  const command = shellCommand(['printf', '%s\\0', ...words], 'posix');
  const { stdout, stderr } = spawnSync(shell, ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\0').slice(0, -1);
}

const ATTACKS = [
  'lib$(touch PWNED).a',
  'lib`touch PWNED`.a',
  "lib';touch PWNED;'.a",
  'lib";touch PWNED;".a',
  'a\n touch PWNED\n.a',
  "a\n'$(touch PWNED)'",
  '\u001b]0;x\u0007lib.a',
  'a && touch PWNED',
  '> PWNED',
  '~/lib.a',
  '=touch',
  '*',
  '{a,b}.a',
  '!!',
  '#lib.a',
  '',
  ' ',
  '%s\\0',
  '\u202eliba.a',
  'bücher/lib.a',
  "'",
  '\\',
  'A=b',
];

const SIGNS = `ab.-/ $\`'"\\\n\t;&|<>(){}[]*?!#~=%@^é\u001b\u202e`;

describe('shellCommand', () => {
  it('leaves a name one argument, whatever is in it', () => {
    expect(wordsInShell(ATTACKS)).toEqual(ATTACKS);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does so for random names', () => {
    const { below: roll } = diceOf(20261130);
    const words = Array.from({ length: 400 }, () => {
      const length = roll(12);
      return `${Array.from({ length }, () => [...SIGNS][roll([...SIGNS].length)]).join('')}`;
    }).filter((word) => !word.endsWith('\n'));
    for (let at = 0; at < words.length; at += 200)
      expect(wordsInShell(words.slice(at, at + 200))).toEqual(words.slice(at, at + 200));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('prints nothing that a terminal would obey', () => {
    for (const word of [...ATTACKS, 'lib.a\n'])
      for (const shell of ['posix', 'windows'] as const)
        expect(hasUnprintable(shellCommand([word], shell)), word).toBe(false);
  });

  it('keeps a newline at the end of a name, for shells that can', () => {
    expect(shellCommand(['ranlib', 'lib.a\n'], 'posix')).toBe("ranlib $'lib.a\\012'");
  });

  it('sets no variable and begins no loop where a command begins', () => {
    expect(shellCommand(['A=b', 'A=b'], 'posix')).toBe("'A=b' A=b");
    expect(shellCommand(['while', 'while'], 'posix')).toBe("'while' while");
  });

  it('leaves plain words as they are', () => {
    const plain = ['gcc', '-Wl,--whole-archive', 'out/libw.a', '-Wl,-T,k.ld', '--defsym=a=b', '/out:x.exe'];
    expect(shellCommand(plain, 'posix')).toBe(plain.join(' '));
  });
});

/** The argument that cmd.exe passes on: a caret escapes the next character, and no other special character remains. */
function lineOfCmd(command: string): string {
  const line: string[] = [];
  for (let at = 0; at < command.length; at++) {
    if (command[at] === '^') at++;
    else expect('()%!^"<>&|').not.toContain(command[at]);
    line.push(command[at]);
  }
  return line.join('');
}

describe('shellCommand for cmd.exe', () => {
  it('leaves a name one argument, whatever is in it', () => {
    const { below: roll } = diceOf(7);
    const signs = [...'ab .-/\\%!^&|<>()"$`\'*'];
    const words = Array.from({ length: 2000 }, () =>
      Array.from({ length: roll(10) }, () => signs[roll(signs.length)]).join(''),
    );
    for (const word of [...words, 'lib%PATH%.a', 'a b\\', 'a" & calc & "b', ''])
      expect(splitWindowsCommandLine(lineOfCmd(shellCommand(['lib', word], 'windows')))).toEqual([
        'lib',
        word,
      ]);
  });
});

describe('fileArgument', () => {
  it('makes no option of a name', () => {
    expect(fileArgument('-h.a')).toBe('./-h.a');
    expect(fileArgument('libs.a')).toBe('libs.a');
  });
});
