import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../test/fix/c-command.js';
import { folderState } from '../../test/folder-state.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

const at = useFolder(() => {}, { enters: true });

const BUILD: CCommand = {
  sources: {
    'unit.c': 'int get(void) { return 0; }',
    'main.c': 'int get(void); int main(void) { return get(); }',
  },
  archives: { 'libone.a': ['unit.o'], 'libtwo.a': ['unit.o'] },
  command: '-o a.out main.o -Wl,--whole-archive libone.a libtwo.a -Wl,--no-whole-archive',
};

describe('a plan does not replace a file of the link', () => {
  for (const plan of ['libone.a', 'libtwo.a', 'main.o', 'out/libtwo.a'])
    needsTool('gcc', 'ar')(plan, async ([gcc, ar]) => {
      const command = buildCommand(at(), gcc, ar, BUILD);
      const before = folderState(at());
      const fixed = await runMain(['fix', '--out-dir', 'out', '--plan', plan, '--', ...command]);
      expect(fixed.exitCode).toBe(2);
      expect(fixed.error).toContain(plan);
      expect(folderState(at())).toEqual({ ...before, ...ofFolder(at(), before) });
      if (plan.startsWith('out')) return;
      expect((await runMain(['trim', '-n', '--plan', plan, '--', ...command])).exitCode).toBe(2);
      expect(folderState(at())).toMatchObject(before);
    });
});

needsTool('gcc', 'ar')('nor a response file of the command', async ([gcc, ar]) => {
  const [program, ...words] = buildCommand(at(), gcc, ar, BUILD);
  writeFileSync('words', words.join(' '));
  const fixed = await runMain(['fix', '--out-dir', 'out', '--plan', 'words', '--', program, '@words']);
  expect(fixed).toMatchObject({ exitCode: 2, error: expect.stringContaining('words: is an input') });
  expect(readFileSync('words', 'utf8')).toBe(words.join(' '));
});

/** Folders that are new are allowed, and files are not. */
const ofFolder = (folder: string, before: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(folderState(folder)).filter(([name]) => !(name in before) && !name.includes('.')),
  );
