import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../test/fix/c-command.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/* Commands with duplicates that a flag of theirs allows: which of them are a fault. */

const at = useFolder(() => {}, { enters: true });

const COUNTER: CCommand = {
  sources: {
    'make.c': 'int made; int make(void) { return ++made; }',
    'front.c': 'int make(void); int front(void) { return make(); }',
    'back.c': 'int make(void); int back(void) { return make(); }',
    'main.c': 'int front(void), back(void); int main(void) { return front() + back(); }',
  },
  archives: { 'libfront.a': ['front.o', 'make.o'], 'libback.a': ['back.o', 'make.o'] },
  command: '-o a.out main.o -Wl,--whole-archive libfront.a libback.a -Wl,--no-whole-archive',
};

describe('duplicates that the command allows', () => {
  for (const flag of ['-z,muldefs', '--allow-multiple-definition'])
    needsTool('gcc', 'ar')(`${flag}: are named, and no fault`, async ([gcc, ar]) => {
      const build = { ...COUNTER, command: `-Wl,${flag} ${COUNTER.command}` };
      const { exitCode, out } = await runMain(['fix', '--', ...buildCommand(at(), gcc, ar, build)]);
      expect(exitCode).toBe(0);
      expect(out).toContain(
        'nothing to fix: 2 names with duplicate definitions that the command allows (`make`, `made`; the first of each is used), and no split state on GNU ld',
      );
    });

  const sized = (order: string): CCommand => ({
    sources: {
      'small.c': 'int buf[2]; int buf_get(void) { return buf[1]; }',
      'large.c':
        'int buf[100]; int buf_get(void) { return buf[99]; } int buf_more(void) { return ++buf[98]; }',
      'main.c': 'int buf_get(void), buf_more(void); int main(void) { return buf_get() + buf_more(); }',
    },
    archives: { 'libsmall.a': ['small.o'], 'liblarge.a': ['large.o'] },
    command: `-o a.out main.o -Wl,-z,muldefs -Wl,--whole-archive ${order}`,
  });

  needsTool('gcc', 'ar')('are a fault if the smaller of two variables is used', async ([gcc, ar]) => {
    const small = buildCommand(at(), gcc, ar, sized('libsmall.a liblarge.a -Wl,--no-whole-archive'));
    const { exitCode, out } = await runMain(['fix', '--', ...small]);
    expect(exitCode).toBe(1);
    expect(out).toContain('names that bind to the wrong content');
    expect(out).toContain(
      'odr: `buf` has two different definitions of 8 and 400 bytes, in libsmall.a(small.o) and liblarge.a(large.o), and no linker reports it: liblarge.a(large.o) uses the first, and was compiled against the other, which is larger, so that it may write past the end of the first',
    );
    const checked = await runMain(['check', '--linker', 'bfd', '--', ...small]);
    expect(checked.out).toContain('buf has 8 B in libsmall.a and 400 B in liblarge.a');
  });

  needsTool('gcc', 'ar')('are none if the larger is used', async ([gcc, ar]) => {
    const large = buildCommand(at(), gcc, ar, sized('liblarge.a libsmall.a -Wl,--no-whole-archive'));
    expect(await runMain(['fix', '--', ...large])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('nothing to fix'),
    });
  });
});
