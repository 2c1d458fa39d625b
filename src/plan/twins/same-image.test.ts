import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { ByteSource } from '../../bytes/byte-source.js';
import type { InputFile } from '../../link/inputs/input-file.js';
import { readInputs } from '../../link/inputs/read-inputs.js';
import type { Relation } from '../verdict.js';
import { copyCheck } from '../verify/verify-copy.js';
import { findTwins } from './twins.js';

/*
 * One source, built or treated in two ways. What differs may be nothing that a linker sees: then the two are one image,
 * to the planner and to the check that reads them again.
 */

const SOURCE = `
extern "C" int puts(const char *);
template <class T> struct Counter { static T last; T next() { return last++; } };
template <class T> T Counter<T>::last = 3;
static int hidden = 1;
struct Hello { Hello() { puts("hello"); } } hello;
thread_local int own = 4;
int tentative[10];
extern "C" int optional() __attribute__((weak));
int step() { return Counter<int>().next() + hidden++ + own + (optional ? optional() : 0); }
const char *names[] = {"a", "b"};
`;

const folder = useFolder((path) => writeFileSync(join(path, 'unit.cc'), SOURCE));

/** How two objects relate, to the planner and to the verifier. */
function relate(one: string, other: string): [Relation | null, unknown] {
  const file = (path: string): InputFile => ({
    path,
    key: path,
    source: ByteSource.of(path, readFileSync(path)),
  });
  const { inputs } = readInputs([file(one), file(other)]);
  return [findTwins(inputs).relation(0, 1), copyCheck(inputs)(0, 1)];
}

const SAME = [{ kind: 'same-image' }, 'equal'];

const TARGETS = [
  'x86_64-apple-macos12',
  'arm64-apple-macos12',
  'x86_64-pc-windows-msvc',
  'aarch64-pc-windows-msvc',
  'wasm32-unknown-unknown',
];

/** Without thread-local variables and a runtime, so that a compiler without headers takes it for every target. */
const PORTABLE = SOURCE.replace('thread_local', 'static');

describe('other formats', () => {
  for (const target of TARGETS)
    needsTool('clang-14|clang', 'llvm-strip-19|llvm-strip')(target, ([clang, strip]) => {
      const compile = (source: string, output: string, ...options: string[]): string => {
        writeFileSync(folder('unit.cc'), source);
        execFileSync(clang, [
          ...[`--target=${target}`, '-O1', '-w', '-x', 'c++', '-c', folder('unit.cc')],
          ...['-o', folder(output), ...options],
        ]);
        return folder(output);
      };
      const plain = compile(PORTABLE, 'plain.o');
      const debug = compile(PORTABLE, 'debug.o', '-g');
      execFileSync(strip, ['--strip-debug', debug, '-o', folder('stripped.o')]);
      expect(relate(plain, debug)).toEqual(SAME);
      expect(relate(plain, folder('stripped.o'))).toEqual(SAME);
      const edited = compile(PORTABLE.replace('last++', 'last--'), 'edited.o');
      expect(relate(plain, edited)[0]).toBeNull();
    });
});

for (const compiler of ['g++', 'clang++-14|clang++'])
  describe(compiler.split('|')[0], () => {
    const compile = (program: string, output: string, ...options: string[]): string => {
      execFileSync(program, ['-O1', '-c', folder('unit.cc'), '-o', folder(output), ...options]);
      return folder(output);
    };
    needsTool(
      compiler,
      'strip',
      'objcopy',
    )('debug information, strip and comments make no other image', ([cxx, strip, objcopy]) => {
      const plain = compile(cxx, 'plain.o');
      const debug = compile(cxx, 'debug.o', '-g');
      const treat = (program: string, from: string, to: string, ...options: string[]): string => {
        execFileSync(program, [...options, from, ...(program === strip ? ['-o'] : []), folder(to)]);
        return folder(to);
      };
      expect(relate(plain, debug)).toEqual(SAME);
      expect(relate(debug, treat(strip, debug, 'stripped.o', '-g'))).toEqual(SAME);
      expect(relate(plain, treat(strip, plain, 'bare.o', '--strip-unneeded'))).toEqual(SAME);
      expect(relate(plain, treat(objcopy, plain, 'silent.o', '-R', '.comment'))).toEqual(SAME);
    });

    needsTool(compiler)('another folder makes no other image, another body does', ([cxx]) => {
      mkdirSync(folder('elsewhere'));
      writeFileSync(folder('elsewhere/unit.cc'), SOURCE);
      const here = compile(cxx, 'here.o', '-g');
      execFileSync(cxx, ['-O1', '-g', '-c', folder('elsewhere/unit.cc'), '-o', folder('there.o')]);
      expect(relate(here, folder('there.o'))).toEqual(SAME);
      writeFileSync(folder('elsewhere/unit.cc'), SOURCE.replace('last++', 'last--'));
      execFileSync(cxx, ['-O1', '-g', '-c', folder('elsewhere/unit.cc'), '-o', folder('edited.o')]);
      expect(relate(here, folder('edited.o'))[0]).toBeNull();
    });
  });

