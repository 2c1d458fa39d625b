import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';
import { parseLinkArguments } from './options/link-options.js';

/** Edits of symbols in a build: two libraries that define one helper, each its own. */

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
});

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { cwd: at(), encoding: 'utf8' });

const SOURCES: Readonly<Record<string, string>> = {
  'main.c':
    '#include <stdio.h>\nint left(void), right(void); int main(void) { printf("%d %d\\n", left(), right()); return 0; }',
  'left.c': 'int helper(void); int left(void) { return helper() + 1; }',
  'lefthelper.c': 'int extra_left; int helper(void) { return 10; }',
  'right.c': 'int helper(void); int only(void); int right(void) { return helper() + only(); }',
  'righthelper.c': 'int helper(void) { return 20; } int only(void) { return 2; }',
};

/** Runs with the program's object and both archives, older than what the cache takes for fresh. */
const inBuild = (title: string, body: () => Promise<void>): void =>
  needsTool('gcc', 'ar')(title, async () => {
    compile();
    await body();
  });

function compile(): void {
  for (const [name, text] of Object.entries(SOURCES)) {
    writeFileSync(at(name), text);
    run('gcc', '-c', name);
  }
  run('ar', 'rcs', 'libleft.a', 'left.o', 'lefthelper.o');
  run('ar', 'rcs', 'libright.a', 'right.o', 'righthelper.o');
  for (const name of ['main.o', 'libleft.a', 'libright.a']) utimesSync(at(name), 1e9, 1e9);
}

const LINE = ['gcc', '-o', 'program', 'main.o', 'libleft.a', 'libright.a'];
const link = (options: readonly string[], line: readonly string[] = LINE) =>
  runProgram(['link', ...options, '--', ...line], {
    cwd: at(),
    env: { ARDEDUP_CACHE_DIR: at('cache'), ARDEDUP_CONFIG: 'off' },
  });
const plans = () => readdirSync(at('cache/plans')).length;

describe('link', () => {
  inBuild('isolates an archive, and remembers that', async () => {
    const plain = await link([]);
    expect([plain.code === 0, existsSync(at('program'))]).toEqual([false, false]);
    const first = await link(['--strict', '--verbose', '--isolate', 'libright.a']);
    expect(first).toMatchObject({ code: 0 });
    expect(first.error).toContain('libright.a: 2 symbols isolated in 2 members (helper, only)');
    expect(run(at('program'))).toBe('11 22\n');
    const made = plans();
    const again = await link(['--strict', '--verbose', '--isolate', 'libright.a']);
    expect([again.code, again.error, plans()]).toEqual([0, first.error, made]);
    // Other options are another plan: the isolated archive is not used for it.
    expect((await link(['--strict'])).code).not.toBe(0);
    const other = await link(['--strict', '--verbose', '--first-wins']);
    expect(other.error).toContain('libright.a: 1 symbol made weak in 1 member (helper)');
    expect(run(at('program'))).toBe('11 12\n');
    expect(plans()).toBeGreaterThan(made);
  });

  inBuild('an object that is compiled again is planned again: its code counts', async () => {
    await link(['--strict', '--isolate', 'libright.a']);
    const made = plans();
    writeFileSync(at('main.c'), SOURCES['main.c'].replace('%d %d', '%d, %d'));
    run('gcc', '-c', 'main.c');
    expect((await link(['--strict', '--isolate', 'libright.a'])).code).toBe(0);
    expect(plans()).toBe(made + 1);
  });

  inBuild('yields to the archive that owns a name; verify proves the saved plan', async () => {
    const options = ['--strict', '--yield', 'helper=libleft.a', '--plan', 'plan.json'];
    expect(await link([...options, '--no-cache'])).toMatchObject({ code: 0 });
    expect(run(at('program'))).toBe('11 12\n');
    const plan = JSON.parse(readFileSync(at('plan.json'), 'utf8'));
    expect(plan.edits).toMatchObject([{ symbol: 'helper', action: 'undefine', kind: 'yield' }]);
    // Without the cache the trimmed archive is gone when the link has ended.
    expect(await link(options)).toMatchObject({ code: 0 });
    const proof = await runProgram(['verify', 'plan.json'], { cwd: at() });
    expect(proof.out).toMatch(/^proved: 1 archive matches the plan/);
  });

  inBuild('redirects nothing without a proved copy, and the line is then as it was', async () => {
    const printed = await link(['--print', '--redirect']);
    expect(printed.out).toBe(
      `${run('sh', '-c', 'command -v gcc').trim()} -o program main.o libleft.a libright.a\n`,
    );
  });

  inBuild('what is refused is a warning, and an error with --strict', async () => {
    writeFileSync(
      at('righthelper.c'),
      'int count; int helper(void) { return ++count; } int only(void) { return 2; }',
    );
    writeFileSync(at('lefthelper.c'), 'int count; int helper(void) { return ++count; }');
    run('gcc', '-fno-common', '-c', 'lefthelper.c', 'righthelper.c');
    run('ar', 'rcs', 'libleft.a', 'left.o', 'lefthelper.o');
    run('ar', 'rcs', 'libright.a', 'right.o', 'righthelper.o');
    const loose = await link(['--isolate', 'libright.a']);
    expect(loose.error).toContain('ardedup: warning: linked unchanged: edits refused: ');
    expect(loose.error).toContain("'count' would be two globals where one is used now");
    expect(loose.error).toContain('multiple definition');
    const strict = await link(['--strict', '--isolate', 'libright.a']);
    expect([strict.code, strict.out]).toEqual([2, '']);
    expect(strict.error).toMatch(/^ardedup: edits refused: .* \[edit-splits-state\].*\n$/);
    expect(existsSync(at('program'))).toBe(false);
    const accepted = await link(['--strict', '--isolate', 'libright.a', '--accept-split', 'count']);
    expect(accepted).toMatchObject({ code: 0 });
    expect(run(at('program'))).toBe('2 3\n');
  });

  inBuild('an archive that the line does not have is skipped', async () => {
    const printed = await link(['--print', '--isolate', 'libother.a', '--yield', 'f*=libother.a']);
    expect([printed.code, printed.error]).toEqual([0, '']);
    expect(printed.out).toMatch(/ main\.o libleft\.a libright\.a\n$/);
  });

  test.each([
    [['--yield', 'helper'], '--yield helper: expected <pattern>=<archive>'],
    [['--accept-split', 'count'], '--accept-split: expected --isolate or --yield with it'],
    [
      ['--fix', '--isolate', 'libright.a'],
      'link: --fix chooses edits itself, and cannot be combined with options for edits',
    ],
  ])('%j is an error', (options, message) => {
    expect(() => parseLinkArguments([...options, '--', ...LINE])).toThrow(message);
  });
});
