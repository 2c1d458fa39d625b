import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { ObjectPool } from './compile-units.js';
import { elfFormat } from './elf-format.js';
import type { EquivalenceFormat } from './format.js';
import { type Failure, measure, type Tally } from './measure.js';
import { machoFormat, mingwFormat, msvcFormat } from './native-formats.js';
import { wasmFormat } from './wasm-format.js';

/* The equivalence generator with edits of symbols: `node tools/run.js equivalence --edits` runs many. */

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ardedup-edited-programs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tools of ELF programs; only random programs have units in Rust. */
const ELF_TOOLS = ['gcc', 'g++', 'as', 'rustc', 'ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-19', 'mold'];

type MakeFormat = (pool: ObjectPool, folder: string, sources: string) => EquivalenceFormat;

const FORMATS: readonly (readonly [string, MakeFormat, number, readonly string[]])[] = [
  ['ELF programs', elfFormat, 12, ELF_TOOLS],
  ['WebAssembly modules', wasmFormat, 8, ['clang-14', 'wasm-ld-14', 'wasm-ld-19', 'wasm-ld-22']],
  ['Mach-O images', machoFormat, 8, ['clang-14', 'gcc', 'ld64.lld-14', 'ld64.lld-19']],
  ['PE images for MSVC', msvcFormat, 8, ['clang-14', 'gcc', 'lld-link-14', 'lld-link-19']],
  ['PE images for MinGW', mingwFormat, 8, ['clang-14', 'gcc', 'x86_64-w64-mingw32-ld']],
];
async function tryPrograms(
  make: MakeFormat,
  programs: number,
  shapes?: RegExp,
): Promise<{ readonly tally: Tally; readonly failures: readonly Failure[] }> {
  const failures: Failure[] = [];
  const format = make(new ObjectPool(join(folder, 'objects')), join(folder, 'runtime'), SOURCES);
  try {
    const tally = await measure({
      ...{ format, shapes, folder: join(folder, 'program') },
      ...{ from: 1, to: programs, wrapper: null, mutated: [], enough: 1, shrinks: true, edits: true },
      failed: (failure) => failures.push(failure),
      done: () => {},
    });
    return { tally, failures };
  } finally {
    format.stop();
  }
}

for (const [title, make, programs, tools] of FORMATS)
  needsTool(...tools)(
    `${title} behave the same with edited archives`,
    async () => {
      const { tally, failures } = await tryPrograms(make, programs);
      expect(failures).toEqual([]);
      // A planner that refuses everything proves nothing.
      expect(tally.edited).toBeGreaterThan(1);
    },
    120_000,
  );

needsTool(...ELF_TOOLS)(
  'redirected crates, and libraries with one counter, compute the same',
  async () => {
    const { tally, failures } = await tryPrograms(elfFormat, 20, /thin LTO|a counter and a function/);
    expect(failures).toEqual([]);
    expect(tally.redirect).toBeGreaterThan(2);
    expect(tally.isolate).toBeGreaterThan(1);
  },
  120_000,
);
