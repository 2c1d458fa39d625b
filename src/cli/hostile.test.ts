import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { build, META, REGULAR, THIN, text } from '../../test/builders/build-archive.js';
import { buildUniversal } from '../../test/builders/build-universal.js';
import { writeElf } from '../../test/builders/write-elf.js';
import { folderState } from '../../test/folder-state.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runWithin } from '../../test/run-within.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';
import { readNotation } from '../link/notation/notation-text.js';

/** Files made to harm: they cost no more time and memory than their size is good for, and touch nothing else. */

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f]/;
const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES));

const trim = (archive: string): string[] => [
  ...['trim', '--provider', at('libstdlib.a'), '--out-dir', at('out')],
  ...[at('main.o'), at(archive), at('libstdlib.a')],
];

describe('cycles', () => {
  test('response files that name each other, and themselves many times', async () => {
    writeFileSync(at('a.rsp'), `@${at('b.rsp')}`);
    writeFileSync(at('b.rsp'), `@${at('a.rsp')}`);
    expect((await runWithin('check', `@${at('a.rsp')}`)).error).toMatch(/nested/);
    writeFileSync(at('c.rsp'), `@${at('c.rsp')} `.repeat(1000));
    expect((await runWithin('check', `@${at('c.rsp')}`)).exitCode).toBe(2);
  });

  test('response files that name the next one often: 10 files for 10^10 words', async () => {
    for (let level = 0; level < 10; level++)
      writeFileSync(at(`${level}.rsp`), `@${at(`${level + 1}.rsp`)} `.repeat(10));
    writeFileSync(at('10.rsp'), 'x.o ');
    expect((await runWithin('check', `@${at('0.rsp')}`)).error).toMatch(/response files/);
  });

  test('linker scripts that name the next one often', async () => {
    for (let level = 0; level < 9; level++)
      writeFileSync(at(`${level}.ld`), `INPUT(${`${at(`${level + 1}.ld`)} `.repeat(10)})`);
    writeFileSync(at('9.ld'), 'INPUT(main.o)');
    expect((await runWithin('check', at('0.ld'))).error).toMatch(/more than 1000 linker scripts/);
  });

  test('a thin archive that names itself', async () => {
    const size = (length: number) => build(THIN, [{ field: 'self.a/', data: text(''), size: length }]);
    writeFileSync(at('self.a'), size(size(0).length));
    await runWithin('check', at('self.a'));
    await runWithin('inspect', '-m', at('self.a'));
  });

  test('a universal file in a universal file, and an archive in an archive', async () => {
    const object = readFileSync(join(FOUNDING, 'macho/main.o'));
    const inner = buildUniversal([{ architecture: 'arm64', bytes: object }]);
    writeFileSync(at('outer.a'), buildUniversal([{ architecture: 'arm64', bytes: inner }]));
    await runWithin('check', at('outer.a'));
    const archive = readFileSync(at('libext_http.a'));
    writeFileSync(at('nested.a'), build(REGULAR, [{ field: 'inner.a/', data: archive }]));
    await runWithin('check', at('nested.a'));
  });
});

describe('counts and sizes', () => {
  test.each([
    ['members of 4 GB', `${'x.o/'.padEnd(16)}${META}${'4294967295'}\`\n`],
    ['an index of 2^31 entries', `${'/'.padEnd(16)}${META}${'4'.padEnd(10)}\`\n\x7f\xff\xff\xff`],
    [
      'an index of 2^63 entries',
      `${'/SYM64/'.padEnd(16)}${META}${'8'.padEnd(10)}\`\n\x7f${'\xff'.repeat(7)}`,
    ],
    [
      'an inline name of 9,999,999,999',
      `${'#1/9999999999'.padEnd(16)}${META}${'20'.padEnd(10)}\`\n${' '.repeat(20)}`,
    ],
  ])('%s that are not there', async (_, entry) => {
    writeFileSync(at('x.a'), Buffer.from(REGULAR + entry, 'latin1'));
    expect((await runWithin(...trim('x.a'))).exitCode).toBe(2);
  });

  test('a thin archive that names one large object often is refused; a few times, it is read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `  T some_function_${row}\n`);
    const [member] = readNotation(`big.o:\n${rows.join('')}`).members;
    const object = writeElf(member, { member: 0, firstSymbol: 0 });
    writeFileSync(at('big.o'), object);
    const inspect = (count: number) => {
      const entry = { field: 'big.o/', data: text(''), size: object.length };
      writeFileSync(at('thin.a'), build(THIN, Array(count).fill(entry)));
      return runWithin('inspect', at('thin.a'));
    };
    const refused = await inspect(1000);
    expect(refused.exitCode).toBe(2);
    expect(refused.error).toContain('are listed repeatedly');
    const read = await inspect(3);
    expect(read.exitCode).toBe(0);
    expect(read.out).toContain('3 members');
  }, 60_000);

  test('100,000 members of no bytes', async () => {
    const header = Buffer.from(`${'x.o/'.padEnd(16)}${META}${'0'.padEnd(10)}\`\n`);
    writeFileSync(at('x.a'), Buffer.concat([text(REGULAR), ...Array<Buffer>(100_000).fill(header)]));
    await runWithin('check', '-q', at('x.a'));
  }, 60_000);

  test('sections and symbols of an object that lie over each other', async () => {
    const object = readFileSync(at('main.o'));
    const [table, count] = [Number(object.readBigUInt64LE(0x28)), object.readUInt16LE(0x3c)];
    for (let row = 1; row < count; row++) object.writeBigUInt64LE(0n, table + row * 64 + 0x18);
    writeFileSync(at('x.o'), object);
    await runWithin('check', at('x.o'), at('libstdlib.a'));
  });
});

