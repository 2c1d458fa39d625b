import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../test/builders/build-universal.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding');

useFolder(undefined, { enters: true });

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
const founding = (name: string) => readFileSync(join(FOUNDING, name));

interface Checked {
  readonly findings: { kind: string; message: string; count: number; places: { file: string }[] }[];
  readonly plans: { line: string[]; openWorld: boolean; architecture?: string; comparedPairs: number }[];
}
async function check(...words: string[]): Promise<Checked> {
  const { out, error } = await runMain(['check', '--format', 'json', ...words]);
  expect(error).toBe('');
  return JSON.parse(out);
}
const kindsOf = ({ findings }: Checked) => [...new Set(findings.map(({ kind }) => kind))];

describe('folders', () => {
  test('archives are told by their first bytes, and those of one machine are a link of an unknown program', async () => {
    put('deep/down/one', founding('elf/libext_http.a'));
    put('deep/two.rlib', founding('elf/libext_ws.a'));
    put('deep/wasm/one.a', founding('wasm/libext_http.a'));
    put('deep/readme.txt', '!<arch>: no archive\n');
    put('deep/main.o', founding('elf/main.o'));
    put('deep/empty', '');
    symlinkSync('two.rlib', 'deep/link.a');
    const found = await check('deep');
    expect(found.plans).toMatchObject([
      { line: ['deep/down/one', 'deep/two.rlib'], openWorld: true },
      { line: ['deep/wasm/one.a'], openWorld: true },
    ]);
    expect(kindsOf(found)).toEqual(['droppable-copy']);
    expect(found.findings[0].message).toMatch(/^elf x86-64: two\.rlib bundles 1 member \(evt_runtime/);
    expect(await check('deep/down/one', 'deep/wasm', 'deep/two.rlib')).toMatchObject({ plans: [{}, {}] });
  });

  test('an archive that cannot be read is reported, and the others are checked', async () => {
    put('lib/one.a', founding('elf/libext_http.a'));
    put('lib/two.a', founding('elf/libext_ws.a'));
    put('lib/deep/cut.a', founding('elf/libstdlib.a').subarray(0, 3000));
    const { findings, plans } = await check('lib');
    expect(plans).toMatchObject([{ line: ['lib/one.a', 'lib/two.a'] }]);
    expect(findings).toMatchObject([
      { kind: 'unreadable-member', severity: 'error', places: [{ file: 'lib/deep/cut.a', member: null }] },
      { kind: 'droppable-copy' },
    ]);
    expect(findings[0].message).toMatch(/^not checked: cut\.a\+0x\w+: truncated: /);
    expect((await runMain(['check', 'lib'])).exitCode).toBe(1);
    for (const words of [['lib/deep'], ['lib', 'lib/deep/cut.a']])
      expect(await runMain(['check', ...words])).toMatchObject({
        exitCode: 2,
        error: expect.stringContaining('lib/deep/cut.a+0x'),
      });
  });

  test('the same archive in two places is checked once, without a finding', async () => {
    put('target/release/libhttp.a', founding('elf/libext_http.a'));
    put('target/release/deps/libhttp.a', founding('elf/libext_http.a'));
    const found = await check('target');
    expect(found).toMatchObject({
      plans: [{ line: ['target/release/deps/libhttp.a'], complete: true, skipped: [] }],
      findings: [],
      repeats: [{ path: 'target/release/libhttp.a', sameAs: 'target/release/deps/libhttp.a' }],
    });
    const { exitCode, out, error } = await runMain(['check', '--strict', '--fail-on', 'note', 'target']);
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(out).toContain(
      'target/release/libhttp.a: same content as target/release/deps/libhttp.a, checked once\n',
    );
  });

  test('slices of xcframeworks that are for one platform are a link each, universal ones one an architecture', async () => {
    const simulator = (name: string) =>
      buildUniversal(
        ['x86_64', 'arm64'].map((architecture) => ({
          architecture,
          bytes: retargeted(founding(`macho/${name}`), architecture),
        })),
      );
    for (const [framework, name] of [
      ['Http', 'libext_http.a'],
      ['Ws', 'libext_ws.a'],
    ]) {
      put(`${framework}.xcframework/ios-arm64/${name}`, founding(`macho/${name}`));
      put(`${framework}.xcframework/ios-simulator/${framework}.framework/${framework}`, simulator(name));
    }
    const found = await check('.');
    expect(found.plans.map(({ line, architecture }) => [architecture, line.length])).toEqual([
      [undefined, 2],
      ['x86_64', 2],
      ['arm64', 2],
    ]);
    expect(found.findings.map(({ kind, message }) => `${kind} ${message.split(':')[0]}`)).toEqual([
      'droppable-copy ios-arm64',
      'droppable-copy ios-simulator, x86_64',
      'droppable-copy ios-simulator, arm64',
    ]);
  });

  test('a provider is named by its path, and must be there', async () => {
    for (const name of ['libext_http.a', 'libstdlib.a']) put(`lib/${name}`, founding(`elf/${name}`));
    const found = await check('--provider', 'lib/libstdlib.a', 'lib');
    expect(
      found.findings.some(({ message }) => /libext_http\.a bundles .* of which libstdlib\.a/.test(message)),
    ).toBe(true);
    const refused = await runMain(['check', '--provider', 'lib/no.a', 'lib']);
    expect(refused).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('lib/no.a: not an archive of the folders'),
    });
  });

  test('without an archive, or with a damaged one, nothing is said to be right', async () => {
    mkdirSync('nothing');
    put('lib.a', founding('elf/libext_http.a'));
    for (const words of [['nothing'], ['lib.a', 'nothing']])
      expect(await runMain(['check', ...words])).toEqual({
        exitCode: 2,
        out: '',
        error: 'ardedup: nothing: this folder has no archive in it\n',
      });
    mkdirSync('full');
    put('full/liba.a', founding('elf/libext_http.a'));
    put('main.o', founding('elf/main.o'));
    expect(await runMain(['check', 'main.o', 'full'])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('main.o: not an archive'),
    });
    put('damaged/liba.a', founding('elf/libext_http.a').subarray(0, 3000));
    expect(await runMain(['check', 'damaged'])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('liba.a'),
    });
    expect(await runMain(['check', 'nothing', 'gone'])).toMatchObject({ exitCode: 2 });
  });
});

