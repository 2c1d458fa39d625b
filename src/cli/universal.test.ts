import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../test/builders/build-universal.js';
import { folderState } from '../../test/folder-state.js';
import { needsTool, tool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';
import { openLine, openLines } from '../link/line/open-lines.js';

const MACHO = join(import.meta.dirname, '../../fixtures/founding/macho');
const founding = (name: string): Buffer => readFileSync(join(MACHO, name));

const at = useFolder();

/** A file of the founding case, for two architectures. */
function writeFat(name: string, options?: { is64?: boolean; align?: number }, from = name): void {
  const parts = ['x86_64', 'arm64'].map((architecture) => ({
    architecture,
    bytes: retargeted(founding(from), architecture),
  }));
  writeFileSync(at(name), buildUniversal(parts, options));
}

const line = () => [at('main.o'), at('libext_http.a'), at('libstdlib.a')];
const trimming = (...more: string[]) => [
  ...['trim', '--provider', at('libstdlib.a'), '--out-dir', at('out'), '--plan', at('plan.json')],
  ...[...more, ...line()],
];

describe('a universal file is written whole', () => {
  beforeEach(() => {
    for (const name of ['main.o', 'libstdlib.a']) writeFat(name);
  });

  test.each([
    [false, 3],
    [false, 14],
    [true, 3],
  ])('offsets of 64 bits: %s, alignment 2^%i', async (is64, align) => {
    writeFat('libext_http.a', { is64, align });
    expect(await runMain(trimming())).toMatchObject({ exitCode: 0, error: '' });
    const trimmed = await trimmedAlone('x86_64', 'arm64');
    expect(readFileSync(at('out/libext_http.a'))).toEqual(buildUniversal(trimmed, { is64, align }));
    expect(await runMain(['verify', at('plan.json')])).toMatchObject({ exitCode: 0, error: '' });
  });

  test('a slice that is not asked about stays byte for byte, and so does one that is not an archive', async () => {
    const parts = [
      { architecture: 'x86_64', bytes: retargeted(founding('libext_http.a'), 'x86_64') },
      { architecture: 'ppc', bytes: Buffer.from('this is not read here') },
      { architecture: 'arm64', bytes: founding('libext_http.a') },
    ];
    writeFileSync(at('libext_http.a'), buildUniversal(parts));
    expect((await runMain(trimming('--arch', 'arm64'))).exitCode).toBe(0);
    const [trimmed] = await trimmedAlone('arm64');
    const expected = buildUniversal([parts[0], parts[1], trimmed]);
    expect(readFileSync(at('out/libext_http.a'))).toEqual(expected);
    expect((await runMain(['verify', at('plan.json')])).exitCode).toBe(0);
    const { exitCode, error } = await runMain(['check', ...line()]);
    expect({ exitCode, error }).toEqual({
      exitCode: 2,
      error: expect.stringMatching(
        /libext_http\.a \(ppc\)\+0x[0-9a-f]+: neither an archive nor an object file\n$/,
      ),
    });
  });

  test('-o writes a copy when nothing goes', async () => {
    writeFat('libext_http.a', { align: 5 }, 'libext_stale.a');
    const args = ['trim', '--provider', at('libstdlib.a'), '-o', at('same.a'), ...line()];
    expect((await runMain(args)).exitCode).toBe(0);
    expect(readFileSync(at('same.a'))).toEqual(readFileSync(at('libext_http.a')));
  });

  test('an archive of one architecture that two links share is written when they agree', async () => {
    const thin = retargeted(founding('libext_http.a'), 'x86_64');
    writeFileSync(at('libext_http.a'), thin);
    const both = (name: string, from: string, haswell = from) =>
      writeFileSync(
        at(name),
        buildUniversal([
          { architecture: 'x86_64', bytes: retargeted(founding(from), 'x86_64') },
          { architecture: 'x86_64h', bytes: retargeted(founding(haswell), 'x86_64h') },
        ]),
      );
    both('main.o', 'main.o');
    both('libstdlib.a', 'libstdlib.a');
    expect((await runMain(trimming())).exitCode).toBe(0);
    const [trimmed] = await trimmedAlone('x86_64');
    expect(readFileSync(at('out/libext_http.a'))).toEqual(trimmed.bytes);
    rmSync(at('out'), { recursive: true });
    both('libstdlib.a', 'libstdlib.a', 'libext_stale.a');
    const { exitCode, error } = await runMain(trimming());
    expect({ exitCode, error }).toEqual({
      exitCode: 2,
      error: expect.stringContaining('for which different members can be dropped; choose one with --arch'),
    });
    expect(existsSync(at('out'))).toBe(false);
  });
});

/** The wrapper trimmed in a line without universal files, for each architecture. */
async function trimmedAlone(...architectures: string[]): Promise<{ architecture: string; bytes: Buffer }[]> {
  const trimmed: { architecture: string; bytes: Buffer }[] = [];
  for (const architecture of architectures) {
    const alone = at(`alone-${architecture}`);
    mkdirSync(alone);
    const files = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) => {
      writeFileSync(join(alone, name), retargeted(founding(name), architecture));
      return join(alone, name);
    });
    await runMain(['trim', '--provider', files[2], '-o', join(alone, 'out.a'), ...files]);
    trimmed.push({ architecture, bytes: readFileSync(join(alone, 'out.a')) });
  }
  return trimmed;
}

