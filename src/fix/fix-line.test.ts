import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildCommand, type CCommand } from '../../test/fix/c-command.js';
import { folderState } from '../../test/folder-state.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';
import { UnknownCureError } from './fix-errors.js';
import { type FixOptions, type FixResult, fixLine } from './fix-line.js';

const at = useFolder(() => {}, { enters: true });

const UNIT = 'int made; int make(void) { return ++made; }';
const USERS = {
  'front.c': 'int make(void); int front(void) { return make(); }',
  'back.c': 'int make(void); int back(void) { return make(); }',
  'main.c':
    '#include <stdio.h>\nint front(void), back(void); int main(void) { int a = front(); printf("%d %d\\n", a, back()); return 0; }',
};
const WHOLE = '-o a.out main.o -Wl,--whole-archive libP.a libQ.a -Wl,--no-whole-archive';
const ONE_UNIT: CCommand = {
  sources: { ...USERS, 'make.c': UNIT },
  archives: { 'libP.a': ['front.o', 'make.o'], 'libQ.a': ['back.o', 'make.o'] },
  command: WHOLE,
};
const TWO_AGES: CCommand = {
  sources: {
    'old.c': 'int scale; int pack(int x) { return x + scale; }',
    'new.c': 'int scale; int pack(int x) { return x * 2 + scale; } int more(int x) { return x - scale; }',
    'main.c':
      '#include <stdio.h>\nint pack(int), more(int); int main(void) { printf("%d %d\\n", pack(5), more(5)); return 0; }',
  },
  archives: { 'libold.a': ['old.o'], 'libnew.a': ['new.o'] },
  command: '-o a.out main.o libold.a libnew.a',
};

interface Fixed extends FixResult {
  /** Output of the program that the cured command links. */
  readonly prints: string;
}

/** Builds a command, cures it, and runs what it then makes. */
async function fixed(build: CCommand, [gcc, ar]: string[], options: FixOptions = {}): Promise<Fixed> {
  const command = buildCommand(at(), gcc, ar, build);
  return runFixed(command, options);
}

async function runFixed(command: readonly string[], options: FixOptions): Promise<Fixed> {
  const before = folderState(at());
  const result = await fixLine(command, options);
  const after = folderState(at());
  for (const name of Object.keys(before)) expect(after[name]).toBe(before[name]);
  const [program, ...words] = result.report.command ?? [];
  if (program === undefined) return { ...result, prints: '' };
  execFileSync(program, words, { stdio: 'pipe' });
  return { ...result, prints: execFileSync(at('a.out'), { encoding: 'utf8' }) };
}

const kinds = ({ report }: FixResult): string[] => report.cures.map(({ kind }) => kind);