describe("MinGW's names of compilers", () => {
  const assemble = (as: string, name: string, source: string): string => {
    writeFileSync(folder(`${name}.s`), source);
    execFileSync(as, [folder(`${name}.s`), '-o', folder(`${name}.o`)]);
    return folder(`${name}.o`);
  };
  const unit = (ident: string, rest = '') =>
    `.globl step\nstep: ret\n${rest}\n.section .rdata$zzz,"dr"\n${ident}\n`;

  needsTool('x86_64-w64-mingw32-as')('do not make another image', ([as]) => {
    const one = assemble(as, 'one', unit('.ascii "GCC: (GNU) 12-win32\\0\\0\\0"'));
    const other = assemble(as, 'other', unit('.ascii "GCC: (MinGW-W64) 13.1.0\\0"'));
    expect(relate(one, other)).toEqual(SAME);
    expect(relate(one, assemble(as, 'none', '.globl step\nstep: ret\n'))).toEqual(SAME);
  });

  needsTool('x86_64-w64-mingw32-as')(
    'count where the program refers to them, and so does other data',
    ([as]) => {
      const read = 'name: .quad text';
      const one = assemble(as, 'one', unit('text: .ascii "GCC: (GNU) 12\\0"', read));
      const other = assemble(as, 'other', unit('text: .ascii "GCC: (GNU) 13\\0"', read));
      expect(relate(one, other)[0]).toBeNull();
      const data = assemble(as, 'data', unit('.ascii "colour\\0"'));
      expect(relate(data, assemble(as, 'size', unit('.ascii "length\\0"')))[0]).toBeNull();
    },
  );
});

const REGISTRY = `
extern "C" int puts(const char *);
static int entered;
struct Entry { Entry(const char *name) { entered++; puts(name); } };
static Entry one("one"), two("two");
int count() { return entered; }
`;

needsTool(
  'g++',
  'strip',
  'ar',
)('constructors of a stripped copy are those of the copy', async ([cxx, strip, ar]) => {
  const compile = (name: string, source: string): string => {
    writeFileSync(folder(`${name}.cc`), source);
    execFileSync(cxx, ['-O1', '-c', folder(`${name}.cc`), '-o', folder(`${name}.o`)]);
    return folder(`${name}.o`);
  };
  const registry = compile('registry', REGISTRY);
  mkdirSync(folder('stripped'));
  execFileSync(strip, ['-x', registry, '-o', folder('stripped/registry.o')]);
  const front = compile('front', 'int count(); int front() { return count(); }');
  const back = compile('back', 'int count(); int back() { return count(); }');
  const main = compile('main', 'int front(), back(); int main() { return front() + back(); }');
  execFileSync(ar, ['rc', folder('libA.a'), front, registry]);
  execFileSync(ar, ['rc', folder('libB.a'), back, folder('stripped/registry.o')]);
  const line = [main, '--whole-archive', folder('libA.a'), folder('libB.a')];
  const saved = folder('plan.json');
  const planned = await runMain([
    ...['trim', '--linker', 'gnu-ld', '--plan', saved, '--out-dir', folder('out'), '--', ...line],
  ]);
  expect(planned.out).toContain('libB.a: dropped 1 of 2 members (registry.o)');
  expect((await runMain(['verify', saved])).exitCode).toBe(0);
});
