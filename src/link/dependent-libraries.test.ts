import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { needsTool } from '../testing/tools.js';
import { openLines } from './open-line.js';

/* Libraries that an object asks for in .deplibs: LLD takes them, others do not. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-deplibs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `
.globl main
main: .long 0
.section .deplibs, "MS", @0x6fff4c04, 1
.asciz "z"
.asciz "m"
`;

const told = (program: string | null, ...options: string[]): string[] => {
  const { lines, close } = openLines([join(folder, 'main.o'), ...options], { program });
  close();
  return lines[0].skipped.map(({ what }) => what);
};

needsTool('as')('a dependent library is told of, where the linker may be LLD', ([assembler]) => {
  spawnSync(assembler, ['-o', join(folder, 'main.o')], { input: SOURCE });
  const both = ['dependent library z', 'dependent library m'];
  expect(told(null)).toEqual(both);
  expect(told('ld.lld')).toEqual(both);
  expect(told('ld.lld-14')).toEqual(both);
  expect(told('ld.lld', '--no-dependent-libraries')).toEqual([]);
  expect(told('ld.bfd')).toEqual([]);
  expect(told('ld.gold')).toEqual([]);
  expect(told('mold')).toEqual([]);
});
