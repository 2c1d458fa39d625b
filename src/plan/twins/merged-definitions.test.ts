import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * The same as equal-groups.test.ts for COFF, whose groups are a section and those that follow it, and for Mach-O, whose
 * weak definitions are merged one by one. `util.o` is in both archives; `a.o` has an inline function that `util.o`
 * has, too, and its references end in `util.o` of the archive that loses its own.
 */

useFolder(undefined, { enters: true });

interface Format {
  readonly target: string;
  readonly linker: readonly string[];
  /** Options that load the two archives whole, in order. */
  readonly whole: (archive: string) => readonly string[];
  readonly symbol: (name: string) => string;
  readonly head: string;
  readonly inline: string;
  /** A text of `inline`, and what replaces it. */
  readonly differences: Readonly<Record<string, (inline: string) => string>>;
}

const COFF: Format = {
  target: 'x86_64-pc-windows-msvc',
  linker: ['lld-link', '/nodefaultlib', '/entry:main', '/subsystem:console', '/out:out.exe'],
  whole: (archive) => [`/wholearchive:${archive}`],
  symbol: (name) => name,
  head: '',
  inline: `
  .section .text,"xr",discard,inl
  .globl inl
  .def inl; .scl 2; .type 32; .endef
inl:
  .byte 1
  .quad first
  .section .xdata,"dr",associative,inl
  .byte 1, 0, 0, 0
  .section .pdata,"dr",associative,inl
  .long inl@IMGREL
`,
  differences: {
    'one byte': (text) => text.replace('.byte 1\n', '.byte 2\n'),
    'one relocation': (text) => text.replace('.quad first', '.quad second'),
    'an addend': (text) => text.replace('.quad first', '.quad first + 1'),
    'the rule of selection': (text) => text.replace('discard', 'largest'),
    'a section that follows': (text) => text.replace('.byte 1, 0, 0, 0', '.byte 1, 0, 1, 0'),
    'a section more that follows': (text) => `${text}\n  .section .rdata,"dr",associative,inl\n  .byte 7\n`,
    'an alignment': (text) => text.replace('inl:\n', '  .balign 64\ninl:\n'),
    'what refers into it from outside': (text) =>
      `${text.replace('inl:\n', 'inl:\nbeginning:\n')}\n  .data\n  .quad beginning\n`,
  },
};

const MACHO: Format = {
  target: 'arm64-apple-macos11',
  linker: [
    'ld64.lld',
    '-arch',
    'arm64',
    '-platform_version',
    'macos',
    '11.0',
    '11.0',
    '-e',
    '_main',
    '-o',
    'out',
  ],
  whole: (archive) => ['-force_load', archive],
  symbol: (name) => `_${name}`,
  head: '.subsections_via_symbols\n',
  inline: `
  .section __TEXT,__text,regular,pure_instructions
  .globl _inl
  .weak_definition _inl
  .p2align 2
_inl:
  .cfi_startproc
  sub sp, sp, #32
  .cfi_def_cfa_offset 32
  bl _first
  add sp, sp, #32
  ret
  .cfi_endproc
`,
  differences: {
    'one instruction': (text) => text.replaceAll('#32', '#48'),
    'one relocation': (text) => text.replace('bl _first', 'bl _second'),
    'an alignment': (text) => text.replace('.p2align 2', '.p2align 4'),
    'how to unwind it': (text) => text.replace('.cfi_def_cfa_offset 32', '.cfi_def_cfa_offset 48'),
    'a second name': (text) => text.replace('_inl:\n', '  .globl _alias\n_alias:\n_inl:\n'),
    'what it refers to of its own object': (text) =>
      text.replace('bl _first', 'bl Llocal').concat('\n  .text\n_here:\nLlocal: ret\n'),
  },
};

const sources = ({ symbol, head, inline }: Format, other: string): Record<string, string> => {
  const s = symbol;
  const data = (text: string) => `${head}  .data\n${text}`;
  const globals = (...names: string[]) => names.map((name) => `  .globl ${s(name)}\n`).join('');
  return {
    main: data(
      `${globals('main', 'first', 'second')}${s('main')}: .quad ${s('a')}, ${s('b')}\n${s('first')}: .quad 1\n${s('second')}: .quad 2\n`,
    ),
    util: data(`${globals('util')}${s('util')}: .quad ${s('inl')}\n`) + inline,
    a: data(`${globals('a')}${s('a')}: .quad ${s('inl')}, ${s('util')}\n`) + other,
    b: data(`${globals('b')}${s('b')}: .quad ${s('util')}\n`),
  };
};

describe.each([
  ['COFF', COFF],
  ['Mach-O', MACHO],
] as const)('%s: an inline function from a neighbour of the dropped member', (_, format) => {
  const test = needsTool('clang', 'llvm-ar');

  /** Members of `libA.a` that the plan drops, which verify proves. */
  async function planned([clang, ar]: readonly string[], first: string, second: string): Promise<string> {
    for (const [name, source] of Object.entries(sources({ ...format, inline: first }, second))) {
      writeFileSync(`${name}.s`, source);
      execFileSync(clang, ['-target', format.target, '-c', `${name}.s`, '-o', `${name}.o`]);
    }
    const archives = { 'libA.a': ['util.o', 'a.o'], 'libB.a': ['b.o', 'util.o'] };
    for (const [archive, members] of Object.entries(archives)) {
      rmSync(archive, { force: true });
      execFileSync(ar, ['rcs', archive, ...members]);
    }
    const line = [...format.linker, 'main.o', ...Object.keys(archives).flatMap(format.whole)];
    const out = await runMain([
      ...['trim', '--quiet', '--plan', 'plan.json', '--out-dir', 'out', '--provider', 'libB.a'],
      ...['--', ...line],
    ]);
    expect(out).toMatchObject({ exitCode: 0, error: '' });
    const [dropped] = /dropped \d of \d members \([^)]*\)/.exec(out.out) ?? ['kept'];
    if (dropped !== 'kept') expect(await runMain(['verify', 'plan.json'])).toMatchObject({ exitCode: 0 });
    rmSync('out', { recursive: true, force: true });
    return dropped;
  }

  test('is the same: it may come from there', async (tools) => {
    expect(await planned(tools, format.inline, format.inline)).toBe('dropped 1 of 2 members (util.o)');
  });

  for (const [what, change] of Object.entries(format.differences))
    test(`differs in ${what}: the member stays`, async (tools) => {
      expect(change(format.inline)).not.toBe(format.inline);
      expect(await planned(tools, format.inline, change(format.inline))).toBe('kept');
    });
});
