import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/founding');

const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES));
afterEach(() => chmodSync(at(), 0o755));

/** Runs, and expects exit code 2, one line that says `problem`, and nothing touched. */
async function expectRefused(args: readonly string[], ...problems: (string | RegExp)[]): Promise<string> {
  const before = folderState(at());
  const { exitCode, out, error } = await runMain(args);
  expect({ exitCode, out }, error).toEqual({ exitCode: 2, out: '' });
  expect(error).toMatch(/^ardedup: [^\n]+\n$/);
  expect(error).not.toMatch(/\n\s+at |node:internal|TypeError|RangeError/);
  for (const problem of problems) expect(error).toMatch(problem);
  expect(folderState(at())).toEqual(before);
  return error;
}

/** The line with one file in the place of the wrapper, for a command that would write. */
const trimming = (wrapper: string, ...more: string[]) => [
  ...['trim', '--provider', at('libstdlib.a'), '--out-dir', at('out'), '--plan', at('plan.json')],
  ...[at('main.o'), at(wrapper), at('libstdlib.a'), ...more],
];

describe('an output that cannot be written is found before any is written', () => {
  const line = () => ['--provider', at('libstdlib.a'), ...FOUNDING_FILES.map((name) => at(name))];

  test.each([
    ['--plan', '--out-dir', 'made'],
    ['--depfile', '--plan', 'plan.json', '--out-dir', 'made'],
    ['--depfile', '--plan', 'plan.json', '--dry-run'],
    ['--depfile', '--also', 'LINE', '--plan', 'plan.json', '--dry-run'],
    ['--plan', '--also', 'LINE', '--out-dir', 'made'],
  ])('trim %s', async (option, ...rest) => {
    const also = ['cc', ...FOUNDING_FILES.map((name) => at(name))].join(' ');
    const more = rest.map((word) => (/^(made|plan)/.test(word) ? at(word) : word.replace('LINE', also)));
    const missing = at('missing/file');
    await expectRefused(
      ['trim', ...more, option, missing, ...line()],
      `${missing}: cannot be written: no folder`,
    );
  });

  test('a report of check', async () => {
    const reports = ['--report', `json=${at('a.json')}`, '--report', `csv=${at('missing/a.csv')}`];
    await expectRefused(['check', ...reports, ...line()], 'cannot be written: no folder');
    const baseline = ['--baseline', at('missing/known.json'), '--update-baseline'];
    await expectRefused(['check', ...reports.slice(0, 2), ...baseline, ...line()], 'cannot be written');
  });

  test('a plan in the folder that is made for the archives is written', async () => {
    const { exitCode, error } = await runMain([
      ...['trim', '--out-dir', at('made'), '--plan', at('made/plan.json')],
      ...line(),
    ]);
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  });
});

