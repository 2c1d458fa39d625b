import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../../../test/oracles/tools.js';
import { findProfile } from '../../linkers/find-profile.js';
import { type Dialect, findOption } from '../line-option.js';
import { programNamed } from '../program.js';
import { gnuDialect } from './gnu.js';
import { msvcDialect } from './msvc.js';

/** The tables of options against what the programs say of themselves, and who reads what. */

/** The options that a `--help` lists, as one would spell them with a value. */
function optionsIn(help: string): string[] {
  const rows = help.split('\n').flatMap((row) => /^ {2,6}(-\S.*)$/.exec(row)?.[1] ?? []);
  // Two blanks separate the spelling from the description; `--[no-]foo` are two options.
  const spelt = rows.flatMap((row) => row.split(/ {2,}|\t/)[0].split(/,\s+(?=-)/));
  return spelt.flatMap((text) => {
    const [, option] = /^(-[^\s=[{<]*(?:\[[a-z]+-\][^\s=[<]*)?=?)/.exec(text.trim()) ?? [];
    if (option === undefined) return [];
    return option.includes('[') ? [option.replace(/\[[^\]]*\]/, ''), option.replace(/[[\]]/g, '')] : [option];
  });
}

const isKnown = (dialect: Dialect, option: string): boolean => {
  const found = findOption([dialect], option.endsWith('=') ? `${option}x` : option);
  // A long option must not pass for a short one with a value: `--x` is never `-` and `-x`.
  return found !== null && (!option.startsWith('--') || found.option.spelling.startsWith('--'));
};

describe('every option that the linker lists is in the table', () => {
  const linkers = 'ld.bfd ld.gold ld.lld-14 ld.lld-19 ld.lld-22 mold wasm-ld-22 x86_64-w64-mingw32-ld';
  for (const linker of linkers.split(' '))
    needsTool(linker)(linker, ([path]) => {
      const options = optionsIn(execFileSync(path, ['--help'], { encoding: 'utf8' }));
      expect(options.length).toBeGreaterThan(50);
      expect([...new Set(options)].filter((option) => !isKnown(gnuDialect, option))).toEqual([]);
    });
});

describe('and those of lld-link', () => {
  for (const linker of ['lld-link-14', 'lld-link-19', 'lld-link-22'])
    needsTool(linker)(linker, ([path]) => {
      const help = execFileSync(path, ['/?'], { encoding: 'utf8' });
      const options = [...help.matchAll(/^ {2}(\/[\w-]+|--[\w-]+)/gm)].map(([, option]) => option);
      expect(options.length).toBeGreaterThan(90);
      const isMissing = (option: string) =>
        findOption([msvcDialect], option) === null && findOption([msvcDialect], `${option}:x`) === null;
      expect([...new Set(options)].filter(isMissing)).toEqual([]);
    });
});

describe('the name of a program', () => {
  test.each([
    ['ld.lld', 'lld'],
    ['/usr/bin/ld.lld-19', 'lld'],
    ['ld.lld-14', 'lld-14'],
    ['C:\\llvm\\lld-link.exe', 'lld-link'],
    ['mold', 'mold'],
    ['wild', 'wild'],
    ['/opt/bin/ld.wild', 'wild'],
    ['ld.gold', 'gold'],
    ['x86_64-linux-gnu-ld.bfd', 'gnu-ld'],
    ['aarch64-linux-gnu-ld', 'gnu-ld'],
    ['x86_64-w64-mingw32-ld', 'mingw-ld'],
    ['x86_64-w64-mingw32-gcc', 'mingw-ld'],
    ['x86_64-w64-mingw32-g++-posix', 'mingw-ld'],
    ['ld.lld-15', 'lld'],
    ['ld64.lld-22', 'ld64.lld'],
    ['ld64.lld-16', 'ld64.lld-16'],
    ['lld-macho-14', 'ld64.lld-16'],
    ['wasm-ld-17', 'wasm-ld-19'],
    ['wasm-ld-20', 'wasm-ld'],
    ['lld-link-20', 'lld-link'],
    ['wasm-ld', 'wasm-ld'],
    ['ld64', 'ld64'],
    ['ld-classic', 'ld64'],
    ['ld-prime', 'ld-prime'],
    ['wasm-ld-14', 'wasm-ld-16'],
    ['gcc', null],
    ['clang++-19', null],
    ['x86_64-linux-gnu-gcc-12', null],
    ['lld-link-16', 'lld-link-19'],
    ['link.exe', 'link.exe'],
    ['clang-cl', null],
  ])('%s is %s', (name, linker) => expect(programNamed(name).linker).toBe(linker));

  test.each([
    ['ld.lld-14', 'lld-14'],
    ['ld.lld-15', 'lld'],
    ['lld-19', 'lld'],
    ['lld-13', 'lld-14'],
    ['ld64.lld-15', 'ld64.lld-16'],
    ['wasm-ld-19', 'wasm-ld-19'],
    ['lld-link-14', 'lld-link-19'],
    ['ld.bfd', 'gnu-ld'],
    ['ld-14', 'gnu-ld'],
    ['ld-prime', 'ld-prime'],
    ['gcc', undefined],
    ['lld-x', undefined],
    ['', undefined],
  ])('--linker %s is %s', (name, linker) => expect(findProfile(name)?.id).toBe(linker));
});
