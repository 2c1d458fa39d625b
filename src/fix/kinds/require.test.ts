import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { fixLine } from '../fix-line.js';

/*
 * libw.a and libs.a have one runtime, whose heap has a destructor that prints. The linker loads the heap of libw.a for
 * the runtime's unit there, before `pool.o` of libs.a. Without that unit a linker that searches archives once loads the
 * heap of libs.a instead, after `pool.o`, and the destructors run in another order.
 */

const at = useFolder(() => {}, { enters: true });

const UNIT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
const REWRITTEN = `std-fedcba9876543210.${UNIT}.rcgu.o`;
const printing = (name: string) =>
  `int puts(const char *); __attribute__((destructor)) static void stop(void) { puts("${name}"); }`;
const SOURCES = {
  'main.o': 'int rt(void), user(void); int main(void) { return rt() + user() - 5; }',
  'heap.o': `${printing('heap')} int heap_take(void) { return 1; }`,
  'pool.o': `${printing('pool')} int pool(void) { return 2; }`,
  'user.o': 'int pool(void), rt_more(void); int user(void) { return pool() + rt_more(); }',
  [UNIT]: 'int heap_take(void); int rt(void) { return heap_take(); }',
  [REWRITTEN]:
    'int heap_take(void); int rt(void) { return heap_take(); } int rt_more(void) { return 1 + rt(); }',
};
const ARCHIVES = { 'libw.a': [UNIT, 'heap.o'], 'libs.a': ['user.o', 'pool.o', REWRITTEN, 'heap.o'] };

for (const linker of ['bfd', 'gold'])
  needsTool('gcc', `ld.${linker}`, 'llvm-ar-19|llvm-ar')(
    `ld.${linker}: a required symbol keeps the heap where it was`,
    async ([compiler, , archiver]) => {
      writeCObjects(at(), { compiler, archiver, flags: ['-O1'], sources: SOURCES, archives: ARCHIVES });
      const command = [compiler, `-fuse-ld=${linker}`, '-o', 'a.out', 'main.o', 'libw.a', 'libs.a'];
      const run = (words: readonly string[]) => {
        execFileSync(words[0], words.slice(1), { stdio: 'pipe' });
        return execFileSync(at('a.out'), { encoding: 'utf8' });
      };
      const asGiven = run([...command, '-Wl,--allow-multiple-definition']);
      const { report } = await fixLine(command, { outDir: at('out') });
      const [{ kind, requiresAcceptance, changes, after }] = report.cures;
      expect({ before: report.before, kind, requiresAcceptance, after }).toEqual({
        before: { duplicates: 1, splitState: 0, unresolved: 0 },
        kind: 'order+drop',
        requiresAcceptance: false,
        after: { duplicates: 0, splitState: 0, unresolved: 0 },
      });
      expect(changes[0]).toEqual({ change: 'require', symbol: 'heap_take', file: 'libw.a(heap.o)' });
      expect(report.command?.slice(1, 3)).toEqual(['-u', 'heap_take']);
      expect(run(report.command ?? [])).toBe(asGiven);
      const trimmed = await runMain(['trim', '-n', '--', ...command]);
      expect(trimmed.out).toContain(
        'require heap_take (-u heap_take), so that its file is loaded from libw.a',
      );
    },
    60_000,
  );