describe('a broken input is refused, and nothing is written', () => {
  test('an archive cut at every place of its headers, and many others', async () => {
    const whole = readFileSync(at('libext_http.a'));
    const headers = [...whole.toString('latin1').matchAll(/`\n/g)].map(({ index }) => index - 58);
    const cuts = new Set<number>();
    for (const header of headers) for (let more = 0; more <= 62; more++) cuts.add(header + more);
    for (let size = 1; size < whole.length; size += 97) cuts.add(size);
    // A cut between two members leaves a sound archive: it is shorter, and its index says too much.
    const isSound = (size: number) => size === 8 || headers.includes(size);
    for (const size of [...cuts].filter((cut) => cut > 0 && cut < whole.length && !isSound(cut))) {
      writeFileSync(at('cut.a'), whole.subarray(0, size));
      const { exitCode, error } = await runMain(trimming('cut.a'));
      expect({ exitCode, error }, `cut at ${size}`).toEqual({
        exitCode: 2,
        error: expect.stringMatching(/^ardedup: [^\n]*cut\.a[^\n]*\n$/),
      });
    }
    for (const size of [1, 7, 9, 67, 69, 1000, whole.length - 1]) {
      writeFileSync(at('cut.a'), whole.subarray(0, size));
      await expectRefused(trimming('cut.a'), /cut\.a/);
    }
  });

  test('a member that says it is larger, smaller, or of no size', async () => {
    const whole = readFileSync(at('libext_http.a'));
    const header = whole.lastIndexOf('`\n') - 58;
    const sizes = ['99999999', '1', 'twelve', '-1', '', '0x10', '9999999999'];
    for (const size of sizes) {
      const bytes = Buffer.from(whole);
      bytes.write(size.padEnd(10), header + 48, 'latin1');
      writeFileSync(at('sized.a'), bytes);
      await expectRefused(trimming('sized.a'), /sized\.a/, /0x[0-9a-f]+/);
    }
  });

  test('an object that is broken within a sound archive names file, member and offset', async () => {
    const bytes = readFileSync(at('libext_http.a'));
    const object = bytes.indexOf('\x7fELF', 0, 'latin1');
    // e_shoff: the section headers lie far behind the end.
    bytes.writeUInt32LE(0x00ffff00, object + 0x28);
    writeFileSync(at('broken.a'), bytes);
    await expectRefused(trimming('broken.a'), /broken\.a\(ext_http-[^)]*\)\+0x[0-9a-f]+: /);
  });

  test.each([
    ['empty', ''],
    ['garbage', 'not an archive\n'],
    ['a linker script that names nothing there is', 'GROUP ( libnowhere.a )\n'],
    ['half a magic', '!<arc'],
  ])('%s', async (_, content) => {
    writeFileSync(at('odd.a'), content);
    await expectRefused(trimming('odd.a'), /odd\.a/);
  });

  test('a missing file, a folder, a missing response file', async () => {
    mkdirSync(at('folder.a'));
    await expectRefused(trimming('missing.a'), /missing\.a: no such file/);
    await expectRefused(trimming('folder.a'), /folder\.a: not a regular file/);
    await expectRefused(trimming('main.o', `@${at('missing.rsp')}`), /missing\.rsp: no such file/);
  });

  test('a file that may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read every file');
    chmodSync(at('libext_http.a'), 0);
    const { exitCode, error } = await runMain(trimming('libext_http.a'));
    chmodSync(at('libext_http.a'), 0o644);
    expect({ exitCode, error }).toEqual({
      exitCode: 2,
      error: `ardedup: ${at('libext_http.a')}: permission denied\n`,
    });
  });

  test('a loop of symbolic links', async () => {
    symlinkSync('loop.a', at('loop.a'));
    await expectRefused(trimming('loop.a'), /loop\.a/);
  });

  test('objects of two machines', async () => {
    cpSync(join(FIXTURES, 'macho/libext_http.a'), at('macho.a'));
    await expectRefused(trimming('macho.a'), /macho\.a\(ext_http.* is macho arm64.*elf x86-64/);
  });

  needsTool('llvm-ar')('a thin archive with a missing, and with a changed member', async ([ar]) => {
    cpSync(at('main.o'), at('part.o'));
    execFileSync(ar, ['rcsT', 'thin.a', 'part.o'], { cwd: at() });
    expect((await runMain(['check', '--fail-on', 'never', at('thin.a')])).exitCode).toBe(0);
    rmSync(at('part.o'));
    await expectRefused(['check', at('thin.a')], /thin\.a, a thin archive: .*part\.o: no such file/);
    writeFileSync(at('part.o'), 'short');
    await expectRefused(['check', at('thin.a')], /part\.o.*thin\.a records \d+ bytes, but the file has 5/);
  });
});

describe('an output that cannot be written is refused before anything is', () => {
  const to = (output: string, ...more: string[]) => [
    ...['trim', '--provider', at('libstdlib.a'), '-o', output, ...more],
    ...[at('main.o'), at('libext_http.a'), at('libstdlib.a')],
  ];

  test('the input itself, under any of its names', async () => {
    symlinkSync('libext_http.a', at('soft.a'));
    linkSync(at('libext_http.a'), at('hard.a'));
    symlinkSync('.', at('here'));
    for (const path of ['libext_http.a', 'soft.a', 'hard.a', 'here/libext_http.a', 'libstdlib.a'])
      await expectRefused(to(at(path)), 'is an input of the link');
    await expectRefused(to(at('main.o')), 'is an input of the link');
    await expectRefused(
      [
        'trim',
        '--provider',
        at('libstdlib.a'),
        '--out-dir',
        at(),
        at('main.o'),
        at('libext_http.a'),
        at('libstdlib.a'),
      ],
      'is an input of the link',
    );
  });

  test('a plan cannot replace an input either', async () => {
    await expectRefused(to(at('new.a'), '--plan', at('libext_http.a')), 'is an input of the link');
    await expectRefused(to(at('new.a'), '--plan', at('main.o')), 'is an input of the link');
    await expectRefused(to(at('new.a'), '--plan', at('new.a')));
  });

  test('a folder, a missing folder, a file in the place of a folder', async () => {
    mkdirSync(at('taken'));
    await expectRefused(to(at('taken')), 'not a regular file');
    await expectRefused(to(at('no/such/out.a')), 'no folder');
    await expectRefused(to(at('main.o/out.a')), 'cannot be written');
    await expectRefused(
      trimming('libext_http.a').map((word) => (word === at('out') ? at('main.o/out') : word)),
      'cannot be made',
    );
  });

  test('a folder that may not be written to', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may write everywhere');
    mkdirSync(at('closed'), { mode: 0o555 });
    await expectRefused(to(at('closed/out.a')), 'permission denied');
  });

  test('what was at the place of the output is replaced as a whole', async () => {
    writeFileSync(at('old.a'), '!<arch>\n');
    const ran = await runMain(to(at('old.a')));
    expect(ran.exitCode).toBe(0);
    const names = Object.keys(folderState(at()));
    expect(names).toEqual(['libext_http.a', 'libstdlib.a', 'main.o', 'old.a']);
    expect(statSync(at('old.a')).size).toBeGreaterThan(8);
  });
});

