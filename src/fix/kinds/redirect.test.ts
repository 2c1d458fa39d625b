import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { openLine } from '../../link/line/open-lines.js';
import type { EditCode } from '../../plan/edits/edit-plan.js';
import { NO_EDITS } from '../../plan/edits/edit-request.js';
import { planWithEdits } from '../../plan/edits/plan-with-edits.js';
import { type FixReport, fixLine } from '../fix-line.js';

/*
 * Two libraries that thin LTO rewrote have one unit each of a crate. Each copy has what the other lacks: a function
 * that LTO made global under the name `X.llvm.<hash of the module>`.
 */

const at = useFolder(() => {}, { enters: true });

const SECTIONS = ['-ffunction-sections', '-fdata-sections'];
const UNIT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o.rcgu.o';
const SECOND = 'rt-0123456789abcdef.rt.2-cgu.0.rcgu.o.rcgu.o';

/** C that the units of a case contain. */
interface Units {
  /** Of both copies, before `shared`. */
  readonly common?: string;
  /** The function that clashes: it returns what kept code may compare. */
  readonly shared: string;
  /** Of `libw.a` alone. */
  readonly kept: string;
  /** Of `libs.a` alone. */
  readonly low?: string;
  /** Of `libs.a`'s copy, where it is of another module. */
  readonly hash?: string;
  /** A second unit of the crate in each library. */
  readonly second?: { readonly w: string; readonly s: string };
}

const MAIN =
  '#include <stdio.h>\nint w(void), s(void); int main(void) { int a = s(); printf("%d %d\\n", a, w()); return 0; }';

interface Target {
  /** Of names that C knows. */
  readonly prefix?: string;
  /** The program can print. */
  readonly isHosted?: boolean;
}

/** Writes, compiles and archives. @returns words of a link: the objects and archives */
function build(
  compile: readonly string[],
  ar: readonly string[],
  units: Units,
  { prefix = '', isHosted = false }: Target = {},
): string[] {
  const { common = '', shared, kept, low = 'int low(void) { return 4; }', hash = '77', second } = units;
  const llvm = (name: string, number: string) => `__asm__("${prefix}${name}.llvm.${number}")`;
  const sources: Record<string, string> = {
    main: isHosted ? MAIN : 'int w(void), s(void); int main(void) { return s() + w(); }',
    w: `long f(int); int kept(long) ${llvm('kept', '77')}; int w(void) { return kept(f(2)); }`,
    s: `long f(int); int low(void) ${llvm('low', hash)}; int s(void) { return (int)(f(1) != 0) + low(); }`,
    wrt: `${common} int kept(long) ${llvm('kept', '77')}; ${shared} ${kept}`,
    srt: `${common} int low(void) ${llvm('low', hash)}; ${shared} ${low}`,
    ...(second && {
      wrt2: `${second.w.replace(/LLVM\((\w+)\)/, (_, number) => llvm('more', number))}`,
      srt2: `${second.s.replace(/LLVM\((\w+)\)/, (_, number) => llvm('more', number))}`,
    }),
  };
  for (const [name, text] of Object.entries(sources)) writeFileSync(at(`${name}.c`), `${text}\n`);
  const names: Record<string, string> = {
    wrt: `w-1111111111111111.${UNIT}`,
    srt: `s-2222222222222222.${UNIT}`,
    wrt2: `w-1111111111111111.${SECOND}`,
    srt2: `s-2222222222222222.${SECOND}`,
  };
  const [compiler, ...flags] = compile;
  const files = Object.keys(sources).map((name) => `${name}.c`);
  execFileSync(compiler, [...flags, '-O1', '-fno-inline', '-w', '-c', ...files], { cwd: at() });
  for (const [name, unit] of Object.entries(names))
    if (name in sources) renameSync(at(`${name}.o`), at(unit));
  const own = (side: string) =>
    [`${side}.o`, names[`${side}rt`], second === undefined ? '' : names[`${side}rt2`]].filter(Boolean);
  for (const side of ['w', 's'])
    execFileSync(ar[0], [...ar.slice(1), 'rcs', `lib${side}.a`, ...own(side)], { cwd: at() });
  return ['main.o', 'libs.a', 'libw.a'];
}

