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
});