describe('names never reach the terminal as escape sequences', () => {
  const EVIL = 'lib\x1b[31m\x07evil.a';
  const expectHarmless = async (...args: string[]): Promise<void> => {
    const { out, error } = await runMain(args);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(out + error).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(out + error).toContain('\\x1b[31m\\x07');
  };

  test('of a file, in what is printed and in errors', async () => {
    cpSync(at('libext_http.a'), at(EVIL));
    const line = ['--provider', at('libstdlib.a'), at('main.o'), at(EVIL), at('libstdlib.a')];
    await expectHarmless('trim', '--out-dir', at('out'), '--plan', at('plan.json'), ...line);
    await expectHarmless('check', ...line);
    await expectHarmless('inspect', '--members', at(EVIL));
    writeFileSync(at(EVIL), readFileSync(at('libext_http.a')).subarray(0, 3000));
    await expectHarmless('check', ...line);
    await expectHarmless('verify', at('plan.json'));
    await expectHarmless('check', `--${EVIL}`, at('main.o'));
    await expectHarmless('verify', at(`${EVIL}.json`));
  });

  test('of a member', async () => {
    const header = (size: number) =>
      `${'\x1b[31m\x07.o/'.padEnd(16)}${'0'.padEnd(32)}${String(size).padEnd(10)}\`\n`;
    for (const size of [4, 400]) {
      writeFileSync(at('evil.a'), `!<arch>\n${header(size)}text`);
      await expectHarmless('inspect', '--members', at('evil.a'));
    }
  });
});

describe('commands that do not link, and files that are not logs', () => {
  test.each([
    [
      ['fix', '--', 'make', 'V=1'],
      'make runs the link: give the command that it runs, which make V=1 or make -n prints',
    ],
    [['check', '--', '/usr/bin/cmake', '--build', 'out'], '/usr/bin/cmake runs the link: '],
    [['explain', '--', 'cargo', 'build'], 'cargo runs the link: '],
    [
      ['fix', '--', 'nocc', 'main.o'],
      'nocc: no such program in PATH, and not the name of a known compiler or linker',
    ],
    [
      ['fix', '--linker', 'ldd', '--', 'ld', 'main.o'],
      '--linker ldd: unknown linker; did you mean lld? (expected gnu-ld, gold',
    ],
    ...['fix', 'check', 'explain'].map((command): [string[], string] => [
      [command, '--', 'ld.bfd', '-o', 'program'],
      'ld.bfd: the command has no object and no archive',
    ]),
  ])('%j', async (args, message) => {
    const { exitCode, out, error } = await runMain(args);
    expect([exitCode, out, error]).toEqual([2, '', expect.stringContaining(`ardedup: ${message}`)]);
  });

  test.each([
    ['link.log.gz', [0x1f, 0x8b, 8, 0], 'a compressed file; unpack it first'],
    ['program', [0x7f, 0x45, 0x4c, 0x46], 'a program or object'],
  ])('%s', async (name, bytes, what) => {
    writeFileSync(at(name), Uint8Array.from(bytes));
    const { exitCode, error } = await runMain(['explain', at(name)]);
    expect([exitCode, error]).toEqual([2, `ardedup: ${at(name)}: expected a linker's log, got ${what}\n`]);
  });
});