describe('a broken universal file is refused, and nothing is written', () => {
  const refusal = /^ardedup: [^\n]*bad\.a[^\n]*\n$/;
  const whole = buildUniversal([
    { architecture: 'x86_64', bytes: retargeted(founding('libext_http.a'), 'x86_64') },
    { architecture: 'arm64', bytes: founding('libext_http.a') },
  ]);
  beforeEach(() => {
    for (const name of ['main.o', 'libstdlib.a']) writeFat(name);
  });
  const args = () => trimming().map((word) => (word === at('libext_http.a') ? at('bad.a') : word));

  test('cut anywhere in its table, and at many other places', async () => {
    const cuts = [...Array(64).keys(), ...Array.from({ length: 40 }, (_, step) => 64 + step * 497)];
    for (const size of cuts.filter((cut) => cut < whole.length)) {
      writeFileSync(at('bad.a'), whole.subarray(0, size));
      const before = folderState(at());
      const { exitCode, out, error } = await runMain(args());
      expect({ exitCode, out, error }, `cut at ${size}`).toEqual({
        exitCode: 2,
        out: '',
        error: expect.stringMatching(refusal),
      });
      expect(folderState(at())).toEqual(before);
    }
  });

  test('with any byte of its table changed it is refused, or another file that is as good', async () => {
    for (let offset = 0; offset < 48; offset++)
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(whole);
        changed[offset] ^= flip;
        writeFileSync(at('bad.a'), changed);
        const { exitCode, error } = await runMain(args());
        if (exitCode === 2) expect(error, `byte ${offset}`).toMatch(/^ardedup: [^\n]+\n$/);
        else {
          expect({ exitCode, error }, `byte ${offset}`).toEqual({ exitCode: 0, error: '' });
          const verified = await runMain(['verify', at('plan.json')]);
          expect(verified, `byte ${offset}`).toMatchObject({ exitCode: 0, error: '' });
        }
        rmSync(at('out'), { recursive: true, force: true });
        rmSync(at('plan.json'), { force: true });
      }
  });

  test('a Java class file is not an archive', async () => {
    writeFileSync(at('bad.a'), Buffer.concat([Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(400)]));
    const { exitCode, error } = await runMain(args());
    expect({ exitCode, error }).toEqual({
      exitCode: 2,
      error: `ardedup: ${at('bad.a')}: neither an archive nor an object file\n`,
    });
  });
});

test('openLine takes a line of one architecture, openLines any', () => {
  for (const name of ['main.o', 'libext_http.a', 'libstdlib.a']) writeFat(name);
  expect(() => openLine(line())).toThrow('the line is for x86_64, arm64: name one with -arch');
  const one = openLine(['-arch', 'arm64', ...line()]);
  expect([one.architecture, one.inputs.archives.length]).toEqual(['arm64', 2]);
  one.close();
  const { lines, close } = openLines(line(), { architectures: ['arm64', 'x86_64', 'arm64'] });
  expect(lines.map(({ architecture }) => architecture)).toEqual(['arm64', 'x86_64']);
  expect(lines.map(({ inputs }) => inputs.archives[0].slice?.row)).toEqual([1, 0]);
  close();
});

