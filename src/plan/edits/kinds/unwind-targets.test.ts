import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { writeCObjects } from '../../../../test/oracles/real-trim.js';
import { needsTool } from '../../../../test/oracles/tools.js';
import { runMain } from '../../../../test/run-main.js';
import { useFolder } from '../../../../test/use-folder.js';

const at = useFolder(() => {}, { enters: true });

/** A weak function whose unwind entry names `personality`, which no relocation of its code does. */
const HELPER = [
  ...[
    '.weak helper',
    '.type helper, @function',
    'helper:',
    '.cfi_startproc',
    '.cfi_personality 0x1b, personality',
  ],
  ...['sub $8, %rsp', '.cfi_adjust_cfa_offset 8', 'call *%rdi', 'add $8, %rsp', '.cfi_adjust_cfa_offset -8'],
  ...['ret', '.cfi_endproc', '.size helper, .-helper'],
].join('\\n');

const libraryOf = (letter: string) =>
  `int putchar(int); void helper(void (*)(void)); int personality(void) { putchar('${letter}'); return 8; } void ${letter}(void (*f)(void)) { helper(f); }`;

const MAIN = `#include <unwind.h>
int putchar(int); void w(void (*)(void)), s(void (*)(void));
static void raise(void) { static struct _Unwind_Exception own; _Unwind_RaiseException(&own); }
int main(void) { w(raise); s(raise); putchar('\\n'); return 0; }`;

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)(
  'a weak function with a personality routine that is isolated is isolated, too',
  async ([compiler, archiver]) => {
    writeCObjects(at(), {
      ...{ compiler, archiver, flags: ['-O1', '-w', '-fexceptions'] },
      sources: {
        'main.o': MAIN,
        'w.o': libraryOf('w'),
        's.o': libraryOf('s'),
        'helper.o': `__asm__("${HELPER}");`,
      },
      archives: { 'libw.a': ['w.o', 'helper.o'], 'libs.a': ['s.o', 'helper.o'] },
    });
    const { exitCode, error } = await runMain([
      'trim',
      '--isolate',
      'libw.a',
      '--out-dir',
      'out',
      'main.o',
      'libw.a',
      'libs.a',
    ]);
    expect([exitCode, error]).toEqual([0, '']);
    // As with libw.a as a shared library that was linked with -Bsymbolic: `helper` of each unwinds by its own.
    execFileSync(compiler, ['-fuse-ld=bfd', '-o', 'program', 'main.o', 'out/libw.a', 'libs.a']);
    expect(execFileSync(at('program'), { encoding: 'utf8' })).toBe('ws\n');
  },
);
