import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Image, readMacho, readPe } from '../equivalence/image-file.js';
import { needsTool } from '../oracles/tools.js';
import { useFolder } from '../use-folder.js';
import type { Attempt } from './pair.js';
import { type LinkAndRun, tryAttempt } from './try-attempt.js';

/*
 * Two libraries that count, in the formats of other systems. Their images import nothing, so a small program maps and
 * runs them; a WebAssembly module runs in Node. `answer` says how many counters there are.
 */

const SCRIPT = join(import.meta.dirname, '../../fixtures/pairs/native/counters.sh');
const RUNNER = join(import.meta.dirname, '../equivalence/image-runner.c');
const LINE = ['main.o', 'liba.a', 'libb.a'];

/** Node has it; its types are those of a browser. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, (at: number) => number> } }>;
};

useFolder(() => {}, { enters: true });

/** Names of the format in the place of those of C. */
const attempts = (prefix: string): readonly Attempt[] => [
  { options: ['--isolate', 'libb.a'], refused: 'edit-splits-state' },
  {
    options: ['--isolate', 'libb.a', '--accept-split', 'counter'],
    prints: `${prefix}2`,
    reports: 'acceptedSplits',
  },
  { options: ['--yield', 'counter=liba.a', '--yield', 'bump=liba.a'], prints: `${prefix}1` },
];

interface NativeTarget {
  readonly profile: string;
  readonly linker: string;
  readonly compiler: string;
  readonly archiver: string;
  readonly words: readonly string[];
  readonly symbol: string;
  readonly convention: 'ms' | 'sysv';
  read(file: Buffer): Image;
}

const MACHO = (version: string): NativeTarget => ({
  profile: version === '14' ? 'ld64.lld-14' : 'ld64.lld',
  linker: `ld64.lld-${version}`,
  compiler: '--target=x86_64-apple-macos11',
  archiver: '--format=darwin',
  words: [
    ...['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-undefined', 'dynamic_lookup'],
    ...['-e', '_start', '-image_base', '0x200000000', '-o', 'program'],
  ],
  symbol: '_answer',
  convention: 'sysv',
  read: readMacho,
});
const COFF: NativeTarget = {
  profile: 'lld-link',
  linker: 'lld-link-19|lld-link',
  compiler: '--target=x86_64-pc-windows-msvc',
  archiver: '',
  words: [
    '/entry:start',
    '/subsystem:console',
    '/nodefaultlib',
    '/base:0x200000000',
    '/fixed',
    '/debug:symtab',
    '/out:program',
  ],
  symbol: 'answer',
  convention: 'ms',
  read: readPe,
};

/** Links strictly, maps the image and calls `answer`. */
const runImage =
  (linker: string, { words, read, symbol, convention }: NativeTarget): LinkAndRun =>
  (line) => {
    try {
      execFileSync(linker, [...words, ...line], { stdio: 'pipe', encoding: 'utf8' });
    } catch (error) {
      return { links: false, output: String((error as { stderr?: string }).stderr) };
    }
    const image = read(readFileSync('program'));
    const segments = image.segments.map(
      ({ offset, size, address, memory }) => `map:${offset}:${size}:${address}:${memory}`,
    );
    const call = `call:0x${(image.symbols.get(symbol) ?? 0).toString(16)}:states`;
    const output = execFileSync('./runner', ['program', convention, ...segments, call], { encoding: 'utf8' });
    return { links: true, output: output.trim() };
  };

function buildWith(clang: string, archiver: string, target: readonly string[]): void {
  const env = { ...process.env, CC: [clang, ...target].join(' '), AR: archiver };
  execFileSync('bash', [SCRIPT], { env, stdio: 'pipe' });
}

describe('two libraries that count, in other formats', () => {
  for (const [title, target] of [
    ['Mach-O, ld64.lld 14', MACHO('14')],
    ['Mach-O, ld64.lld 19', MACHO('19')],
    ['COFF, lld-link', COFF],
  ] as const)
    needsTool(
      'clang-19|clang',
      'llvm-ar-19|llvm-ar',
      target.linker,
      'gcc',
    )(title, async ([clang, ar, linker, gcc]) => {
      buildWith(clang, `${ar} ${target.archiver}`, [target.compiler, '-fno-asynchronous-unwind-tables']);
      execFileSync(gcc, ['-w', '-o', 'runner', RUNNER]);
      const link = runImage(linker, target);
      expect(link(LINE).links).toBe(false);
      for (const attempt of attempts('states ')) await tryAttempt(attempt, LINE, target, link);
    });

  needsTool(
    'clang-19|clang',
    'llvm-ar-19|llvm-ar',
    'wasm-ld-19|wasm-ld',
  )('WebAssembly, wasm-ld', async ([clang, ar, wasmLd]) => {
    buildWith(clang, ar, ['--target=wasm32']);
    const words = ['--no-entry', '--export=answer', '-o', 'program.wasm'];
    const link: LinkAndRun = (line) => {
      try {
        execFileSync(wasmLd, [...words, ...line], { stdio: 'pipe', encoding: 'utf8' });
        return { links: true, output: '' };
      } catch (error) {
        return { links: false, output: String((error as { stderr?: string }).stderr) };
      }
    };
    expect(link(LINE).links).toBe(false);
    for (const { prints, ...attempt } of attempts('')) {
      await tryAttempt({ ...attempt, prints: '' }, LINE, { profile: 'wasm-ld' }, link);
      if (prints === undefined) continue;
      const { instance } = await WebAssembly.instantiate(readFileSync('program.wasm'));
      expect(String(instance.exports.answer(0))).toBe(prints);
    }
  });
});
