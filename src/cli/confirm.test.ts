import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/** The linker's own record of a trimmed link, compared with the simulation. */

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding');
const FILES = ['main.o', 'libext_http.a', 'libstdlib.a'];

const at = useFolder(
  (folder, context) => {
    if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
    for (const format of ['elf', 'macho', 'coff', 'wasm'])
      cpSync(join(FOUNDING, format), join(folder, format), { recursive: true });
  },
  { enters: true },
);

const filesOf = (format: string): string[] => FILES.map((name) => `${format}/${name}`);

const ELF = ['-o', 'out', '--unresolved-symbols=ignore-all', '-e', 'main'];
const MACHO =
  '-arch arm64 -platform_version macos 11 11 -o out -e _main -undefined dynamic_lookup -dylib'.split(' ');
const COFF = '/nodefaultlib /subsystem:console /entry:main /force:unresolved /out:out.exe'.split(' ');
const WASM = '--no-entry --export=main --allow-undefined -o out.wasm'.split(' ');

/** By linker: format, options, and what confirms. */
const LINKERS: readonly (readonly [string, string, readonly string[], string])[] = [
  ['ld.bfd', 'elf', ELF, 'trace of GNU ld'],
  ['ld.gold', 'elf', [...ELF, '--unresolved-symbols=ignore-all'], 'trace'],
  ['ld.lld-14', 'elf', ELF, 'trace'],
  ['ld.lld-22', 'elf', ELF, 'trace'],
  ['mold', 'elf', ELF, 'map of mold'],
  ['ld64.lld-14', 'macho', MACHO, 'output of -why_load'],
  ['ld64.lld-22', 'macho', MACHO, 'output of -why_load'],
  ['lld-link-14', 'coff', COFF, 'output of /verbose'],
  ['lld-link-22', 'coff', COFF, 'output of /verbose'],
  ['wasm-ld-14', 'wasm', WASM, 'trace'],
  ['wasm-ld-22', 'wasm', WASM, 'trace'],
];

describe.each(LINKERS)('%s', (linker, format, options, title) => {
  needsTool(linker)('confirms the members that the simulation loads', async ([path]) => {
    const words = [...options, ...filesOf(format)];
    const run = await runProgram(
      ['link', '--confirm', '--no-cache', '--provider', 'libstdlib.a', '--', path, ...words],
      { cwd: at() },
    );
    const rows = run.error.split('\n').filter((row) => row.startsWith('ardedup: '));
    expect([run.code, rows]).toEqual([
      0,
      [expect.stringMatching(new RegExp(`^ardedup: confirmed by the ${title}: \\d archive members loaded`))],
    ]);
    expect(run.out).not.toContain('libstdlib.a');
  });
});

for (const linker of ['ld.bfd', 'ld.gold', 'ld.lld-19', 'mold'])
  needsTool(linker)(`${linker}: a file under two names, loaded whole`, async ([path]) => {
    symlinkSync('libstdlib.a', at('elf/libother.a'));
    const words = [...ELF, '--allow-multiple-definition', 'elf/main.o', '--whole-archive'];
    const archives = ['elf/libstdlib.a', 'elf/libother.a', '--no-whole-archive', 'elf/libext_http.a'];
    const run = await runProgram(['link', '--confirm', '--no-cache', '--', path, ...words, ...archives], {
      cwd: at(),
    });
    expect([run.code, run.error]).toEqual([0, expect.stringMatching(/confirmed by the/)]);
  });

/** The line after trimming into `out`. */
async function trimmed(): Promise<readonly string[]> {
  const [main, http, stdlib] = filesOf('elf');
  const options = ['-q', '--provider', stdlib, '--out-dir', 'trimmed', '--plan', 'plan.json'];
  expect(await runMain(['trim', ...options, main, http, stdlib])).toMatchObject({ exitCode: 0 });
  return [main, 'trimmed/libext_http.a', stdlib];
}

