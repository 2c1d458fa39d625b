import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';

const at = useFolder(() => {}, { enters: true });

const SOURCES = {
  'main.c': 'int main(void) { return 0; }',
  'one.c': 'int get(void) { return 1; }',
  'two.c': 'int get(void) { return 2; }',
};

describe('two members of one archive', () => {
  needsTool('gcc', 'ar')('are not said to be two archives', async ([gcc, ar]) => {
    for (const [name, text] of Object.entries(SOURCES)) writeFileSync(at(name), `${text}\n`);
    execFileSync(gcc, ['-c', ...Object.keys(SOURCES)]);
    mkdirSync('copy');
    copyFileSync('one.o', 'copy/one.o');
    execFileSync(ar, ['rcs', 'libequal.a', 'one.o', 'copy/one.o']);
    execFileSync(ar, ['rcs', 'libother.a', 'one.o', 'two.o']);
    const explain = async (archive: string) =>
      (
        await runMain([
          'explain',
          '--',
          gcc,
          'main.o',
          '-Wl,--whole-archive',
          archive,
          '-Wl,--no-whole-archive',
        ])
      ).out;
    expect(await explain('libequal.a')).toContain(
      'members of libequal.a are the same objects, byte for byte',
    );
    expect(await explain('libother.a')).toContain(
      'members of libother.a define the same names, and are not copies of each other',
    );
  });
});
