import { execFileSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../../test/fix/c-command.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { type FixReport, fixLine } from '../fix-line.js';

/* Two versions of one file with a static variable each, of which the newer has one more function. */

const at = useFolder(() => {}, { enters: true });

const USERS = {
  'a.c': 'int drv_set(int); int a_init(void) { return drv_set(7); }',
  'b.c': 'int drv_more(void); int b_wait(void) { return drv_more(); }',
  'main.c':
    '#include <stdio.h>\nint a_init(void), b_wait(void); int main(void) { a_init(); printf("%d", b_wait()); return 0; }',
};
const OLD =
  'static int driver; int drv_set(int v) { driver = v; return 0; } int drv_get(void) { return driver; }';
const NEW = `${OLD} int drv_more(void) { return driver + 1; }`;

interface Versions {
  readonly old?: string;
  readonly new?: string;
  readonly command?: string;
  readonly users?: Readonly<Record<string, string>>;
  /** Name of the newer version's object. */
  readonly name?: string;
}

/** Of one file name in two archives: the second is made in a folder of its own. */
function versions([gcc, ar]: readonly string[], given: Versions): string[] {
  const { command = '-Wl,-z,muldefs -o a.out main.o libA.a libB.a', name = 'st.o' } = given;
  const build: CCommand = {
    sources: { ...USERS, ...given.users, 'old.c': given.old ?? OLD },
    archives: { 'libA.a': ['a.o', 'st.o'] },
    names: { 'old.o': 'st.o' },
    command,
  };
  const words = buildCommand(at(), gcc, ar, build);
  const newer = { sources: { 'new.c': given.new ?? NEW }, names: { 'new.o': name }, command };
  buildCommand(at(), gcc, ar, { ...newer, archives: { 'libB.a': ['b.o', name] } });
  return words;
}

const splitOf = ({ cures }: FixReport, kind: string) =>
  cures
    .find((cure) => cure.kind === kind)
    ?.changes.flatMap((change) => (change.change === 'split-state' ? [change.symbol] : []));

describe('allowed duplicates of two versions of a file', () => {
  needsTool('gcc', 'ar')('are a fault if each version stores for itself', async (tools) => {
    const command = versions(tools, {});
    const { exitCode, out } = await runMain(['fix', '--', ...command]);
    expect(exitCode).toBe(1);
    expect(out).toContain('1 mutable global in two copies on GNU ld');
    expect(out).toContain(
      'same-build: libA.a(st.o) and libB.a(st.o) look like two builds or versions of one file, and each uses a static `driver` of its own',
    );
    const { report } = await fixLine(command);
    expect(report.before).toMatchObject({ duplicates: 0, splitState: 1 });
    expect(report.cures.map(({ kind }) => kind)).toEqual(['order', 'owner']);
    expect(report.cures.map(({ after }) => after.splitState)).toEqual([0, 0]);
    const [{ id }] = report.cures;
    const [program, ...words] = (await fixLine(command, { accept: [id] })).report.command as string[];
    execFileSync(program, words);
    expect(execFileSync(at('a.out'), { encoding: 'utf8' })).toBe('8');
  });

  const HEALTHY: Readonly<Record<string, Versions>> = {
    'the newer file comes first': {
      command: '-Wl,-z,muldefs -o a.out main.o -Wl,--start-group libB.a libA.a -Wl,--end-group',
    },
    'the additional function stores nothing': { new: `${OLD} int drv_more(void) { return 1; }` },
    'the additional function is not called': {
      new: `${OLD} int drv_more(void) { return 1; } int drv_rest(void) { return driver; }`,
    },
    'the variables differ in size': { new: NEW.replace('static int', 'static long') },
    'the variables differ in name': { new: NEW.replaceAll('driver', 'place') },
    'no common function uses the variable': {
      old: 'static int driver; int drv_set(int v) { return v; } int drv_get(void) { return 2; } int drv_old(void) { return ++driver; }',
      new: 'static int driver; int drv_set(int v) { return v + 1; } int drv_get(void) { return 3; } int drv_old(void) { return 1; } int drv_more(void) { return ++driver; }',
    },
    'the variable is constant': {
      old: OLD.replace(
        'static int driver; int drv_set(int v) { driver = v;',
        'static const int driver = 3; int drv_set(int v) {',
      ),
      new: NEW.replace(
        'static int driver; int drv_set(int v) { driver = v;',
        'static const int driver = 4; int drv_set(int v) {',
      ),
    },
    'the files have different names': { name: 'other.o' },
  };
  for (const [title, given] of Object.entries(HEALTHY))
    needsTool('gcc', 'ar')(`are none if ${title}`, async (tools) => {
      const { exitCode, out } = await runMain(['fix', '--', ...versions(tools, given)]);
      expect(out).toContain('nothing to fix');
      expect(exitCode).toBe(0);
    });
});

describe('cures of two versions of a file', () => {
  needsTool('gcc', 'ar')(
    'list the static variable that stays in two copies, and come last',
    async (tools) => {
      const command = versions(tools, { command: '-o a.out main.o libA.a libB.a' });
      const { report } = await fixLine(command);
      expect(report.before).toMatchObject({ duplicates: 2, splitState: 1 });
      expect(report.cures.map(({ kind }) => kind)).toEqual(['order', 'owner', 'isolate']);
      expect(report.cures.map(({ after }) => after.splitState)).toEqual([0, 0, 1]);
      expect(splitOf(report, 'isolate')).toEqual(['driver']);
      expect(splitOf(report, 'order')).toEqual([]);
      const choices = report.cures.map(({ changes }) =>
        changes.flatMap((one) => (one.change === 'choice' ? [one] : [])),
      );
      expect(choices.map((own) => own.map(({ isolated }) => isolated))).toEqual([
        [undefined],
        [undefined],
        ['libA.a', 'libA.a'],
      ]);
      const { out } = await runMain(['fix', '--', ...command]);
      expect(out).toContain('`drv_set` stays in libB.a(st.o) and in libA.a(st.o); libA.a uses its own');
      expect(out.split('isolate:')[1]).not.toContain('goes');
    },
  );

  needsTool('gcc', 'ar')(
    'list the static variable of a second build that an isolation loads, and come last',
    async ([gcc, ar]) => {
      const library = (name: string, code: string) => ({
        [`${name}_help.c`]: `int help(int n) { return ${code}; } int ${name}_only(void) { return 0; }`,
        [`${name}.c`]: `int add(int), help(int), ${name}_only(void); int ${name}(void) { return add(1) * 100 + help(10) + ${name}_only(); }`,
      });
      const command = buildCommand(at(), gcc, ar, {
        sources: {
          ...library('one', 'n + 1'),
          ...library('two', 'n * 2'),
          'rt.c':
            'static int jobs; int add(int n) { jobs += n; return jobs; } int peek(void) { return jobs; }',
          'main.c':
            '#include <stdio.h>\nint one(void), two(void); int main(void) { int a = one(); printf("%d %d", a, two()); return 0; }',
        },
        archives: { 'libone.a': ['one.o', 'rt.o', 'one_help.o'] },
        command: '-o a.out main.o libone.a libtwo.a',
      });
      // The second library compiled the runtime with other options.
      execFileSync(gcc, ['-O0', '-c', 'rt.c'], { cwd: at() });
      execFileSync(ar, ['rcs', 'libtwo.a', 'two.o', 'rt.o', 'two_help.o'], { cwd: at() });
      const { report } = await fixLine(command);
      expect(report.before).toMatchObject({ duplicates: 1, splitState: 0 });
      expect(report.cures.map(({ kind }) => kind)).toEqual(['first-wins', 'isolate', 'isolate']);
      expect(report.cures.map(({ after }) => after.splitState)).toEqual([0, 1, 1]);
      expect(splitOf(report, 'isolate')).toEqual(['jobs']);
      const [{ id }] = report.cures;
      const cured = await fixLine(command, { accept: [id], outDir: 'fixed' });
      const [program, ...words] = cured.report.command as string[];
      execFileSync(program, words);
      // One runtime: the second library counts on.
      expect(execFileSync(at('a.out'), { encoding: 'utf8' })).toBe('111 211');
    },
  );
});
