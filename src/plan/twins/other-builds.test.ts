import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsTool, tool } from '../../../test/oracles/tools.js';
import { openLine } from '../../link/line/open-lines.js';
import { planTrim, type TrimPlan } from '../plan-trim.js';
import { duplicateCount } from '../reported-clashes.js';

const FOUNDING = join(import.meta.dirname, '../../../fixtures/founding');

function plan(words: readonly string[], provider: string): TrimPlan {
  const opened = openLine(words);
  try {
    const at = opened.inputs.archives.findIndex(({ path }) => path === provider);
    return planTrim(opened.inputs, opened.line, { providers: [at], linker: null });
  } finally {
    opened.close();
  }
}

/** `evt_runtime: 708e… in libext_http.a for ext_http, …`, with the crates that use each build. */
function said({ otherBuilds, graph, twins }: TrimPlan): string[] {
  const { members, archives } = graph.inputs;
  return otherBuilds.map(({ crate, builds }) => {
    const rows = builds.map(({ build, members: own, users }) => {
      const places = new Set(own.map((member) => archives[members[member].archive].path.split('/').at(-1)));
      const who = users.map((user) => twins.origins[user]?.crate ?? members[user].name.split('/').at(-1));
      return `${build} in ${[...places].join(' ')} for ${who.join(' ')}`;
    });
    return [`${crate}:`, ...rows].join('\n');
  });
}

describe.each(['elf', 'macho', 'coff', 'wasm'])('two builds of the runtime, %s', (format) => {
  const at = (name: string) => join(FOUNDING, format, name);
  const root = (name: string) => `${format === 'macho' ? '_' : ''}${name}_status`;
  const planOf = (wrapper: string) =>
    plan(['-u', root(wrapper), at('main.o'), at(`lib${wrapper}.a`), at('libstdlib.a')], at('libstdlib.a'));

  test('of two versions, by the hash in the names', () => {
    expect(said(planOf('ext_other'))).toEqual([
      expect.stringMatching(
        /^evt_runtime:\n(?!708e620f714cc61e)[0-9a-f]{16} in libext_other\.a for main\.o ext_other( evt_stdlib)?\n708e620f714cc61e in libstdlib\.a for evt_stdlib$/,
      ),
    ]);
  });

  test('of one version before and after an edit, by the hash of the module', () => {
    expect(said(planOf('ext_stale'))).toEqual([
      expect.stringMatching(
        /^evt_runtime:\n708e620f714cc61e in libext_stale\.a for main\.o ext_stale( evt_stdlib)?\n708e620f714cc61e in libstdlib\.a for evt_stdlib$/,
      ),
    ]);
  });

  test.each(['ext_http', 'ext_pinned'])('%s has the build of the stdlib', (wrapper) => {
    expect(said(planOf(wrapper))).toEqual([]);
  });
});

const POOL = `
use std::cell::Cell;
thread_local! { static CURRENT: Cell<u32> = const { Cell::new(0) }; }
#[inline(never)] pub fn enter(by: u32) { CURRENT.with(|current| current.set(current.get() + by)); }
#[inline(never)] pub fn entered() -> u32 { CURRENT.with(Cell::get) }
`;
const HALF = (name: string, call: string) =>
  `#[unsafe(no_mangle)] pub extern "C" fn ${name}(by: u32) -> u32 { ${call} }\n`;
const MAIN = `
#include <stdio.h>
unsigned start(unsigned), seen(unsigned);
int main(void) { start(42); printf("%u\\n", seen(0)); return 0; }
`;

/** Two static libraries of this rustc, each with its own build of one crate, which has a thread-local. */
function buildPair(folder: string, rustc: string, cc: string): string[] {
  const at = (name: string) => join(folder, name);
  const run = (...words: string[]) =>
    execFileSync(rustc, ['--edition', '2024', '-O', '-C', 'codegen-units=1', ...words], { stdio: 'pipe' });
  writeFileSync(at('pool.rs'), POOL);
  writeFileSync(at('one.rs'), HALF('start', 'pool::enter(by); by'));
  writeFileSync(at('two.rs'), HALF('seen', 'pool::entered() + by'));
  writeFileSync(at('main.c'), MAIN);
  for (const [half, build] of [
    ['one', '1111111111111111'],
    ['two', '2222222222222222'],
  ]) {
    const rlib = at(`libpool-${build}.rlib`);
    const names = ['--crate-name', 'pool', '-C', `metadata=${build}`, '-C', `extra-filename=-${build}`];
    run('--crate-type', 'rlib', ...names, '--out-dir', folder, at('pool.rs'));
    const own = ['--crate-name', half, '-C', `metadata=${half}`, '-C', `extra-filename=-${build}`];
    run(
      ...own,
      '--crate-type',
      'staticlib',
      '--extern',
      `pool=${rlib}`,
      '--out-dir',
      folder,
      at(`${half}.rs`),
    );
  }
  execFileSync(cc, ['-c', '-o', at('main.o'), at('main.c')]);
  return ['main.o', 'libone-1111111111111111.a', 'libtwo-2222222222222222.a'].map(at);
}

needsTool('rustc', 'cc')(
  'two builds by this rustc: no name clashes after the drop, the program sees half, and both builds are named',
  ([rustc, cc]) => {
    const folder = mkdtempSync(join(tmpdir(), 'ardedup-builds-'));
    try {
      const words = buildPair(folder, rustc, cc);
      const made = plan(words, words[1]);
      expect(said(made)).toEqual([
        'pool:\n1111111111111111 in libone-1111111111111111.a for one\n2222222222222222 in libtwo-2222222222222222.a for two',
      ]);
      expect(made.splitAfter).toEqual([]);
      for (const { after } of made.scenarios) expect(duplicateCount(after.clashes)).toBe(0);
      const program = join(folder, 'program');
      const link = [...words, '-Wl,--allow-multiple-definition', '-lpthread', '-ldl', '-lm', '-o', program];
      execFileSync(tool('cc') ?? cc, link, { stdio: 'pipe' });
      // 42 items were entered into the other build's pool.
      expect(spawnSync(program, { encoding: 'utf8' }).stdout).toBe('0\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
