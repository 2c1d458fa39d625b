import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import type { BlockCode } from '../../src/plan/verdict.js';
import { needsTool } from '../oracles/tools.js';
import { ObjectPool } from './compile-units.js';
import { elfFormat } from './elf-format.js';
import type { EquivalenceFormat } from './format.js';
import { type Failure, type Measuring, measure } from './measure.js';
import { machoFormat, mingwFormat, msvcFormat } from './native-formats.js';
import { wasmFormat } from './wasm-format.js';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));
const WRAPPER = fileURLToPath(new URL('../../bin/ardedup.js', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-equivalence-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type MakeFormat = (pool: ObjectPool, folder: string, sources: string) => EquivalenceFormat;

async function failuresOf(
  make: MakeFormat,
  asked: Pick<Measuring, 'from' | 'to' | 'mutated' | 'shapes'>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const pool = new ObjectPool(join(folder, 'objects'));
  const format = make(pool, join(folder, 'runtime'), SOURCES);
  try {
    await measure({
      ...asked,
      format,
      folder: join(folder, 'program'),
      wrapper: format.isWrapped ? WRAPPER : null,
      enough: 1,
      shrinks: asked.mutated.length === 0,
      failed: (failure) => failures.push(failure),
      done: () => {},
    });
  } finally {
    format.stop();
  }
  return failures;
}

const ELF_TOOLS = ['gcc', 'g++', 'as', 'rustc', 'ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-19', 'mold'];

needsTool(...ELF_TOOLS)(
  'ELF programs behave the same with trimmed archives',
  async () => {
    expect(await failuresOf(elfFormat, { from: 1, to: 160, mutated: [] })).toEqual([]);
  },
  300_000,
);

needsTool(...ELF_TOOLS)(
  'a planner that overlooks the order of constructors is found out',
  async () => {
    const failures = await failuresOf(elfFormat, { from: 101, to: 200, mutated: ['constructor-order'] });
    expect(failures).toHaveLength(1);
  },
  120_000,
);

const MUTATIONS: readonly (readonly [BlockCode, MakeFormat, RegExp, readonly string[]])[] = [
  ['loads-more', elfFormat, /a piece each/, ELF_TOOLS],
  ['new-clash', elfFormat, /name of another unit/, ELF_TOOLS],
  ['side-effect-added', elfFormat, /entry of a registry/, ELF_TOOLS],
  ['content-differs', elfFormat, /another size/, ELF_TOOLS],
  ['weak-reference-changes', elfFormat, /only referenced weakly/, ELF_TOOLS],
  ['named-file', elfFormat, /places a member/, ELF_TOOLS],
  ['binding-moves', elfFormat, /between two copies/, ELF_TOOLS],
  ['side-effect-lost', elfFormat, /without a constructor/, ELF_TOOLS],
  ['export-changes', elfFormat, /old version/, ELF_TOOLS],
  ['state-split', elfFormat, /file of its own/, ELF_TOOLS],
  ['crate-split', elfFormat, /units share state/, ELF_TOOLS],
  ['import-library', msvcFormat, /two import libraries/, ['clang-14', 'gcc', 'lld-link-19']],
];
for (const [code, make, shapes, tools] of MUTATIONS)
  needsTool(...tools)(
    `a planner that overlooks ${code} is found out by a small program`,
    async () => {
      const failures = await failuresOf(make, { from: 1, to: 20, mutated: [code], shapes });
      expect(failures.map(({ without }) => without)).toEqual([code]);
    },
    120_000,
  );

const OTHERS: readonly (readonly [string, MakeFormat, readonly string[]])[] = [
  ['WebAssembly modules', wasmFormat, ['wasm-ld-19']],
  ['Mach-O images', machoFormat, ['gcc', 'ld64.lld-19']],
  ['PE images for MSVC', msvcFormat, ['gcc', 'lld-link-19']],
  ['PE images for MinGW', mingwFormat, ['gcc', 'x86_64-w64-mingw32-ld']],
];
for (const [title, make, tools] of OTHERS)
  needsTool('clang-14', ...tools)(
    `${title} behave the same with trimmed archives`,
    async () => {
      expect(await failuresOf(make, { from: 1, to: 30, mutated: [] })).toEqual([]);
    },
    300_000,
  );