/** Why the crate of a link is not redirected. */
function skippedCodes(words: readonly string[]): EditCode[] {
  const { inputs, line } = openLine(words);
  const plan = planWithEdits(inputs, line, { providers: [], linker: null }, { ...NO_EDITS, redirect: true });
  expect(plan.edits?.edits).toEqual([]);
  return [...new Set(plan.edits?.skipped.map(({ code }) => code))];
}

const kinds = ({ cures }: FixReport): string[] => cures.map(({ kind }) => kind);

const PURE: Units = {
  shared: 'long f(int a) { return a + 1; }',
  kept: 'int kept(long a) { return (int)a * 2; }',
};
const OWN_STATE: Units = {
  ...PURE,
  kept: 'static int calls; int kept(long a) { return (int)a * 2 + calls++; }',
};
const SHARED_STATE: Units = {
  common: 'static int calls;',
  shared: 'long f(int a) { return a + calls++; }',
  kept: 'int kept(long a) { return (int)a * 2 + calls; }',
  low: 'int low(void) { return calls; }',
};
const PROVIDED_STATE: Units = {
  common: 'static int calls;',
  shared: 'long f(int a) { return a + 1; }',
  kept: 'int kept(long a) { return (int)a * 2 + calls++; }',
  low: 'int low(void) { return calls++; }',
};
const MARKER: Units = {
  common: 'static const char marker = 1; extern volatile int zero;',
  shared: 'volatile int zero; long f(int a) { return (long)&marker + zero; }',
  kept: 'int kept(long a) { return a == (long)&marker; }',
  low: 'int low(void) { return zero == (long)&marker; }',
};
/** Compilers put string literals into sections that linkers merge: their addresses say nothing. */
const LITERAL: Units = {
  shared: 'long f(int a) { return "abcdef"[a]; }',
  kept: 'int kept(long a) { return a + "abcdef"[a & 1]; }',
};
const OTHER: Units = { ...PURE, hash: '78' };
const HALF: Units = {
  ...PURE,
  second: {
    w: 'int more(void) LLVM(5); int more(void) { return 1; }',
    s: 'int more(void) LLVM(6); int more(void) { return 1; }',
  },
};

const REDIRECTED: readonly [string, Units, string][] = [
  ['kept code with state of its own', OWN_STATE, '5 6\n'],
  ['kept code with the same literal', LITERAL, '5 197\n'],
];
const REFUSED: readonly [string, Units, EditCode][] = [
  ['the clashing function changes state that kept code reads', SHARED_STATE, 'edit-kept-state'],
  ['kept code changes state that the provider has, too', PROVIDED_STATE, 'edit-kept-state'],
  ['kept code compares the address of a constant', MARKER, 'edit-kept-state'],
  ['the units were made from two modules', OTHER, 'edit-other-content'],
  ['a second unit of the crate was made from two modules', HALF, 'edit-half-crate'],
];

