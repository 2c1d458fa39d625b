import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { copyFounding, useFolder } from '../../test/use-folder.js';
import { splitResponseFile } from '../link/command/response-file.js';

/*
 * Every command that `check` and `explain` print is run. None leaves the duplicates and the split state of its link as
 * they are, and none is printed for archives that other programs link without each other.
 */

useFolder((folder) => copyFounding('elf', folder), { enters: true });
afterEach(() => vi.unstubAllEnvs());

/** Commands of a report, by the whole text that a user would copy. */
async function printedCommands(line: readonly string[]): Promise<string[]> {
  const check = await runMain(['check', '--format', 'json', ...line]);
  const { findings } = JSON.parse(check.out) as { findings: { remedy: string | null }[] };
  const explain = await runMain(['explain', '--', ...line.filter((word) => word !== '--')]);
  const command = /^ {2}(?:what to do: )?(ardedup (?:trim|fix) .*)$/gm;
  const text = (await runMain(['check', ...line])).out;
  return [
    ...new Set([
      ...findings.flatMap(({ remedy }) => (remedy?.startsWith('ardedup ') ? remedy : [])),
      ...[...`${text}\n${explain.out}`.matchAll(command)].map(([, one]) => one),
    ]),
  ];
}

interface Faults {
  readonly duplicates: number;
  readonly split: number;
  readonly undefined: number;
}

async function faultsOf(line: readonly string[]): Promise<Faults> {
  const { plans } = JSON.parse((await runMain(['check', '--format', 'json', ...line])).out);
  const [{ links, splitStateBefore }] = plans;
  return {
    duplicates: links[0].duplicatesBefore,
    split: splitStateBefore.length,
    undefined: links[0].undefinedBefore,
  };
}

/** Runs a printed command, and returns the link line that it ends with. */
async function follow(command: string): Promise<string[]> {
  const ran = await runMain(splitResponseFile(command).slice(1));
  expect(ran, command).toMatchObject({ error: '', exitCode: 0 });
  const linked = /^link with:(?: |\n\n {2})(.*)$/m.exec(ran.out);
  expect(linked, command).not.toBeNull();
  return splitResponseFile(linked![1]);
}

const ARCHIVES = readdirSync(`${import.meta.dirname}/../../fixtures/founding/elf`).filter((name) =>
  name.endsWith('.a'),
);
const PAIRS = ARCHIVES.flatMap((one) =>
  ARCHIVES.filter((other) => other !== one).map((other) => [one, other]),
);

describe('commands that are printed', () => {
  test.each(PAIRS)('for a program with %s and %s', async (one, other) => {
    vi.stubEnv('PATH', '');
    const line = ['main.o', ...entriesOf(one), one, other];
    const before = await faultsOf(line);
    const isFaulty = before.duplicates + before.split > 0;
    for (const command of await printedCommands(line)) {
      const after = await faultsOf(await follow(command));
      expect(after.duplicates, command).toBeLessThanOrEqual(before.duplicates);
      expect(after.split, command).toBeLessThanOrEqual(before.split);
      expect(after.undefined, command).toBeLessThanOrEqual(before.undefined);
      if (isFaulty)
        expect(after.duplicates + after.split, command).toBeLessThan(before.duplicates + before.split);
    }
  });

  test('one cure has one command', async () => {
    vi.stubEnv('PATH', '');
    const { out } = await runMain(['explain', '--', 'ld.bfd', 'main.o', 'libext_http.a', 'libstdlib.a']);
    expect(out.match(/ardedup (?:trim|fix) /g)).toEqual(['ardedup trim ']);
  });

  test('for archives alone there is none', async () => {
    for (const [one, other] of PAIRS) expect(await printedCommands([one, other])).toEqual([]);
    expect(await printedFor('.')).toEqual([]);
  });

  needsTool('cc', 'ar')('for a real link, the linker agrees', async ([cc]) => {
    const sources = {
      main: 'int f(void), g(void); int main(void) { return f() + g() == 3 ? 0 : 1; }',
      rt: 'static int n; int helper(void) { return ++n; }',
      a: 'int helper(void); int f(void) { return helper(); }',
      b: 'int helper(void); int g(void) { return helper(); }',
    };
    for (const [name, text] of Object.entries(sources)) {
      writeFileSync(`${name}.c`, text);
      expect(spawnSync(cc, ['-c', `${name}.c`]).status).toBe(0);
    }
    for (const name of ['a', 'b']) spawnSync('ar', ['rcs', `lib${name}.a`, `${name}.o`, 'rt.o']);
    const whole = ['-Wl,--whole-archive', 'liba.a', 'libb.a', '-Wl,--no-whole-archive'];
    const line = ['--', cc, '-o', 'program', 'main.o', ...whole];
    expect(spawnSync(cc, line.slice(2)).status).not.toBe(0);
    const commands = await printedCommands(line);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [tool, ...words] = await follow(command);
      expect(spawnSync(tool, words).status, command).toBe(0);
      expect(spawnSync('./program').status, command).toBe(0);
      for (const folder of ['trimmed', 'fixed']) rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Options that load the entry of an archive which main.o does not use. */
const entriesOf = (archive: string): string[] => {
  const entry = /^libext_(.*)\.a$/.exec(archive)?.[1];
  return entry === undefined ? [] : ['-u', `ext_${entry}_status`];
};

async function printedFor(folder: string): Promise<string[]> {
  const { findings } = JSON.parse((await runMain(['check', '--format', 'json', folder])).out);
  return findings.flatMap(({ remedy }: { remedy: string | null }) =>
    remedy?.startsWith('ardedup ') ? remedy : [],
  );
}

needsTool(
  'gcc',
  'ar',
  'ld.bfd',
)('a library trimmed alone links before the other, as the warning says', async ([gcc, ar]) => {
  const sources = {
    main: 'int two(void); int main(void) { return two(); }',
    one: 'int shared(void); int one(void) { return shared(); }',
    two: 'int shared(void); int two(void) { return shared(); }',
    shared: 'static int calls; int shared(void) { return calls++; }',
  };
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(`${name}.c`, text);
    expect(spawnSync(gcc, ['-c', `${name}.c`]).status).toBe(0);
  }
  for (const name of ['one', 'two'])
    expect(spawnSync(ar, ['rcs', `lib${name}.a`, `${name}.o`, 'shared.o']).status).toBe(0);
  const { out } = await runMain([
    'trim',
    '--out-dir',
    'alone',
    '--provider',
    'libone.a',
    'libone.a',
    'libtwo.a',
  ]);
  expect(out).toContain('\nwrote alone/libtwo.a\n');
  expect(out).toContain(
    'alone/libtwo.a no longer links without libone.a: a program needs both, and for GNU ld and gold libone.a after it',
  );
  const linked = (...line: string[]) =>
    spawnSync(gcc, ['-fuse-ld=bfd', '-o', 'program', 'main.o', ...line]).status;
  expect(linked('alone/libtwo.a', 'libone.a')).toBe(0);
  expect(linked('libone.a', 'alone/libtwo.a')).not.toBe(0);
});
