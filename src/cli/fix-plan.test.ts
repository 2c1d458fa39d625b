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

describe('a plan that is not written', () => {
  needsTool('gcc', 'ar')('is reported if no cure is applied', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, BUILD);
    const asked = await runMain(['fix', '--plan', 'plan.json', '--', ...command]);
    expect(asked.exitCode).toBe(1);
    expect(asked.error).toContain(
      'warning: plan.json: no plan was written, because no cure was applied; add --out-dir <folder>',
    );
    const healthy = command.filter((word) => word !== 'libtwo.a');
    const fine = await runMain(['fix', '--plan', 'plan.json', '--', ...healthy]);
    expect(fine.exitCode).toBe(0);
    expect(fine.error).toContain('plan.json: no plan was written, because there is nothing to fix');
    expect(folderState(at())).not.toHaveProperty('plan.json');
  });

  needsTool('gcc', 'ar')('leaves no archive if its folder does not exist', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, BUILD);
    const before = folderState(at());
    const fixed = await runMain(['fix', '--out-dir', 'out', '--plan', 'none/plan.json', '--', ...command]);
    expect(fixed.exitCode).toBe(2);
    expect(fixed.error).toContain('none/plan.json');
    expect(folderState(at())).toEqual(before);
  });

  needsTool('gcc', 'ar')('may go to the folder that is made for archives', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, BUILD);
    const fixed = await runMain(['fix', '--out-dir', 'out', '--plan', './out/plan.json', '--', ...command]);
    expect(fixed).toMatchObject({ exitCode: 0, error: '' });
    expect(folderState(at())).toHaveProperty('out/plan.json');
  });
});

/** Folders that are new are allowed, and files are not. */
const ofFolder = (folder: string, before: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(folderState(folder)).filter(([name]) => !(name in before) && !name.includes('.')),
  );
