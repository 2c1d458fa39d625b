import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { openLine } from '../../link/line/open-lines.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import { resolve } from '../../link/resolve/resolve.js';
import { prepare } from '../plan-trim.js';
import { findSplitState } from './split-state.js';

/*
 * Two strong definitions of one global, off x86-64 ELF. Where code of the second file uses the name, the program has
 * one; where it uses the place, two. WebAssembly runs here, and returns 23 and 22.
 */

useFolder(undefined, { enters: true });

const ONE = 'int shared = 1; int one(void) { return ++shared; }';
const MAIN = 'int one(void), two(void); int run(void) { int a = one(); return a * 10 + two(); }';
const ELF_ALIAS = '.globl shared\\n.set shared, own\\n.type shared,@object\\n.size shared, 4';

interface Target {
  readonly triple: string;
  readonly linker: string;
  /** Makes `shared` a name of the place that the code knows as `own`. */
  readonly alias: string;
  readonly run?: (linker: string) => number;
  readonly tool?: string;
}

const TARGETS: readonly Target[] = [
  { triple: 'aarch64-linux-gnu', linker: 'gnu-ld', alias: ELF_ALIAS },
  { triple: 'i386-linux-gnu', linker: 'gnu-ld', alias: ELF_ALIAS },
  { triple: 'x86_64-pc-windows-msvc', linker: 'lld-link', alias: '.globl shared\\n.set shared, own' },
  {
    triple: 'wasm32-unknown-unknown',
    linker: 'wasm-ld',
    alias: ELF_ALIAS,
    tool: 'wasm-ld-22',
    run: (ld) => {
      const options = ['--no-entry', '--export=run', '--allow-multiple-definition', '-o', 'program.wasm'];
      execFileSync(ld, [...options, 'main.o', 'one.o', 'two.o'], { stdio: 'pipe' });
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('program.wasm')), {});
      return (exports.run as () => number)();
    },
  },
  { triple: 'arm64-apple-macos12', linker: 'ld-prime', alias: '.globl _shared\\n.set _shared, _own' },
  { triple: 'x86_64-apple-macos12', linker: 'ld-prime', alias: '.globl _shared\\n.set _shared, _own' },
];

const SECOND = {
  'the name': () => 'int shared = 1; int two(void) { return ++shared; }',
  'the place': ({ alias }: Target) =>
    `static int own = 1; __asm__("${alias}"); int two(void) { return ++own; }`,
} as const;

/** The copies of each global of which the link uses two. */
function splitOf({ linker }: Target): string[] {
  const { inputs, line, close } = openLine(['one.o', 'two.o']);
  try {
    const { graph, state } = prepare(inputs, line);
    const { member, name, names } = inputs.symbols;
    const nothing = new Uint8Array(inputs.members.length);
    const split = findSplitState(graph, state, resolve(graph, line, findProfile(linker)!, nothing));
    const text = (copy: number) => `${basename(inputs.members[member[copy]].name)}:${names.text(name[copy])}`;
    return split.map(({ copies }) => copies.map(text).join(' '));
  } finally {
    close();
  }
}

describe.each(TARGETS)('$triple', (target) => {
  const symbol = target.triple.includes('apple') ? '_shared' : 'shared';
  for (const [title, second] of Object.entries(SECOND))
    needsTool('clang-14|clang', ...(target.tool === undefined ? [] : [target.tool]))(
      `code of the second file uses ${title}`,
      ([clang, linker]) => {
        const sources = { one: ONE, two: second(target), main: MAIN };
        for (const [name, source] of Object.entries(sources)) {
          writeFileSync(`${name}.c`, source);
          const options = ['-O1', '-fno-common', '-fno-pic', '-c', `${name}.c`, '-o', `${name}.o`];
          execFileSync(clang, ['-target', target.triple, ...options], { stdio: 'pipe' });
        }
        const isSplit = title === 'the place';
        expect(splitOf(target)).toEqual(isSplit ? [`one.o:${symbol} two.o:${symbol}`] : []);
        if (target.run) expect(target.run(linker)).toBe(isSplit ? 22 : 23);
      },
    );
});
