import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';

/** Two libraries with a `helper` each: what `inspect` shows of the one that `trim` edited. */

useFolder(() => {}, { enters: true });

const SOURCES: Readonly<Record<string, string>> = {
  main: 'int left(void), right(void); int main(void) { return left() + right(); }',
  left: 'int helper(void); int left(void) { return helper() + 1; }',
  lefthelper: 'int helper(void) { return 10; }',
  right: 'int helper(void), only(void); int right(void) { return helper() + only(); }',
  righthelper: 'int helper(void) { return 20; } int only(void) { return 2; }',
};

function compile(clang: string, ar: string, target: string, more: readonly string[] = []): void {
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(`${name}.c`, text);
  const names = Object.keys(SOURCES).map((name) => `${name}.c`);
  const flags = ['-target', target, '-fno-asynchronous-unwind-tables', ...more];
  execFileSync(clang, [...flags, '-c', ...names]);
  execFileSync(ar, ['rcsD', 'libleft.a', 'left.o', 'lefthelper.o']);
  execFileSync(ar, ['rcsD', 'libright.a', 'right.o', 'righthelper.o']);
}

const LINE = ['main.o', 'libleft.a', 'libright.a'];

async function trim(...options: string[]): Promise<void> {
  const { exitCode, error } = await runMain([
    'trim',
    '--plan',
    'plan.json',
    '--out-dir',
    'out',
    ...options,
    ...LINE,
  ]);
  expect([exitCode, error]).toEqual([0, '']);
}

/** `righthelper.o helper undefine yield`: what `inspect` prints as JSON. */
async function inspected(...options: string[]): Promise<string[]> {
  const { exitCode, out, error } = await runMain([
    'inspect',
    '--format',
    'json',
    ...options,
    'out/libright.a',
  ]);
  expect([exitCode, error]).toEqual([0, '']);
  type Member = {
    name: string;
    edits?: { symbol: string; action: string; newName?: string; kind?: string }[];
  };
  const [{ members }] = JSON.parse(out).archives as { members: Member[] }[];
  return members.flatMap(({ name, edits = [] }) =>
    edits.map(({ symbol, action, newName, kind = '' }) => {
      if (newName !== undefined) expect(newName).toMatch(/(helper|only)\.iso\.[0-9a-f]{8}$/);
      return `${name} ${symbol} ${action} ${kind}`.trim();
    }),
  );
}

describe('inspect', () => {
  for (const [title, target, helper, hasTwins] of [
    ['ELF', 'x86_64-linux-gnu', 'helper', false],
    ['Mach-O', 'arm64-apple-macos12', '_helper', true],
    ['COFF', 'x86_64-pc-windows-msvc', 'helper', true],
    ['WebAssembly', 'wasm32', 'helper', false],
  ] as const)
    needsTool('clang-14', 'llvm-ar-19|llvm-ar')(`shows the edits of ${title}`, async ([clang, ar]) => {
      compile(clang, ar, target);
      await trim('--isolate', 'libright.a');
      const renamed = ['right.o', 'righthelper.o'].flatMap((name) =>
        [helper, helper.replace('helper', 'only')].map((symbol) => `${name} ${symbol} hide-and-rename`),
      );
      expect((await inspected()).sort()).toEqual([...renamed].sort());
      expect(await inspected('--plan', 'plan.json')).toEqual(renamed.map((text) => `${text} isolate`));
      await trim('--first-wins');
      const row = `righthelper.o ${helper}`;
      expect(await inspected()).toEqual(hasTwins ? [`${row} undefine`] : []);
      expect(await inspected('--plan', 'plan.json')).toEqual([`${row} weaken first-wins`]);
      await trim('--yield', `helper=libleft.a`);
      expect(await inspected()).toEqual(hasTwins ? [`${row} undefine`] : []);
      expect(await inspected('--plan', 'plan.json')).toEqual([`${row} undefine yield`]);
      expect(await runMain(['verify', 'plan.json'])).toMatchObject({ exitCode: 0 });
    });

  needsTool('clang-14', 'llvm-ar-19|llvm-ar')(
    'leaders of COFF COMDATs stay defined: yield and first-wins are refused',
    async ([clang, ar]) => {
      compile(clang, ar, 'x86_64-pc-windows-msvc', ['-ffunction-sections']);
      for (const options of [['--yield', 'helper=libleft.a'], ['--first-wins']]) {
        const { exitCode, out, error } = await runMain(['trim', '--dry-run', ...options, ...LINE]);
        expect([exitCode, out]).toEqual([2, '']);
        expect(error).toMatch(
          /^ardedup: edits refused: libright\.a\(righthelper\.o\): .*cannot be edited without changing more than symbols \[edit-not-editable\]/,
        );
      }
      await trim('--isolate', 'libright.a');
    },
  );

  needsTool('clang-14', 'llvm-ar-19|llvm-ar')('prints a line for each action', async ([clang, ar]) => {
    compile(clang, ar, 'x86_64-linux-gnu');
    await trim('--isolate', 'libright.a');
    const { out } = await runMain(['inspect', '--members', 'out/libright.a']);
    expect(out).toContain('  edits       2 symbols renamed and hidden in 2 members (helper, only)\n');
    expect(out).toMatch(/ edited: helper \(renamed and hidden\), only \(renamed and hidden\)$/m);
    expect((await runMain(['inspect', 'libright.a'])).out).not.toContain('edits');
  });

  needsTool('clang-14', 'llvm-ar-19|llvm-ar')(
    'a plan that did not write the file is an error',
    async ([clang, ar]) => {
      compile(clang, ar, 'x86_64-linux-gnu');
      await trim('--first-wins');
      const inspect = (path: string) => runMain(['inspect', '--plan', 'plan.json', path]);
      expect(await inspect('libright.a')).toEqual({
        exitCode: 2,
        out: '',
        error: 'ardedup: plan.json: wrote none of these files; name an archive that this plan wrote\n',
      });
      const written = readFileSync('out/libright.a');
      copyFileSync('libright.a', 'out/libright.a');
      expect((await inspect('out/libright.a')).error).toBe(
        "ardedup: out/libright.a(righthelper.o): 'helper' differs from plan.json; plan again with trim\n",
      );
      execFileSync(ar, ['dD', 'out/libright.a', 'right.o']);
      expect((await inspect('out/libright.a')).error).toBe(
        'ardedup: out/libright.a: has 1 member (expected 2 of 2, as plan.json says)\n',
      );
      writeFileSync('out/libright.a', written);
      expect((await inspect('out/libright.a')).exitCode).toBe(0);
    },
  );
});