describe('cures, linked by GNU ld', () => {
  needsTool('gcc', 'ar')('of equal members one is dropped', async (tools) => {
    const found = await fixed(ONE_UNIT, tools, { outDir: 'fixed' });
    expect(found.report.before).toEqual({ duplicates: 2, splitState: 0, unresolved: 0 });
    expect(found.report.applied).toBe(found.report.cures[0].id);
    expect(found.report.cures[0]).toMatchObject({
      kind: 'drop',
      requiresAcceptance: false,
      after: { duplicates: 0, splitState: 0, unresolved: 0 },
      changes: [{ change: 'drop', archive: 'libQ.a', member: 'make.o', instead: 'libP.a(make.o)' }],
    });
    expect(kinds(found)).toContain('plain-archive');
    expect(found.prints).toBe('1 2\n');
  });

  needsTool('gcc', 'ar')('without a folder no archive is written', async (tools) => {
    const found = await fixed(ONE_UNIT, tools);
    expect(found.report).toMatchObject({ applied: null, command: null });
    expect(found.isHealthy).toBe(false);
  });

  needsTool('gcc', 'ar')('a member that equals an object on the command', async (tools) => {
    const build: CCommand = {
      sources: { ...USERS, 'make.c': UNIT },
      archives: { 'libP.a': ['front.o', 'back.o', 'make.o'] },
      command: '-o a.out main.o make.o -Wl,--whole-archive libP.a -Wl,--no-whole-archive',
    };
    const found = await fixed(build, tools, { outDir: 'fixed' });
    expect(kinds(found)[0]).toBe('drop-object-twin');
    expect(found.prints).toBe('1 2\n');
  });

  const TWICE: readonly [string, string, string][] = [
    ['once more', '-o a.out main.o front.o back.o make.o make.o', '-o a.out main.o front.o back.o make.o'],
    [
      'under another name',
      '-o a.out main.o front.o make.o again.o back.o',
      '-o a.out main.o front.o make.o back.o',
    ],
  ];
  for (const [title, command, cured] of TWICE)
    needsTool('gcc', 'ar')(`an object is on the command ${title}`, async (tools) => {
      const build: CCommand = {
        sources: { ...USERS, 'make.c': UNIT },
        copies: { 'make.o': 'again.o' },
        archives: {},
        command,
      };
      const found = await fixed(build, tools);
      expect(found.report.cures[0]).toMatchObject({ kind: 'drop-object-twin', requiresAcceptance: false });
      expect(found.report.command?.slice(1).join(' ')).toBe(cured);
      expect(found.prints).toBe('1 2\n');
    });

  needsTool('gcc', 'ar')('objects of the command that are no copies stay', async (tools) => {
    const build: CCommand = {
      sources: { ...USERS, 'make.c': UNIT, 'other.c': 'int made; int make(void) { return --made; }' },
      archives: {},
      command: '-o a.out main.o front.o back.o make.o other.o',
    };
    const { report } = await fixed(build, tools);
    expect(report.before.duplicates).toBeGreaterThan(0);
    expect(report.cures).toEqual([]);
    expect(report.advice.map(({ code }) => code)).toEqual(['rename-upstream']);
  });

  needsTool('gcc', 'ar')('equal members of one archive', async (tools) => {
    const build: CCommand = {
      sources: { ...USERS, 'make.c': UNIT },
      copies: { 'make.o': 'again.o' },
      archives: { 'libP.a': ['front.o', 'back.o', 'make.o', 'again.o'] },
      command: '-o a.out main.o -Wl,--whole-archive libP.a -Wl,--no-whole-archive',
    };
    const found = await fixed(build, tools, { outDir: 'fixed' });
    expect(kinds(found)[0]).toBe('drop-in-archive');
    expect(found.prints).toBe('1 2\n');
  });

  needsTool('gcc', 'ar')('helpers of compilers: the order changes without a question', async (tools) => {
    const build: CCommand = {
      sources: {
        'coin.s':
          '.globl __divti3\n.type __divti3,@function\n__divti3: mov $7,%eax\nxor %edx,%edx\nret\n.globl coin\n.type coin,@function\ncoin: mov $1,%eax\nret',
        'main.c':
          '#include <stdio.h>\nint coin(void); __int128 a = 9, b = 3; int main(void) { int d = (int)(a / b); printf("%d %d\\n", d, coin()); return 0; }',
      },
      archives: { 'libcoin.a': ['coin.o'] },
      command: '-o a.out main.o -lgcc libcoin.a',
    };
    const found = await fixed(build, tools);
    expect(found.report.before.duplicates).toBe(1);
    expect(found.report.cures[0]).toMatchObject({ kind: 'order', requiresAcceptance: false });
    expect(found.report.command?.slice(1)).toEqual(['-o', 'a.out', 'main.o', 'libcoin.a', '-lgcc']);
    expect(found.prints).toBe('7 1\n');
  });

  const HELPER = '__int128 __divti3(void) { return 1; }';
  const BOTH = `${HELPER} int take(void) { return 2; }`;
  const noisy = (text: string) =>
    `#include <stdio.h>\nstatic __attribute__((constructor)) void start(void) { puts("${text}"); }`;
  const SILENT: readonly [string, CCommand, object][] = [
    [
      'constructors that print would change places',
      {
        sources: {
          'one.c': `${noisy('one')} __int128 __divti3(void); int one(void) { return __divti3(); }`,
          'two.c': `${noisy('two')} int take(void); int two(void) { return take(); }`,
          'half.c': HELPER,
          'both.c': BOTH,
          'main.c': 'int one(void), two(void); int main(void) { return one() + two(); }',
        },
        archives: { 'libone.a': ['one.o', 'half.o'], 'libtwo.a': ['two.o', 'both.o'] },
        command: '-o a.out main.o libone.a libtwo.a',
      },
      { change: 'constructor-order', file: 'libtwo.a(two.o)', other: 'libone.a(one.o)' },
    ],
    [
      'a weak reference would become 0',
      {
        sources: {
          'hook.c': 'int hook(void) { return 7; }',
          'half.c': HELPER,
          'both.c': BOTH,
          'main.c':
            '__attribute__((weak)) int hook(void); int take(void); int main(void) { return hook ? hook() : take(); }',
        },
        archives: { 'libhook.a': ['hook.o', 'half.o'], 'libtwo.a': ['both.o'] },
        command: '-o a.out main.o -Wl,--whole-archive libhook.a -Wl,--no-whole-archive libtwo.a',
      },
      { change: 'weak-reference', symbol: 'hook', from: 'libhook.a(hook.o)', to: null },
    ],
  ];
  for (const [title, build, change] of SILENT)
    needsTool('gcc', 'ar')(`${title}: the cure asks`, async (tools) => {
      const { report } = await fixed(build, tools);
      expect(report.applied).toBeNull();
      expect(report.cures[0].requiresAcceptance).toBe(true);
      expect(report.cures[0].changes).toContainEqual(change);
      // A helper's name is fixed by the compilers.
      expect(report.advice.map(({ code }) => code)).not.toContain('rename-upstream');
    });

  needsTool('gcc', 'ar')(
    'two versions: order and owner ask, and are applied when accepted',
    async (tools) => {
      const found = await fixed(TWO_AGES, tools, { outDir: 'fixed' });
      expect(found.report.applied).toBeNull();
      expect(found.report.command).toBeNull();
      expect(kinds(found)).toEqual(['order', 'owner', 'isolate', 'first-wins']);
      expect(found.report.cures.every(({ requiresAcceptance }) => requiresAcceptance)).toBe(true);
      expect(found.report.cures[0].changes).toContainEqual({
        change: 'binding',
        symbol: 'pack',
        from: 'libold.a(old.o)',
        to: 'libnew.a(new.o)',
      });
      const command = [tools[0], ...TWO_AGES.command.split(' ')];
      const [first, , last] = found.report.cures;
      for (const { id, kind } of [first, last]) {
        const accepted = await runFixed(command, { outDir: 'fixed', accept: [id] });
        expect(accepted.report.applied, kind).toBe(id);
        expect(accepted.prints).toBe('10 5\n');
      }
    },
  );

  needsTool('gcc', 'ar')(
    'a decision of the configuration is applied, and one for other inputs is not',
    async (tools) => {
      const [{ id }] = (await fixed(TWO_AGES, tools)).report.cures;
      const command = [tools[0], ...TWO_AGES.command.split(' ')];
      const decided = await runFixed(command, { decisions: [id, 'ffffffffffff'] });
      expect(decided.report.applied).toBe(id);
      expect(decided.idle).toEqual(['ffffffffffff']);
      const changed = {
        ...TWO_AGES.sources,
        'old.c': 'int scale, other; int pack(int x) { return x + scale; } int more2(int x) { return x; }',
      };
      const other = {
        ...TWO_AGES,
        sources: { ...changed, 'new.c': `${TWO_AGES.sources['new.c']} int other = 4;` },
      };
      const stale = await fixed(other, tools, { decisions: [id] });
      expect(stale.report.applied).toBeNull();
      expect(stale.idle).toEqual([id]);
    },
  );

  needsTool('gcc', 'ar')('a command is offered once, whichever archive is said to move', async (tools) => {
    const { cures } = (await fixed(TWO_AGES, tools)).report;
    const commands = cures.filter(({ kind }) => kind === 'order').map(({ command }) => command?.join(' '));
    expect(commands).toHaveLength(1);
  });

  needsTool('gcc', 'ar')('two moves that only work together', async (tools) => {
    const build: CCommand = {
      sources: {
        'a1.c': 'int a(void) { return 1; }',
        'a2.c': 'int a(void) { return 2; } int aa(void) { return 20; }',
        'b1.c': 'int b(void) { return 3; }',
        'b2.c': 'int b(void) { return 4; } int bb(void) { return 40; }',
        'main.c':
          '#include <stdio.h>\nint a(void), aa(void), b(void), bb(void); int main(void) { printf("%d %d %d %d\\n", a(), aa(), b(), bb()); return 0; }',
      },
      archives: { 'liba1.a': ['a1.o'], 'liba2.a': ['a2.o'], 'libb1.a': ['b1.o'], 'libb2.a': ['b2.o'] },
      command: '-o a.out main.o liba1.a liba2.a libb1.a libb2.a',
    };
    const found = await fixed(build, tools);
    const cure = found.report.cures.find(({ kind }) => kind === 'order');
    expect(cure?.changes.filter(({ change }) => change === 'move')).toHaveLength(2);
    const accepted = await runFixed([tools[0], ...build.command.split(' ')], { accept: [cure?.id ?? ''] });
    expect(accepted.prints).toBe('2 20 4 40\n');
  });

  needsTool('gcc', 'ar')(
    'an archive whose constructor would be lost stays whole until that is accepted',
    async (tools) => {
      const build: CCommand = {
        sources: {
          'one.c': 'int helper(void) { return 1; } int one(void) { return helper(); }',
          'reg.c':
            'extern int ran; int helper(void) { return 2; } __attribute__((constructor)) static void start(void) { ran = 1; }',
          'main.c':
            '#include <stdio.h>\nint ran, one(void); int main(void) { printf("%d %d\\n", one(), ran); return 0; }',
        },
        archives: { 'libone.a': ['one.o', 'reg.o'] },
        command: '-o a.out main.o -Wl,--whole-archive libone.a -Wl,--no-whole-archive',
      };
      const { report } = await fixed(build, tools);
      expect(report.applied).toBeNull();
      expect(report.cures.map(({ kind }) => kind)).toEqual(['first-wins', 'plain-archive']);
      expect(report.cures.every(({ requiresAcceptance }) => requiresAcceptance)).toBe(true);
      expect(report.cures[1].changes).toContainEqual(
        expect.objectContaining({ change: 'lost-side-effect', file: 'libone.a(reg.o)' }),
      );
    },
  );

  needsTool('gcc', 'ar')(
    'a summary names the archives of copies and of other content apart',
    async (tools) => {
      const build: CCommand = {
        ...ONE_UNIT,
        sources: {
          ...ONE_UNIT.sources,
          'tell.c': 'int tell(void) { return 1; }',
          'told.c': 'int tell(void) { return 2; } int told(void) { return 3; }',
        },
        archives: {
          'libP.a': ['front.o', 'make.o'],
          'libQ.a': ['back.o', 'make.o', 'tell.o'],
          'libR.a': ['told.o'],
        },
        command: '-o a.out main.o -Wl,--whole-archive libP.a libQ.a libR.a -Wl,--no-whole-archive',
      };
      const { report } = await fixLine(buildCommand(at(), tools[0], tools[1], build));
      const summaries = report.cures
        .filter(({ kind }) => kind === 'drop+owner')
        .map(({ summary }) => summary);
      expect(summaries.length).toBeGreaterThan(0);
      const apart =
        /^drop 1 duplicate member from lib[PQ]\.a \(copies stay in lib[PQ]\.a\), then replace 1 member of lib[QR]\.a by those of lib[QR]\.a, whose content differs$/;
      for (const summary of summaries) expect(summary).toMatch(apart);
    },
  );

  needsTool('gcc', 'ar')('allowed duplicates that share their state are healthy', async (tools) => {
    const build = { ...ONE_UNIT, command: `-Wl,-z,muldefs ${WHOLE}` };
    const found = await fixed(build, tools);
    expect(found.report).toMatchObject({
      before: { duplicates: 0, splitState: 0 },
      cures: [],
      applied: null,
    });
    expect(found.isHealthy).toBe(true);
    expect(found.prints).toBe('1 2\n');
  });

  needsTool('gcc', 'ar')('no drop, order or owner where each side needs its own', async (tools) => {
    const build: CCommand = {
      sources: {
        'fork.c': 'int pool; int gcd(int a) { return a + ++pool; } int odd(int a) { return a & 1; }',
        'orig.c': 'int pool; int gcd(int a) { return a * 2; } int bits(int a) { return a; }',
        'main.c': 'int odd(int), bits(int), gcd(int); int main(void) { return odd(1) + bits(1) + gcd(2); }',
      },
      archives: { 'libfork.a': ['fork.o'], 'liborig.a': ['orig.o'] },
      command: '-o a.out main.o libfork.a liborig.a',
    };
    const { report } = await fixed(build, tools);
    expect(report.cures.filter(({ kind }) => /drop|order|owner|plain/.test(kind))).toEqual([]);
    expect(report.advice.map(({ code }) => code)).toEqual(['rename-upstream']);
  });

  needsTool('gcc', 'ar')('code that binds to the function of another library', async (tools) => {
    const build: CCommand = {
      sources: {
        'sum1.c': 'int sum(int a) { return a; }',
        'use1.c': 'int sum(int); int use1(void) { return sum(1); }',
        'sum2.c': 'int sum(int a, int b) { return a * b; }',
        'use2.c': 'int sum(int, int); int use2(void) { return sum(2, 3); }',
        'main.c': 'int use1(void), use2(void); int main(void) { return use1() + use2(); }',
      },
      archives: { 'libone.a': ['sum1.o', 'use1.o'], 'libtwo.a': ['sum2.o', 'use2.o'] },
      command: '-o a.out main.o libone.a libtwo.a',
    };
    const { report, isHealthy } = await fixed(build, tools);
    expect(report.before.duplicates).toBe(0);
    expect(isHealthy).toBe(false);
    expect(report.advice.map(({ code }) => code)).toContain('rename-upstream');
    expect(report.cures.filter(({ kind }) => kind === 'order')).toEqual([]);
  });
});