describe('real tools', () => {
  const sources = {
    'rt.c': 'int rt_state = 1; int rt_next(void) { return rt_state++; }',
    'ext.c': 'int rt_next(void); int ext_http_status(void) { return rt_next(); }',
    'std.c': 'int rt_next(void); int std_start(void) { return rt_next(); }',
    'main.c':
      'int ext_http_status(void); int std_start(void); int main(void) { return std_start() + ext_http_status(); }',
  };

  /** A wrapper and its standard library, with the same runtime in both. @returns their folder */
  function compile(clang: string, ar: string, architecture: string): string {
    mkdirSync(at(architecture));
    const inside = { cwd: at(architecture) };
    for (const [name, text] of Object.entries(sources)) {
      writeFileSync(at(`${architecture}/${name}`), text);
      execFileSync(clang, ['-target', `${architecture}-apple-macos11`, '-c', name], inside);
    }
    for (const [archive, unit] of [
      ['libext_http.a', 'ext.o'],
      ['libstdlib.a', 'std.o'],
    ])
      execFileSync(ar, ['rcsD', '--format=darwin', archive, unit, 'rt.o'], inside);
    return at(architecture);
  }

  const names = ['main.o', 'libext_http.a', 'libstdlib.a'];

  /** Every slice of what trim wrote has the wrapper's own unit and no other. */
  function expectTrimmed(lipo: string, ar: string): void {
    const trimmed = at('out/libext_http.a');
    const archs = execFileSync(lipo, ['-archs', trimmed], { encoding: 'utf8' });
    expect(archs.trim().split(' ').toSorted()).toEqual(['arm64', 'x86_64']);
    expect(execFileSync(lipo, ['-info', trimmed], { encoding: 'utf8' })).toContain('x86_64');
    for (const architecture of ['arm64', 'x86_64']) {
      execFileSync(lipo, ['-thin', architecture, trimmed, '-output', at('thin.a')]);
      const members = execFileSync(ar, ['t', at('thin.a')], { encoding: 'utf8' })
        .trim()
        .split('\n');
      expect(members).toEqual([expect.stringMatching(/^ext(_http-|\.o)/)]);
    }
  }

  for (const version of ['14', '19', '22']) {
    const tools = [`llvm-lipo-${version}|llvm-lipo`, `ld64.lld-${version}|ld64.lld`];
    needsTool(...tools, 'clang-14|clang', 'llvm-ar-14|llvm-ar')(
      `llvm-lipo ${version} reads what is written, and ld64.lld ${version} links it`,
      async ([lipo, lld, clang, ar]) => {
        // An old lipo stops at the bitcode that is embedded in the founding case.
        const arm64 = version === '14' ? compile(clang, ar, 'arm64') : MACHO;
        const folders = [arm64, compile(clang, ar, 'x86_64')];
        for (const name of names) {
          const parts = folders.map((from) => join(from, name));
          execFileSync(lipo, ['-create', ...parts, '-output', at(name)]);
        }
        const link = (architecture: string, words: readonly string[]): void => {
          const platform = ['-arch', architecture, '-platform_version', 'macos', '11.0', '11.0'];
          const unknown = ['-U', '_puts', '-U', 'dyld_stub_binder'];
          const output = ['-o', at(`program-${architecture}`)];
          execFileSync(lld, [...platform, ...unknown, ...output, ...words], { stdio: 'pipe' });
        };
        if (arm64 === MACHO) expect(() => link('arm64', line())).toThrow('duplicate symbol');
        expect(await runMain(trimming())).toMatchObject({ exitCode: 0, error: '' });
        expectTrimmed(lipo, ar);
        for (const architecture of ['arm64', 'x86_64'])
          link(architecture, [at('main.o'), at('out/libext_http.a'), at('libstdlib.a')]);
        expect(await runMain(['verify', at('plan.json')])).toMatchObject({ exitCode: 0, error: '' });
      },
      60_000,
    );
  }

  needsTool(
    'llvm-lipo-19|llvm-lipo',
    'clang-14|clang',
    'llvm-ar-14|llvm-ar',
  )('a file with offsets of 64 bits stays one', async ([lipo, clang, ar]) => {
    const folders = [MACHO, compile(clang, ar, 'x86_64')];
    for (const name of names) {
      const parts = folders.map((from) => join(from, name));
      execFileSync(lipo, ['-create', '-fat64', ...parts, '-output', at(name)]);
    }
    expect(await runMain(trimming())).toMatchObject({ exitCode: 0, error: '' });
    expect(readFileSync(at('out/libext_http.a')).readUInt32BE(0)).toBe(0xcafebabf);
    expectTrimmed(lipo, ar);
  });
});

