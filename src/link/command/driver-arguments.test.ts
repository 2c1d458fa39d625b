import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { parseLine } from './parse-line.js';
import { programNamed, programOf } from './program.js';

/** Which words are inputs, and which are arguments of the option before them: drivers are asked. */

const noFile = (path: string): string => {
  throw new Error(path, { cause: Object.assign(new Error(path), { code: 'ENOENT' }) });
};
const inputsOf = (words: string[], tool = 'clang'): string[] =>
  parseLine(words, noFile, programNamed(tool)).inputs.map(({ text }) => text);

/** Of GCC's own list, but for options that only its compilers are given with a value (`-MD file`). */
needsTool('gcc')('gcc: every option that takes the next argument', ([gcc]) => {
  const listed = execFileSync(gcc, ['--help=separate'], { encoding: 'utf8' });
  const options = [...listed.matchAll(/^\s+(-[^\s<=,[]+)(?![^\n]*internal)/gm)].map(([, option]) => option);
  const taking = options.filter((option) => !/^(?:-T|-gnatO|-MM?D|--write-|--output-pch)/.test(option));
  expect(taking.length).toBeGreaterThan(40);
  const wrong = taking.filter((option) => inputsOf([option, 'value.o', 'main.o'], 'gcc').includes('value.o'));
  expect(wrong).toEqual([]);
});

const OF_CLANG = [
  ...[
    '-resource-dir',
    '-working-directory',
    '-ivfsoverlay',
    '-serialize-diagnostics',
    '--serialize-diagnostics',
  ],
  ...[
    '-index-store-path',
    '-stdlib++-isystem',
    '-darwin-target-variant',
    '-iframeworkwithsysroot',
    '-Xarch_host',
  ],
  ...['-cxx-isystem', '-iwithsysroot', '-Xopenmp-target=nvptx64', '-dependency-dot', '-include-pch'],
];

/** Some of these options make clang write the file that they name, even with `-###`. */
const folder = useFolder();

needsTool('clang-14|clang')('clang takes the next argument too', ([clang]) => {
  const answers = OF_CLANG.map(
    (option) =>
      spawnSync(clang, ['-###', option, 'value.o', 'no-such.o'], { encoding: 'utf8', cwd: folder() }).stderr,
  );
  // Some are newer than clang 14. Of what it knows, only the input is not found.
  const known = answers.filter((answer) => !/unknown argument/.test(answer));
  expect(known.length).toBeGreaterThan(8);
  expect(known.filter((answer) => answer.includes("no such file or directory: 'value.o'"))).toEqual([]);
  expect(
    known.filter((answer) => answer.includes("no such file or directory: 'no-such.o'")).length,
  ).toBeGreaterThan(8);
});

test.each(OF_CLANG)('clang: %s', (option) => {
  expect(inputsOf([option, 'value.o', 'main.o'])).toEqual(['main.o']);
});

test.each([
  '-sdk',
  '-module-name',
  '-Xcc',
  '-Xfrontend',
  '-Xclang-linker',
  '-emit-module-path',
  '-swift-version',
])('swiftc: %s', (option) => {
  expect(inputsOf([option, 'value.o', 'main.o'], 'swiftc')).toEqual(['main.o']);
});

test('an option for one architecture that acts on a link is not simulated', () => {
  expect(parseLine(['-Xarch_arm64', '-mcpu=x'], noFile, programNamed('clang')).notSimulated).toEqual([]);
  expect(parseLine(['-Xarch_arm64', '-lfoo'], noFile, programNamed('clang')).notSimulated).toEqual([
    '-Xarch_arm64 -lfoo',
  ]);
});

test("arguments that a driver passes on in a response file are the linker's", () => {
  const read = (path: string): string =>
    path === 'p' ? '-whole-archive\nliba.a @q' : path === 'q' ? 'libb.a' : noFile(path);
  const parsed = parseLine(['-Wl,-u,x,@p', 'main.o', '-Xlinker', '@q'], read, programNamed('gcc'));
  expect(parsed.inputs.map(({ text, whole }) => [text, whole])).toEqual([
    ['liba.a', true],
    ['libb.a', true],
    ['main.o', true],
    ['libb.a', true],
  ]);
  expect(parsed.symbols.required).toEqual(['x']);
  expect(parsed.args.join(' ')).toBe(
    '-Wl,-u -Wl,x -Xlinker -whole-archive -Xlinker liba.a -Xlinker libb.a main.o -Xlinker libb.a',
  );
});

test.each([
  ['ld64.lld', ['-rpath', '@executable_path/../lib', 'main.o']],
  ['clang', ['-Xlinker', '-rpath', '-Xlinker', '@loader_path', 'main.o']],
  ['clang', ['-Wl,-rpath,@loader_path', 'main.o']],
])('%s: @word without such a file is an argument', (tool, words) => {
  expect(inputsOf(words, tool)).toEqual(['main.o']);
});

test.each([
  ['gnu', 'lld', ['--whole-archive', 'x.a']],
  ['darwin', 'ld64.lld', ['-force_load', 'x.a']],
  ['link', 'lld-link', ['/wholearchive:x.a']],
  ['wasm', 'wasm-ld', ['--whole-archive', 'x.a']],
])('lld -flavor %s', (flavour, linker, words) => {
  const line = ['-flavor', flavour, ...words];
  const parsed = parseLine(line, noFile, programOf('/usr/bin/lld', line));
  expect([parsed.linker, parsed.inputs.map(({ text, whole }) => [text, whole])]).toEqual([
    linker,
    [['x.a', true]],
  ]);
});

test('MinGW: a module-definition file among the inputs', () => {
  const read = (path: string): string => (path === 'export.def' ? 'EXPORTS\n a\n' : noFile(path));
  const parsed = parseLine(['main.o', 'export.def'], read, programNamed('x86_64-w64-mingw32-gcc'));
  expect([parsed.inputs.map(({ text }) => text), parsed.microsoft.cExports]).toEqual([['main.o'], ['a']]);
});