describe('ardedup fix', () => {
  needsTool('gcc', 'ar')('saves a plan that verify proves', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, ONE_UNIT);
    const ran = await runMain(['fix', '-q', '--out-dir', 'fixed', '--plan', 'plan.json', '--', ...command]);
    expect(ran).toMatchObject({ exitCode: 0, error: '' });
    expect(existsSync('fixed/libQ.a')).toBe(true);
    const verified = await runMain(['verify', 'plan.json']);
    expect(verified.error).toBe('');
    expect(verified.exitCode).toBe(0);
  });

  needsTool('gcc', 'ar')('an id that no cure has is an error', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, TWO_AGES);
    await expect(fixLine(command, { accept: ['ffffffffffff'] })).rejects.toThrow(UnknownCureError);
    const ran = await runMain(['fix', '--accept', 'ffffffffffff', '--', ...command]);
    expect(ran).toMatchObject({ exitCode: 2, out: '' });
  });

  needsTool(
    'gcc',
    'ar',
    'ld.lld',
  )('a cure for one linker says nothing of another', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, TWO_AGES);
    const forLld = await fixLine(command, { linker: 'lld' });
    const forGnu = await fixLine(command, { linker: 'gnu-ld' });
    expect(forLld.linker).not.toBe(forGnu.linker);
    // The same change with the same consequences is one cure, whichever linker it is simulated on.
    for (const { report } of [forLld, forGnu])
      for (const { after } of report.cures) expect(after).toMatchObject({ duplicates: 0, unresolved: 0 });
  });

  needsTool('gcc', 'ar')('link --fix runs the cured command', async ([gcc, ar]) => {
    buildCommand(at(), gcc, ar, ONE_UNIT);
    const cli = new URL('../../bin/ardedup.js', import.meta.url).pathname;
    if (!existsSync(new URL('../../dist/cli.cjs', import.meta.url))) return;
    const ran = spawnSync(
      process.execPath,
      [cli, 'link', '--fix', '--no-cache', '--', gcc, ...WHOLE.split(' ')],
      {
        encoding: 'utf8',
      },
    );
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    expect(execFileSync(at('a.out'), { encoding: 'utf8' })).toBe('1 2\n');
  });

  test('a command is expected', async () => {
    expect(await runMain(['fix'])).toMatchObject({ exitCode: 2 });
    expect(await runMain(['fix', '--', 'main.o'])).toMatchObject({ exitCode: 2 });
    expect(await runMain(['fix', '--bogus', '--', 'cc', 'main.o'])).toMatchObject({ exitCode: 2 });
  });
});