describe('redirect, ELF', () => {
  for (const linker of ['bfd', 'gold', 'lld', 'mold'])
    for (const [title, units, prints] of linker === 'bfd' ? REDIRECTED : [REDIRECTED[0]])
      needsTool(
        'gcc',
        'ar',
        linker === 'mold' ? 'mold' : `ld.${linker}`,
      )(`${title}: the copy is redirected without a question, on ${linker}`, async ([gcc, ar]) => {
        const command = [
          gcc,
          `-fuse-ld=${linker}`,
          '-o',
          'program',
          ...build([gcc, ...SECTIONS], [ar], units, { isHosted: true }),
        ];
        expect(() => execFileSync(command[0], command.slice(1), { stdio: 'pipe' })).toThrow();
        const { report } = await fixLine(command, { outDir: 'fixed' });
        expect(report.applied).toBe(report.cures[0].id);
        expect(report.cures[0]).toMatchObject({
          kind: 'redirect',
          requiresAcceptance: false,
          after: { duplicates: 0, splitState: 0, unresolved: 0 },
          changes: [{ change: 'edit', symbol: 'f', action: 'undefine' }],
        });
        execFileSync(gcc, report.command?.slice(1) ?? []);
        expect(execFileSync(at('program'), { encoding: 'utf8' })).toBe(prints);
      });

  for (const [title, units, code] of REFUSED)
    needsTool(
      'gcc',
      'ar',
      'ld.bfd',
    )(`not where ${title}: ${code}`, async ([gcc, ar]) => {
      const words = build([gcc, ...SECTIONS], [ar], units, { isHosted: true });
      expect(skippedCodes(words)).toEqual([code]);
      const { report } = await fixLine([gcc, '-o', 'program', ...words], { outDir: 'fixed' });
      expect(report.applied).toBeNull();
      expect(kinds(report)).not.toContain('redirect');
      // Weak definitions would link, and leave the state in two copies.
      if (report.before.splitState > 0) expect(kinds(report)).not.toContain('first-wins');
    });
});

describe('redirect, other formats', () => {
  // With a section for each, COFF functions are COMDAT leaders, which cannot become undefined.
  const COFF = ['--target=x86_64-pc-windows-msvc'];
  const lldLink = (words: readonly string[]) => [
    ...['/entry:main', '/subsystem:console', '/nodefaultlib', '/out:a.exe'],
    ...words,
  ];
  needsTool(
    'clang',
    'llvm-ar-19|llvm-ar',
    'lld-link',
  )('a COFF function is redirected without a question', async ([clang, ar, lld]) => {
    const words = lldLink(build([clang, ...COFF], [ar], PURE));
    expect(() => execFileSync(lld, words, { stdio: 'pipe' })).toThrow();
    const { report } = await fixLine([lld, ...words], { outDir: 'fixed' });
    expect(report.cures[0]).toMatchObject({ kind: 'redirect', requiresAcceptance: false });
    execFileSync(lld, report.command?.slice(1) ?? [], { stdio: 'pipe' });
  });

  for (const [title, units, code] of REFUSED)
    needsTool('clang', 'llvm-ar-19|llvm-ar')(`COFF: not where ${title}: ${code}`, ([clang, ar]) => {
      expect(skippedCodes(lldLink(build([clang, ...COFF], [ar], units)))).toEqual([code]);
    });

  const MACHO = ['--target=x86_64-apple-macos11', ...SECTIONS];
  const ld64 = (words: readonly string[]) => [
    ...['-arch', 'x86_64', '-platform_version', 'macos', '11.0', '11.0', '-o', 'a.out'],
    ...['-undefined', 'dynamic_lookup', '-e', '_main', ...words],
  ];
  needsTool(
    'clang',
    'llvm-ar-19|llvm-ar',
    'ld64.lld-19|ld64.lld',
  )('a Mach-O function is redirected without a question', async ([clang, ar, ld]) => {
    const words = ld64(build([clang, ...MACHO], [ar, '--format=darwin'], PURE, { prefix: '_' }));
    expect(() => execFileSync(ld, words, { stdio: 'pipe' })).toThrow();
    const { report } = await fixLine([ld, ...words], { outDir: 'fixed' });
    expect(report.cures[0]).toMatchObject({ kind: 'redirect', requiresAcceptance: false });
    execFileSync(ld, report.command?.slice(1) ?? [], { stdio: 'pipe' });
  });

  for (const [title, units, code] of REFUSED)
    needsTool('clang', 'llvm-ar-19|llvm-ar')(`Mach-O: not where ${title}: ${code}`, ([clang, ar]) => {
      const words = ld64(build([clang, ...MACHO], [ar, '--format=darwin'], units, { prefix: '_' }));
      expect(skippedCodes(words)).toEqual([code]);
    });
});
