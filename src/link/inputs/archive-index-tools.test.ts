import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { materialise } from '../../../test/builders/materialise.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { layOutArchive } from '../../archive/write-archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { checkIndex } from './archive-index.js';
import { readInputs } from './read-inputs.js';

/** Index and members as we make them of our own reading, beside what tools make of the same members. */

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const folder = mkdtempSync(join(tmpdir(), 'ardedup-index-'));
afterAll(() => rmSync(folder, { recursive: true }));

const objects = (format: string, ...names: string[]) =>
  names.map((name) => join(FIXTURES, 'objects', format, name));
const small = (format: string) =>
  ['beta.o', 'a_name_of_some_length.o', 'nothing.o', 'alpha.o'].map((name) =>
    join(FIXTURES, 'archives/objects', format, name),
  );

let made = 0;
function make(tool: string, args: readonly string[], files: readonly string[]): Uint8Array {
  const out = join(folder, `${made++}.a`);
  execFileSync(tool, [...args.map((arg) => arg.replace('OUT', out)), ...files], {
    cwd: folder,
    stdio: 'pipe',
  });
  return readFileSync(out);
}

function read(bytes: Uint8Array) {
  const file = { path: 'lib.a', key: 'lib.a', source: ByteSource.of('lib.a', bytes) };
  const { inputs } = readInputs([file], 'inspect');
  return { inputs, archive: inputs.archives[0] };
}

function write(bytes: Uint8Array, kept: readonly number[]): Uint8Array {
  const { inputs, archive } = read(bytes);
  const { entries } = checkIndex(inputs, archive);
  return materialise(layOutArchive(archive.stored, kept, entries), archive.stored.source);
}

/** All files, and all but each one of them. */
const subsets = (count: number): number[][] => {
  const all = Array.from({ length: count }, (_, at) => at);
  return [all, ...all.map((gone) => all.filter((at) => at !== gone))];
};

const LLVM_AR = ['llvm-ar-14', 'llvm-ar-19', 'llvm-ar-22'];
/** Disables plugins: with one that cannot read embedded bitcode, GNU ar would leave members out of the index. */
const GNU_ARGS = ['--plugin', '/dev/null', 'rcD', 'OUT'];
const KINDS: [string, string[], string[], string[]][] = [
  ['GNU, ELF', ['ar'], GNU_ARGS, [...objects('elf', 'everything-x86_64.o', 'acting.o'), ...small('elf')]],
  [
    'GNU, ELF',
    LLVM_AR,
    ['rcD', '--format=gnu', 'OUT'],
    [...objects('elf', 'everything-x86_64.o', 'gnu.o'), ...small('elf')],
  ],
  ['BSD, ELF', LLVM_AR, ['rcD', '--format=bsd', 'OUT'], [...objects('elf', 'acting.o'), ...small('elf')]],
  [
    'Darwin, Mach-O',
    LLVM_AR,
    ['rcD', '--format=darwin', 'OUT'],
    [...objects('macho', 'everything-x86_64.o', 'acting-x86_64.o'), ...small('macho')],
  ],
  [
    'GNU, WebAssembly',
    ['llvm-ar-19', 'llvm-ar-22'],
    ['rcD', '--format=gnu', 'OUT'],
    objects('wasm', 'everything-wasm32.o'),
  ],
  [
    'GNU, COFF',
    ['x86_64-w64-mingw32-ar'],
    GNU_ARGS,
    objects('coff', 'everything-x86_64.o', 'gnu.o', 'templates-x86_64-w64-windows-gnu.o'),
  ],
  [
    'COFF, ar',
    ['llvm-ar-19', 'llvm-ar-22'],
    ['rcD', '--format=coff', 'OUT'],
    [...objects('coff', 'everything-x86_64.o', 'gnu.o', 'acting-x86_64.o'), ...small('coff')],
  ],
  [
    'COFF, lib',
    ['llvm-lib-19', 'llvm-lib-22'],
    ['/out:OUT'],
    [
      ...objects('coff', 'import-x86_64-4.o', 'templates-x86_64-pc-windows-msvc.o', 'everything-x86_64.o'),
      ...small('coff'),
    ],
  ],
  [
    'COFF, ARM64EC',
    ['llvm-lib-19', 'llvm-lib-22'],
    ['/machine:arm64ec', '/out:OUT'],
    objects(
      'coff',
      'calls-arm64ec.o',
      'everything-x86_64.o',
      'everything-arm64.o',
      'templates-x86_64-pc-windows-msvc.o',
    ),
  ],
];

describe.each(KINDS)('%s', (_, tools, args, files) => {
  for (const name of tools) {
    needsTool(name)(
      `${name}: nothing to find fault with, the same bytes back, and with members dropped the same as from it`,
      ([tool]) => {
        const whole = make(tool, args, files);
        const { inputs, archive } = read(whole);
        expect(checkIndex(inputs, archive).disagreements).toEqual([]);
        // lib.exe puts the last object first, and so does llvm-lib since 19.
        const isReversed = basename(archive.stored.members[0].name) !== basename(files[0]);
        for (const kept of subsets(files.length).filter(({ length }) => length > 0)) {
          const left = isReversed ? kept.map((at) => files.length - 1 - at).reverse() : kept;
          const theirs =
            kept.length === files.length
              ? whole
              : make(
                  tool,
                  args,
                  left.map((at) => files[at]),
                );
          expect(Buffer.compare(write(whole, kept), theirs), `kept ${kept}`).toBe(0);
        }
      },
      60_000,
    );
  }
});

/** The choice of docs/formats.md: what a linker extracts for a weak external today, it extracts from what we write. */
describe('weak externals that are not defined: an index goes on as its tool made it', () => {
  const files = objects('coff', 'everything-x86_64.o', 'gnu.o');
  const listed = (bytes: Uint8Array): string[] => {
    const { names, nameStart, nameEnd } = read(bytes).archive.stored.index!;
    return Array.from(nameStart, (start, row) =>
      Buffer.from(names.subarray(start, nameEnd[row])).toString('latin1'),
    );
  };

  needsTool('llvm-lib-19|llvm-lib-22')('LLVM lists them, and so do we', ([lib]) => {
    const whole = make(lib, ['/out:OUT'], files);
    const { inputs, archive } = read(whole);
    expect(checkIndex(inputs, archive).policy).toMatchObject({ listsUndefinedWeak: true, listsWeak: true });
    const kept = archive.stored.members.filter(({ name }) => name.endsWith('everything-x86_64.o'));
    expect(
      listed(
        write(
          whole,
          kept.map(({ ordinal }) => ordinal),
        ),
      ),
    ).toContain('weak_reference');
  });

  needsTool('x86_64-w64-mingw32-ar')('GNU ar lists none, and neither do we', ([ar]) => {
    const whole = make(ar, GNU_ARGS, files);
    const { inputs, archive } = read(whole);
    expect(checkIndex(inputs, archive).policy).toMatchObject({ listsUndefinedWeak: false, listsWeak: false });
    const names = listed(write(whole, [0]));
    expect(names).toContain('strong_function');
    expect(names).not.toContain('weak_reference');
    expect(names).not.toContain('weak_definition');
  });
});
