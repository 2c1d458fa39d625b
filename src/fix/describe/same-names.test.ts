import { mkdirSync } from 'node:fs';
import { expect } from 'vitest';
import { buildCommand } from '../../../test/fix/c-command.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { fixLine } from '../fix-line.js';

const at = useFolder(() => {}, { enters: true });

needsTool('gcc', 'ar')('archives of one base name are told apart by their paths', async ([gcc, ar]) => {
  for (const folder of ['x', 'y']) mkdirSync(at(folder));
  const command = buildCommand(at(), gcc, ar, {
    sources: {
      'main.c': 'int get(void); int main(void) { return get(); }',
      'unit.c': 'int get(void) { return 0; }',
    },
    archives: { 'x/libu.a': ['unit.o'], 'y/libu.a': ['unit.o'] },
    command: '-o a.out main.o -Wl,--whole-archive x/libu.a y/libu.a -Wl,--no-whole-archive',
  });
  const { report } = await fixLine(command, { outDir: 'fixed' });
  expect(report.cures[0].summary).toMatch(
    /^drop 1 duplicate member from [xy]\/libu\.a \(copies stay in [xy]\/libu\.a\)$/,
  );
});