describe('verify --map', () => {
  const MAPS: readonly (readonly [string, string])[] = [
    ['ld.bfd', 'map of GNU ld'],
    ['ld.gold', 'map of gold'],
    ['ld.lld-19', 'map of LLD'],
    ['mold', 'map of mold'],
  ];
  for (const [linker, title] of MAPS)
    needsTool(linker)(`the ${title} confirms, and a doctored one is refused`, async ([path]) => {
      const line = await trimmed();
      spawnSync(path, [...ELF, '-Map=link.map', ...line]);
      const confirmed = await runMain(['verify', 'plan.json', '--map', 'link.map']);
      expect(confirmed.out).toMatch(
        new RegExp(`^proved: .*\\nconfirmed by the ${title}: 3 archive members loaded`),
      );
      const map = readFileSync('link.map', 'latin1');
      const doctored = {
        'the archive that is replaced': map.replaceAll('trimmed/libext_http.a', 'elf/libext_http.a'),
        'a member that is not in the archive': map.replaceAll(
          'libext_http.a(ext_http-',
          'libext_http.a(ext_htt-',
        ),
        'a member fewer': map
          .split('\n')
          .filter((row) => !row.includes('trimmed/libext_http.a('))
          .join('\n'),
      };
      for (const [what, text] of Object.entries(doctored)) {
        expect(text, what).not.toBe(map);
        writeFileSync('doctored.map', text);
        const refused = await runMain(['verify', 'plan.json', '--map', 'doctored.map']);
        expect([what, refused.exitCode, refused.out]).toEqual([
          what,
          1,
          expect.stringContaining('not proved: '),
        ]);
      }
    });

  needsTool('ld.lld-19')('a map of another linker than the plan is for is refused', async ([path]) => {
    const [main, http, stdlib] = filesOf('elf');
    const options = [
      '-q',
      '--linker',
      'gold',
      '--provider',
      stdlib,
      '--out-dir',
      'trimmed',
      '--plan',
      'plan.json',
    ];
    await runMain(['trim', ...options, main, http, stdlib]);
    spawnSync(path, [...ELF, '-Map=link.map', main, 'trimmed/libext_http.a', stdlib]);
    const { exitCode, out } = await runMain(['verify', 'plan.json', '--map', 'link.map']);
    expect([exitCode, out]).toEqual([
      1,
      'link.map: the map of LLD is of a linker that the plan is not for\nnot proved: 1 problem\n',
    ]);
  });

  test('a file that is not a map is refused', async () => {
    await trimmed();
    writeFileSync('text.map', 'no map\n');
    expect(await runMain(['verify', 'plan.json', '--map', 'text.map'])).toEqual({
      exitCode: 2,
      out: '',
      error: 'ardedup: verify: text.map: not a linker map or trace of a known format\n',
    });
    expect((await runMain(['verify', 'plan.json', '--map', 'missing.map'])).error).toBe(
      'ardedup: missing.map: no such file\n',
    );
  });
});

describe('link --confirm', () => {
  /** GNU ld, less one line of what it prints. */
  function lying(path: string, pattern: string): void {
    const script = `#!/bin/sh\nif [ "$1" = --version ]; then exec ${path} --version; fi\n${path} "$@" | sed '${pattern}'\n`;
    writeFileSync('ld.bfd', script);
    chmodSync('ld.bfd', 0o755);
  }

  const confirm = (words: readonly string[]) =>
    runProgram(['link', '--confirm', '--no-cache', '--provider', 'libstdlib.a', '--', ...words], {
      cwd: at(),
    });

  needsTool('ld.bfd')('a difference is one error, and exit code 2', async ([path]) => {
    lying(path, '/evt_runtime/d');
    const { code, error } = await confirm(['./ld.bfd', ...ELF, ...filesOf('elf')]);
    expect([code, error.split('\n').filter((row) => row.startsWith('ardedup:'))]).toEqual([
      2,
      [
        expect.stringMatching(
          /^ardedup: not confirmed: the trace of GNU ld differs from the simulation: .*evt_runtime.*\) was not loaded, but is in the simulation$/,
        ),
      ],
    ]);
  });

  needsTool('gcc', 'ld.bfd')(
    'works through a compiler driver, and keeps what the user asked to see',
    async ([gcc]) => {
      const words = [
        gcc,
        '-nostdlib',
        '-o',
        'out',
        '-Wl,--unresolved-symbols=ignore-all,-e,main',
        ...filesOf('elf'),
      ];
      const quiet = await confirm(words);
      expect([quiet.code, quiet.out]).toEqual([0, '']);
      expect(quiet.error).toContain('confirmed by the trace of GNU ld');
      const shown = await confirm([...words, '-Wl,-t']);
      expect(shown.out).toContain('elf/libstdlib.a');
    },
  );

  needsTool(
    'gcc',
    'ar',
    'mold',
  )('a library that the driver adds is simulated', async ([gcc, ar]) => {
    // mold prefers a definition of the shared libc, which the driver adds, to a weak one of an archive.
    writeFileSync(at('own.c'), '__attribute__((weak)) char *getenv(const char *name) { return 0; }');
    writeFileSync(
      at('use.c'),
      'char *getenv(const char *); int main(int n, char **v) { return getenv(v[0]) != 0; }',
    );
    spawnSync(gcc, ['-c', '-fno-builtin', 'own.c', 'use.c']);
    spawnSync(ar, ['rcs', 'libown.a', 'own.o']);
    const words = ['-fuse-ld=mold', '-o', 'out', '-Wl,--unresolved-symbols=ignore-all,-z,muldefs', 'use.o'];
    const { code, error } = await confirm([gcc, ...words, 'libown.a', ...filesOf('elf').slice(1)]);
    expect([code, error]).toEqual([0, expect.stringContaining('confirmed by the map of mold')]);
  });

  needsTool('gcc', 'ld.bfd')('shared libraries of the line are not compared', async ([gcc]) => {
    const { code, error } = await confirm([gcc, '-no-pie', '-o', 'out', ...filesOf('elf'), '-lc', '-lm']);
    expect([code, error]).toEqual([0, expect.stringContaining('confirmed by the trace of GNU ld')]);
  });

  test('a linker that is not known is not run', async () => {
    writeFileSync('ld', '#!/bin/sh\necho strange linker 1.0\n');
    chmodSync('ld', 0o755);
    const { code, error } = await confirm(['./ld', ...ELF, ...filesOf('elf')]);
    expect([code, error]).toEqual([
      2,
      'ardedup: link: --confirm: the linker of this line could not be identified, or keeps no record\n',
    ]);
  });
});
