import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeGnuArchive } from '../../../test/builders/write-archive.js';
import { writeElf } from '../../../test/builders/write-elf.js';
import { LineError } from '../command/line-error.js';
import { openLine } from '../line/open-lines.js';
import { readNotation } from '../notation/notation-text.js';
import { readLinkerScript } from './linker-script.js';

const namesOf = (text: string): string[] | undefined =>
  readLinkerScript(text)?.inputs.map(({ kind, text: name, asNeeded, group }) =>
    [
      kind === 'library' ? `-l${name}` : name,
      ...(asNeeded ? ['as needed'] : []),
      ...(group < 0 ? [] : [`group ${group}`]),
    ].join(', '),
  );

describe('what a script names', () => {
  test.each([
    [
      '/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/libc.so.6 /usr/lib/libc_nonshared.a  AS_NEEDED ( /lib64/ld.so.2 ) )',
      ['/lib/libc.so.6, group 0', '/usr/lib/libc_nonshared.a, group 0', '/lib64/ld.so.2, as needed, group 0'],
    ],
    ['GROUP ( libgcc_s.so.1 -lgcc )', ['libgcc_s.so.1, group 0', '-lgcc, group 0']],
    ['INPUT(libc++.so.1 -lc++abi)', ['libc++.so.1', '-lc++abi']],
    [
      'INPUT(a.o, "with blank.o")GROUP(b.a)GROUP(c.a)',
      ['a.o', 'with blank.o', 'b.a, group 0', 'c.a, group 1'],
    ],
    ['INPUT(a.o', ['a.o']],
    ['SECTIONS { .text : { *(.text) KEEP(*(.init)) x = INPUT; } }', []],
  ])('%s', (text, expected) => expect(namesOf(text)).toEqual(expected));

  test('names and folders', () => {
    const script = readLinkerScript(
      'ENTRY(start) EXTERN(a b) SEARCH_DIR("=/usr/lib") INCLUDE more.ld\n' +
        'SECTIONS { . = 0x1000; begin = .; end=.; PROVIDE(etext = .); .data : { *(.data) limit += 8; } }',
    );
    expect(script).toMatchObject({
      entry: 'start',
      required: ['a', 'b'],
      folders: ['=/usr/lib'],
      included: ['more.ld'],
      assigned: ['begin', 'end', 'limit'],
    });
  });

  test.each(['', 'hello, world', 'int main(void) { int INPUTS = 1; return INPUTS; }'])(
    'no script: %s',
    (text) => expect(readLinkerScript(text)).toBeNull(),
  );

  test('nothing but text is in a text, however it ends', () => {
    const sound = 'GROUP ( /lib/a.so AS_NEEDED ( "b c" ) ) x = 1; /* y */ EXTERN(z) INCLUDE w';
    for (let length = 0; length <= sound.length; length++) readLinkerScript(sound.slice(0, length));
    for (const sign of '(){};,"*/=')
      for (let at = 0; at < sound.length; at++)
        readLinkerScript(`${sound.slice(0, at)}${sign}${sound.slice(at + 1)}`);
    expect(readLinkerScript('INPUT('.repeat(50_000))?.inputs.length).toBeGreaterThan(0);
  });
});

describe('a script on the line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-script-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const { members } = readNotation('main.o:\n  U f\nliba.a(a.o):\n  T f x');
  const [main, a] = members.map((member, id) => writeElf(member, { member: id, firstSymbol: 0 }));
  writeFileSync(at('main.o'), main);
  mkdirSync(at('deep'));
  writeFileSync(at('deep/liba.a'), writeGnuArchive([{ name: 'a.o', data: a }], [{ name: 'f', ordinal: 0 }]));
  writeFileSync(at('deep/libf.so'), 'GROUP(liba.a AS_NEEDED(-la))');

  test('is replaced by the inputs that it names, in its own folder and those of -L', () => {
    const opened = openLine([at('main.o'), `-L${at('deep')}`, '-lf']);
    expect(opened.skipped).toEqual([]);
    expect(opened.inputs.archives.map(({ path }) => path)).toEqual([at('deep/liba.a')]);
    expect(opened.line.items.map(({ kind, group }) => `${kind} ${group}`)).toEqual([
      'object -1',
      'archive 0',
      'archive 0',
    ]);
    expect(opened.paths).toContain(at('deep/libf.so'));
    // No word of the line could name another in its place.
    expect(opened.inputs.archives[0].isFixed).toBe(true);
    opened.close();
  });

  test('of -T says what is wanted', () => {
    writeFileSync(at('script.ld'), 'ENTRY(start) EXTERN(wanted) SECTIONS { x = .; unused = .; }');
    const opened = openLine(['-T', at('script.ld'), at('main.o'), at('deep/liba.a')]);
    const { names } = opened.inputs.symbols;
    expect(opened.line.roots.map(({ name, reason }) => `${names.text(name)} ${reason}`)).toEqual([
      'wanted option',
      'start entry',
      'main start-up',
    ]);
    expect(opened.skipped).toEqual([
      { what: at('script.ld'), reason: 'its definition of x is not simulated' },
    ]);
    opened.close();
  });

  test('of a sysroot names files of the sysroot', () => {
    mkdirSync(at('root/lib'), { recursive: true });
    writeFileSync(at('root/lib/libg.so'), 'GROUP(/lib/libg.a)');
    const { data, name } = { data: a, name: 'a.o' };
    writeFileSync(at('root/lib/libg.a'), writeGnuArchive([{ name, data }], [{ name: 'f', ordinal: 0 }]));
    const opened = openLine([at('main.o'), `--sysroot=${at('root')}`, '-L=/lib', '-lg']);
    expect(opened.inputs.archives.map(({ path }) => path)).toEqual([at('root/lib/libg.a')]);
    opened.close();
  });

  test('must be one, and must not name itself', () => {
    writeFileSync(at('none.ld'), 'hello, world');
    writeFileSync(at('loop.ld'), 'INPUT(loop.ld loop.ld)');
    expect(() => openLine([at('main.o'), '-T', at('none.ld')])).toThrow(LineError);
    expect(() => openLine([at('main.o'), at('loop.ld')])).toThrow('linker scripts name each other');
    expect(() => openLine([at('main.o'), at('none.ld')])).toThrow('neither an archive nor an object file');
  });
});