/** Compiles C or C++ and archives the objects, in order. */
function archive(
  cc: string,
  path: string,
  sources: Readonly<Record<string, string>>,
  ...flags: string[]
): void {
  mkdirSync(dirname(path), { recursive: true });
  const objects = Object.entries(sources).map(([name, text]) => {
    const source = join(dirname(path), name);
    writeFileSync(source, text);
    execFileSync(cc, ['-c', ...flags, '-o', `${source}.o`, source], { stdio: 'pipe' });
    rmSync(source);
    return `${source}.o`;
  });
  execFileSync('ar', ['rcs', path, ...objects]);
  for (const object of objects) rmSync(object);
}

const ZLIB = {
  'adler32.c': 'unsigned adler32(unsigned a, const char *b, int n) { while (n--) a += *b++; return a; }',
  'inflate.c':
    'static int calls; int inflate(void *s) { return ++calls; } int inflateEnd(void *s) { return calls; }',
};

describe('real compilers', () => {
  needsTool('cc', 'ar')(
    'two packages that bundle one C library are found, whether or not they compile it alike',
    async ([cc]) => {
      const lib = 'usr/lib/x86_64-linux-gnu';
      const own = (name: string) =>
        `int adler32(int), inflate(void *); int ${name}_open(void) { return inflate(0); }`;
      for (const name of ['png', 'git', 'ssh']) {
        const flags = name === 'ssh' ? ['-O2'] : ['-O1'];
        archive(cc, `lib${name}-dev/${lib}/lib${name}.a`, { [`${name}.c`]: own(name), ...ZLIB }, ...flags);
      }
      const equal = await check('libpng-dev', 'libgit-dev');
      expect(kindsOf(equal)).toEqual(['droppable-copy']);
      expect(equal.findings[0]).toMatchObject({ count: 2 });
      const different = await check('libpng-dev', 'libssh-dev');
      expect(different.findings).toMatchObject([{ kind: 'latent-duplicate', count: 3 }]);
      expect(different.findings[0].places.map(({ file }) => file.split('/')[0])).toContain('libssh-dev');
    },
  );

  needsTool('c++', 'ar')(
    'C++ archives with only COMDAT and weak definitions in common have no finding',
    async ([cxx]) => {
      const header = `
      #include <vector>
      template <class T> struct Pool { static T &get() { static T one; return one; } };
      inline int counter = 0;
      struct Shape { virtual ~Shape() {} virtual int area() { return 0; } };
      __attribute__((weak)) int hook() { return 1; }`;
      const unit = (name: string) => `${header}
      int ${name}() { std::vector<int> v; v.push_back(1); Shape s; Pool<int>::get()++; return counter++ + hook() + s.area() + (int)v.size(); }`;
      const copies = `${header} template struct Pool<long>; template class std::vector<double>;`;
      archive(cxx, 'a/libone.a', { 'one.cc': unit('one'), 'instances.cc': copies });
      archive(cxx, 'b/libtwo.a', { 'two.cc': unit('two'), 'instances.cc': copies });
      const found = await check('a', 'b');
      expect(found.findings).toEqual([]);
      expect(found.plans[0].comparedPairs).toBeGreaterThan(0);
      writeFileSync('main.cc', 'int one(), two(); int main() { return one() + two(); }');
      execFileSync(cxx, ['-c', 'main.cc', '-o', 'main.o']);
      expect((await check('main.o', 'a/libone.a', 'b/libtwo.a')).findings).toEqual([]);
      execFileSync(cxx, ['main.o', 'a/libone.a', 'b/libtwo.a', '-o', 'main'], { stdio: 'pipe' });
    },
    60_000,
  );

  needsTool('rustc')(
    'two Rust archives with all of std are found, and one is clean beside itself',
    async ([rustc]) => {
      mkdirSync('lib');
      for (const name of ['alpha', 'beta']) {
        put(
          `${name}.rs`,
          `#[unsafe(no_mangle)] pub extern "C" fn ${name}(n: u32) -> usize { (0..n).map(|i| i.to_string()).collect::<String>().len() }`,
        );
        const flags = ['--edition', '2024', '-O', '--crate-type', 'staticlib', '--crate-name', name];
        execFileSync(rustc, [...flags, '-C', `metadata=${name}`, '-o', `lib/lib${name}.a`, `${name}.rs`], {
          stdio: 'pipe',
        });
      }
      const found = await check('lib');
      const copies = found.findings.find(({ kind }) => kind === 'droppable-copy');
      expect(copies?.message).toMatch(/libbeta\.a bundles \d+ members .* of which libalpha\.a has a copy/);
      expect(copies!.count).toBeGreaterThan(50);
      expect((await check('lib/libalpha.a')).findings).toEqual([]);
    },
    60_000,
  );
});
