import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { fixLine } from '../fix-line.js';

/*
 * Two libraries with one COFF unit: `strip -x` took the local symbols from one copy, and with them the rules of COMDAT
 * sections.
 */

const at = useFolder(() => {}, { enters: true });

const SOURCES = {
  meter:
    'static int ticks; int limit = 5; int meter_read(int by) { ticks += by; return ticks > limit ? ticks * 10 : ticks; } const char *meter_unit(void) { return "lux"; }',
  front: 'int meter_read(int); int front(void) { return meter_read(4); }',
  back: 'int meter_read(int); int back(void) { return meter_read(3); }',
  main: 'int front(void), back(void); int main(void) { int a = front(); return a * 1000 + back(); }',
};

/** Makes `liba.a` with the whole copy, and `libb.a` with the stripped one. */
function build(compile: readonly string[], strip: string, ar: string): void {
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(at(`${name}.c`), `${text}\n`);
  execFileSync(compile[0], [
    ...[...compile.slice(1), '-O1', '-c'],
    ...Object.keys(SOURCES).map((name) => `${name}.c`),
  ]);
  execFileSync(ar, ['rcs', 'liba.a', 'front.o', 'meter.o']);
  execFileSync(strip, ['-x', 'meter.o', '-o', 'stripped.o']);
  renameSync('stripped.o', 'meter.o');
  execFileSync(ar, ['rcs', 'libb.a', 'back.o', 'meter.o']);
}

/** Number of duplicates that a linker reports. */
function duplicates(linker: string, words: readonly string[]): number {
  try {
    execFileSync(linker, words, { stdio: 'pipe' });
    return 0;
  } catch (error) {
    const { stderr } = error as { stderr: Buffer };
    return stderr.toString().match(/duplicate symbol|multiple definition/g)?.length ?? 0;
  }
}

const MSVC = '--target=x86_64-pc-windows-msvc';
const LLD = ['/entry:main', '/subsystem:console', '/nodefaultlib', '/out:a.exe'];
const lld = (...archives: string[]) => [
  ...[...LLD, '/safeseh:no', 'main.o'],
  ...archives.map((one) => `/wholearchive:${one}`),
];
const gnu = (...archives: string[]) => [
  '-e',
  'main',
  '-o',
  'a.exe',
  'main.o',
  '--whole-archive',
  ...archives,
];

describe('a complete COFF copy replaces the stripped one', () => {
  const CASES: readonly [string, string, readonly string[], readonly string[]][] = [
    ['LLD', 'lld-link', [MSVC], lld('liba.a', 'libb.a')],
    ['LLD, in the other order', 'lld-link', [MSVC], lld('libb.a', 'liba.a')],
    ['LLD, each function in a section', 'lld-link', [MSVC, '-ffunction-sections'], lld('libb.a', 'liba.a')],
    ['LLD, x86', 'lld-link', ['--target=i686-pc-windows-msvc'], lld('liba.a', 'libb.a')],
    ['GNU ld', 'x86_64-w64-mingw32-ld', [MSVC], gnu('liba.a', 'libb.a')],
    ['GNU ld, in the other order', 'x86_64-w64-mingw32-ld', [MSVC], gnu('libb.a', 'liba.a')],
  ];
  for (const [title, linker, flags, words] of CASES)
    needsTool(
      'clang',
      'llvm-strip-19|llvm-strip',
      'llvm-ar-19|llvm-ar',
      linker,
    )(title, async ([clang, strip, ar, ld]) => {
      build([clang, ...flags, '-w'], strip, ar);
      const before = duplicates(ld, words);
      expect(before).toBeGreaterThan(0);
      const { report } = await fixLine([ld, ...words], { outDir: 'fixed' });
      expect(report.before).toEqual({
        duplicates: before,
        splitState: expect.any(Number),
        unresolved: expect.any(Number),
      });
      expect(report.cures[0]).toMatchObject({
        kind: 'drop',
        requiresAcceptance: false,
        changes: [{ change: 'drop', archive: 'libb.a', instead: 'liba.a(meter.o)', evidence: 'same-image' }],
      });
      expect(report.applied).toBe(report.cures[0].id);
      execFileSync(ld, report.command?.slice(1) ?? [], { stdio: 'pipe' });
    });
});