describe('a thin archive is written elsewhere', () => {
  const ELF = join(MACHO, '../elf');

  /** `lib/libext_ws.a` is thin, and its objects are in `objects/ü x`. The other wrapper has the same runtime. */
  function prepare(ar: string): void {
    for (const name of ['lib', 'objects/ü x', 'elsewhere/deep']) mkdirSync(at(name), { recursive: true });
    for (const name of ['main.o', 'libext_http.a']) cpSync(join(ELF, name), at(name));
    execFileSync(ar, ['x', join(ELF, 'libext_ws.a')], { cwd: at('objects/ü x') });
    const objects = readdirSync(at('objects/ü x')).map((name) => `../objects/ü x/${name}`);
    execFileSync(ar, ['rcsD', '--thin', 'libext_ws.a', ...objects.toSorted()], { cwd: at('lib') });
  }

  const words = (thin: string) => ['-u', 'ext_ws_status', at('main.o'), at('libext_http.a'), thin];
  const provider = () => ['--provider', at('libext_http.a')];

  for (const name of ['llvm-ar-14|llvm-ar', 'llvm-ar-19|llvm-ar', 'llvm-ar-22|llvm-ar', 'ar'])
    needsTool(name)(`${name.split('|')[0]} and linkers find its members`, async ([ar]) => {
      prepare(ar);
      const [member] = readdirSync(at('objects/ü x')).filter((file) => file.startsWith('ext_ws'));
      for (const [target, way] of [
        ['elsewhere/deep/libext_ws.a', '../../objects/ü x'],
        ['libext_ws.a', 'objects/ü x'],
        ['lib/other.a', '../objects/ü x'],
      ]) {
        const saving = ['-o', at(target), '--plan', at('plan.json')];
        const ran = await runMain(['trim', ...provider(), ...saving, ...words(at('lib/libext_ws.a'))]);
        expect(ran, target).toMatchObject({ exitCode: 0, error: '' });
        expect(readFileSync(at(target), 'utf8').split('\n')).toContain(`${way}/${member}/`);
        const listed = execFileSync(ar, ['t', at(target)], { cwd: at(), encoding: 'utf8' });
        expect(listed.trimEnd().split('\n')).toEqual([expect.stringContaining(member)]);
        const printed = execFileSync(ar, ['p', at(target)], { cwd: at() });
        expect(printed.equals(readFileSync(at(`objects/ü x/${member}`)))).toBe(true);
        for (const linker of ['ld.lld-14', 'ld.lld-22', 'ld.bfd', 'ld.gold'].flatMap(
          (one) => tool(one) ?? [],
        )) {
          const tolerant = ['--unresolved-symbols=ignore-all', '-o', at('program')];
          execFileSync(linker, [...tolerant, ...words(at(target))], { stdio: 'pipe' });
        }
        expect(await runMain(['verify', at('plan.json')]), target).toMatchObject({ exitCode: 0, error: '' });
      }
    });

  needsTool('llvm-ar')(
    'through symbolic links and into a folder that is made, and absolute paths stay',
    async ([ar]) => {
      prepare(ar);
      symlinkSync('elsewhere/deep', at('short'));
      const into = (folder: string, thin: string) =>
        runMain(['trim', ...provider(), '--out-dir', at(folder), ...words(thin)]);
      expect(await into('short/new', at('lib/libext_ws.a'))).toMatchObject({ exitCode: 0, error: '' });
      const stored = readFileSync(at('elsewhere/deep/new/libext_ws.a'), 'utf8');
      expect(stored).toContain('\n../../../objects/ü x/ext_ws');
      expect(execFileSync(ar, ['p', at('short/new/libext_ws.a')]).length).toBeGreaterThan(0);
      const objects = readdirSync(at('objects/ü x')).map((name) => at(`objects/ü x/${name}`));
      // llvm-ar makes paths relative, so the name table is made absolute by hand, and nothing else is in the archive.
      writeFileSync(at('lib/absolute.a'), absoluteThin(objects));
      expect(await into('made', at('lib/absolute.a'))).toMatchObject({ exitCode: 0, error: '' });
      expect(readFileSync(at('made/absolute.a'), 'utf8')).toContain(`\n${at('objects/ü x')}/ext_ws`);
    },
  );

  function absoluteThin(paths: readonly string[]): Buffer {
    const header = (name: string, size: number) =>
      `${name.padEnd(16)}${'0'.padEnd(12)}0     0     644     ${String(size).padEnd(10)}\`\n`;
    const table = paths.map((path) => `${path}/\n`);
    const size = Buffer.byteLength(table.join(''));
    const padding = size % 2 === 1 ? '\n' : '';
    const offsets = table.map((_, row) => Buffer.byteLength(table.slice(0, row).join('')));
    const members = paths.map((path, row) => header(`/${offsets[row]}`, readFileSync(path).length));
    return Buffer.from(`!<thin>\n${header('//', size)}${table.join('')}${padding}${members.join('')}`);
  }
});
