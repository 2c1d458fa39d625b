import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';

/*
 * Both archives have `util.o`, and in front of it in `libA.a`, once it is dropped, `a.o` with an inline function that
 * `util.o` has, too. In assembly, so that each test differs by one thing.
 */

const INLINE = `
  .section .text.inl,"axG",@progbits,inl,comdat
  .weak inl
  .type inl, @function
inl:
  .quad first
  .byte 1
  .size inl, 9
`;
const ALSO = '\n  .section .rodata.inl,"aG",@progbits,inl,comdat\n  .byte 7\n';
const FRAME = INLINE.replace('inl:\n', 'inl:\n  .cfi_startproc\n').concat('  .cfi_endproc\n');
const OUTSIDE = '\n  .data\n  .quad .Lbeginning\n';

const objects = (first: string, second: string): Record<string, string> => ({
  main: '.globl main, first, second\nmain: .quad a, b\nfirst: .byte 1\nsecond: .byte 2\n',
  util: `.globl util\nutil: .quad inl\n${first}`,
  a: `.globl a\na: .quad inl, util\n${second}`,
  b: '.globl b\nb: .quad util\n',
});

describe('an inline function from a neighbour of the dropped member', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ardedup-groups-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The members that the plan drops from `libA.a`, checked by verify. */
  async function planned([cc, ar]: readonly string[], first: string, second: string): Promise<string> {
    for (const [name, source] of Object.entries(objects(first, second))) {
      writeFileSync(join(folder, `${name}.s`), source);
      execFileSync(cc, ['-c', `${name}.s`, '-o', `${name}.o`], { cwd: folder });
    }
    const at = (name: string) => join(folder, name);
    for (const [archive, members] of Object.entries({
      'libA.a': ['util.o', 'a.o'],
      'libB.a': ['b.o', 'util.o'],
    })) {
      rmSync(at(archive), { force: true });
      execFileSync(ar, ['rcs', archive, ...members], { cwd: folder });
    }
    const plan = at('plan.json');
    const line = [at('main.o'), '--whole-archive', at('libA.a'), at('libB.a')];
    const out = await runMain([
      ...['trim', '--quiet', '--plan', plan, '--out-dir', at('out'), '--provider', at('libB.a')],
      ...['--', 'ld.lld', ...line],
    ]);
    expect(out).toMatchObject({ exitCode: 0, error: '' });
    const [dropped] = /dropped \d of \d members \([^)]*\)/.exec(out.out) ?? ['kept'];
    if (dropped !== 'kept') expect(await runMain(['verify', plan])).toMatchObject({ exitCode: 0 });
    return dropped;
  }
  const test = needsTool('cc', 'ar');

  test('is the same: it may come from there', async (tools) => {
    expect(await planned(tools, INLINE, INLINE)).toBe('dropped 1 of 2 members (util.o)');
    expect(await planned(tools, FRAME, FRAME)).toBe('dropped 1 of 2 members (util.o)');
    expect(await planned(tools, INLINE + ALSO, INLINE + ALSO)).toBe('dropped 1 of 2 members (util.o)');
  });

  const OTHERS: Record<string, string> = {
    'one byte': INLINE.replace('.byte 1', '.byte 2'),
    'one relocation': INLINE.replace('.quad first', '.quad second'),
    'the addend of one': INLINE.replace('.quad first', '.quad first + 1'),
    'a section more in the group': INLINE + ALSO,
    'an alignment': INLINE.replace('inl:\n', '  .balign 16\ninl:\n'),
    'the size of a symbol': INLINE.replace('.size inl, 9', '.size inl, 8'),
    'a visibility': INLINE.replace('.weak inl', '.weak inl\n  .hidden inl'),
    'how to unwind it': FRAME,
    'what refers into it from outside': INLINE.replace('inl:\n', 'inl:\n.Lbeginning:\n') + OUTSIDE,
  };
  for (const [what, other] of Object.entries(OTHERS))
    test(`differs in ${what}: the member stays`, async (tools) => {
      expect(await planned(tools, INLINE, other)).toBe('kept');
    });
});
