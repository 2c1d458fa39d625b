import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needsTool, tool } from '../../../test/oracles/tools.js';
import { openLines } from '../line/open-lines.js';
import { findProfile } from '../linkers/find-profile.js';
import type { LinkerId } from '../linkers/linker-profile.js';
import { resolve } from '../resolve/resolve.js';
import { buildLinkGraph } from './link-graph.js';

/* Libraries that an object asks for in .deplibs: LLD takes them, others do not. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-deplibs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of data: names that it defines, names that it wants, libraries that it asks for. */
const source = (defined: string[], wanted: string[], asked: string[]): string =>
  [
    '.data',
    ...defined.map((name) => `.globl ${name}\n${name}:`),
    ...wanted.map((name) => `.quad ${name}`),
    ...(asked.length > 0 ? ['.section .deplibs, "MS", @0x6fff4c04, 1'] : []),
    ...asked.map((name) => `.asciz "${name}"`),
    '',
  ].join('\n');

const OBJECTS = {
  'main.o': source(['_start', 'main'], ['f', 'g', 'h'], ['x', 'y', 'files/z.a', 'missing']),
  'f.o': source(['f'], ['k'], ['k']),
  'g.o': source(['g'], [], []),
  'gh.o': source(['g', 'h'], [], []),
  'h.o': source(['h'], [], []),
  'k.o': source(['k'], [], []),
};
const ARCHIVES = {
  'L/libx.a': 'f.o',
  'L/liby.a': 'g.o',
  'L/libk.a': 'k.o',
  'L/y': 'gh.o',
  'files/z.a': 'h.o',
  'last.a': 'gh.o',
};

beforeAll(() => {
  const [assembler, ar] = [tool('as'), tool('ar')];
  if (assembler === null || ar === null) return;
  const run = (program: string, words: string[], input = '') =>
    spawnSync(program, words, { cwd: folder, input, encoding: 'utf8' });
  for (const name of ['L', 'files']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(OBJECTS)) run(assembler, ['-o', name, '-'], text);
  for (const [archive, member] of Object.entries(ARCHIVES)) run(ar, ['rcsD', archive, member]);
}, 60_000);

/** In the folder of the files, as the linker is. */
function openHere<Result>(
  program: string | null,
  words: string[],
  use: (line: ReturnType<typeof openLines>['lines'][0]) => Result,
): Result {
  const here = process.cwd();
  process.chdir(folder);
  const { lines, close } = openLines(words, { program });
  try {
    return use(lines[0]);
  } finally {
    close();
    process.chdir(here);
  }
}

const simulated = (program: string, id: LinkerId, words: string[]): string[] =>
  openHere(program, words, ({ inputs, line }) => {
    const profile = findProfile(id);
    if (profile === null) throw new Error(id);
    const nothing = new Uint8Array(inputs.members.length);
    const { loaded } = resolve(buildLinkGraph(inputs, line), line, profile, nothing);
    return loaded.map((member) => {
      const { archive, name } = inputs.members[member];
      return archive < 0 ? name : `${inputs.archives[archive].path}(${name})`;
    });
  });

const LINES = [
  ['-LL', 'main.o'],
  ['-LL', 'main.o', 'last.a'],
  ['main.o', 'last.a', '-LL', '--no-dependent-libraries'],
];

describe('dependent libraries', () => {
  for (const [name, id] of [
    ['ld.lld-14', 'lld-14'],
    ['ld.lld-15', 'lld'],
    ['ld.lld-16', 'lld'],
    ['ld.lld-19', 'lld'],
    ['ld.lld-22', 'lld'],
  ] as const)
    needsTool(
      name,
      'as',
      'ar',
    )(`${name} searches them behind all others`, ([linker]) => {
      for (const words of LINES) {
        const tolerant = ['-o', 'out', '-t', '--noinhibit-exec', '--warn-unresolved-symbols'];
        const { stdout } = spawnSync(linker, [...tolerant, ...words], { cwd: folder, encoding: 'utf8' });
        const traced = stdout.split('\n').filter((row) => row !== '');
        expect(traced).toContain('main.o');
        expect(simulated(linker, id, words)).toEqual(traced);
      }
    });

  needsTool('as', 'ar')('a library that is not found is reported if the linker may be LLD', () => {
    const told = (program: string | null, ...options: string[]) =>
      openHere(program, ['main.o', '-LL', ...options], ({ skipped }) => skipped.map(({ what }) => what));
    expect(told(null)).toEqual(['dependent library missing']);
    expect(told('ld.lld')).toEqual(['dependent library missing']);
    expect(told('ld.lld-14')).toEqual(['dependent library missing']);
    expect(told('ld.lld', '--no-dependent-libraries')).toEqual([]);
    expect(told('ld.bfd')).toEqual([]);
    expect(told('ld.gold')).toEqual([]);
    expect(told('mold')).toEqual([]);
  });
});
