import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/* What `check` and `explain` count, next to what the linker itself reports of the same link. */

const at = useFolder(undefined, { enters: true });

function run(program: string, ...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(program, args, { cwd: at('.'), encoding: 'utf8' });
  return { status, stderr };
}

/** Archives of one object each, every function in a section of its own. */
function archives(cc: string, sources: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(`${name}.c`, text);
    expect(run(cc, '-c', '-ffunction-sections', '-fdata-sections', `${name}.c`)).toMatchObject({ status: 0 });
    if (name !== 'main') expect(run('ar', 'rcs', `lib${name}.a`, `${name}.o`)).toMatchObject({ status: 0 });
  }
}

const duplicatesIn = (log: string): number =>
  log.match(/duplicate symbol|multiple definition of/g)?.length ?? 0;

describe('duplicates are counted as the linker counts them', () => {
  needsTool(
    'cc',
    'ar',
    'mold',
  )('mold collects sections before it looks for duplicates', async ([cc]) => {
    archives(cc, {
      main: 'int f(void), g(void); int main(void) { return f() + g(); }',
      a: 'int helper(void) { return 1; } int f(void) { return 1; }',
      b: 'int helper(void) { return 2; } int g(void) { return 2; }',
    });
    const line = ['main.o', 'liba.a', 'libb.a', '-o', 'program'];
    for (const options of [[], ['-Wl,--gc-sections'], ['-Wl,--gc-sections,-u,helper']]) {
      const command = ['-fuse-ld=mold', ...options, ...line];
      const reported = duplicatesIn(run(cc, ...command).stderr);
      const { out } = await runMain(['check', '--format', 'json', '--', cc, ...command]);
      const { findings, plans } = JSON.parse(out);
      const counted = findings.filter(({ kind }: { kind: string }) => kind === 'name-collision').length;
      expect([plans[0].links[0].duplicatesBefore, counted], options.join()).toEqual([reported, reported]);
      const explained = JSON.parse(
        (await runMain(['explain', '--format', 'json', '--', cc, ...command])).out,
      );
      expect(explained.link.duplicates).toBe(reported);
    }
  });
});