describe('names', () => {
  const withMember = (name: string) =>
    writeFileSync(
      at('x.a'),
      build(REGULAR, [
        { field: '//', data: Buffer.from(`${name}/\n`, 'latin1') },
        { field: '/0', data: readFileSync(at('main.o')) },
      ]),
    );

  test.each([
    ['that leads upwards', '../../../../etc/passwd'],
    ['that is absolute', '/etc/passwd'],
    ['with a NUL', 'a\0b.o'],
    ['with escape sequences', '\x1b]0;title\x07\x1b[31m.o'],
    ['of 10^6 characters', 'n'.repeat(1_000_000)],
    ['of bytes that are no UTF-8', '\xff\xfe\x80.o'],
  ])('a member %s', async (_, name) => {
    withMember(name);
    const before = folderState(at());
    for (const ran of [
      await runWithin('check', at('x.a'), at('libstdlib.a')),
      await runWithin('inspect', '-m', at('x.a')),
      await runWithin(...trim('x.a')),
    ])
      expect(ran.out + ran.error).not.toMatch(CONTROLS);
    rmSync(at('out'), { recursive: true, force: true });
    expect(folderState(at())).toEqual(before);
  });

  test.each([
    ['with a NUL', 'a\0b'],
    ['of 20,000 characters', 'n'.repeat(20_000)],
    ['that leads upwards for long', '../'.repeat(5_000)],
  ])('a file or library on the line %s', async (_, name) => {
    for (const words of [[name], [`-l${name}`], [`-L${name}`, '-lfoo'], ['-T', name], [`@${name}`]]) {
      writeFileSync(at('line.rsp'), words.join('\n'));
      await runWithin('check', `@${at('line.rsp')}`, at('main.o'));
    }
    writeFileSync(at('script'), `INPUT("${name}")`);
    await runWithin('check', at('main.o'), at('script'));
    writeFileSync(
      at('thin.a'),
      build(THIN, [
        { field: '//', data: Buffer.from(`${name}/\n`, 'latin1') },
        { field: '/0', data: text(''), size: 9 },
      ]),
    );
    expect((await runWithin('check', at('thin.a'))).exitCode).toBe(2);
  });
});

test.skipIf(process.platform !== 'linux')('a file whose name is not UTF-8', async () => {
  mkdirSync(at('folder'));
  writeFileSync(Buffer.concat([Buffer.from(at('folder/')), Buffer.of(0xff)]), REGULAR);
  for (const word of [at('folder'), `@${at('line.rsp')}`]) {
    writeFileSync(at('line.rsp'), Buffer.concat([Buffer.from('main.o '), Buffer.of(0xff)]));
    const { exitCode, error } = await runWithin('check', at('main.o'), word);
    expect([exitCode, error.split('\n').length]).toEqual([2, 2]);
  }
  expect((await runWithin('check', at('folder'))).error).toContain(
    'a name that is not UTF-8 cannot be opened',
  );
});

describe('files that are no plain files', () => {
  needsTool('mkfifo')('a FIFO as input and as output is refused, and nothing waits', async ([mkfifo]) => {
    const { execFileSync } = await import('node:child_process');
    execFileSync(mkfifo, [at('pipe.a')]);
    expect((await runWithin(...trim('pipe.a'))).error).toMatch(/not a regular file/);
    const args = trim('libext_http.a').map((word) => (word === at('out') ? at('pipe.a') : word));
    expect((await runWithin(...args.with(args.indexOf('--out-dir'), '-o'))).error).toMatch(
      /not a regular file/,
    );
  });

  test('devices: /dev/null, /dev/zero', async () => {
    for (const device of ['/dev/null', '/dev/zero'])
      expect((await runWithin('check', at('main.o'), device)).error).toMatch(/not a regular file/);
    for (const args of [
      ['check', '@/dev/zero'],
      ['verify', '/dev/zero'],
      ['check', '--baseline', '/dev/zero', at('main.o')],
    ])
      expect((await runWithin(...args)).error).toMatch(/too large to be read as text/);
    expect((await runWithin('check', '@/dev/null', at('main.o'))).exitCode).toBe(0);
    const args = trim('libext_http.a').map((word) => (word === at('out') ? '/dev/null' : word));
    expect((await runWithin(...args.with(args.indexOf('--out-dir'), '-o'))).exitCode).toBe(2);
  });

  test('an output that is a link: what it leads to stays as it is', async () => {
    writeFileSync(at('precious'), 'precious');
    mkdirSync(at('out'));
    symlinkSync('../precious', at('out/libext_http.a'));
    expect((await runWithin(...trim('libext_http.a'))).exitCode).toBe(2);
    expect(readFileSync(at('precious'), 'utf8')).toBe('precious');
    rmSync(at('out/libext_http.a'));
    linkSync(at('precious'), at('out/libext_http.a'));
    expect((await runWithin(...trim('libext_http.a'))).exitCode).toBe(2);
    expect(readFileSync(at('precious'), 'utf8')).toBe('precious');
    rmSync(at('out/libext_http.a'));
    expect((await runWithin(...trim('libext_http.a'))).exitCode).toBe(0);
    expect(readFileSync(at('out/libext_http.a')).subarray(0, 8).toString()).toBe(REGULAR);
  });

  test('an output on another file system than the inputs', async (context) => {
    let other: string;
    try {
      other = mkdtempSync('/dev/shm/ardedup-hostile-');
    } catch {
      return context.skip('no /dev/shm');
    }
    try {
      const args = trim('libext_http.a').map((word) => (word === at('out') ? other : word));
      expect((await runWithin(...args)).exitCode).toBe(0);
      expect(readdirSync(other)).toEqual(['libext_http.a']);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});
