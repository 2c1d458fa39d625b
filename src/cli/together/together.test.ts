import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../../test/use-folder.js';
import type { PlansReport } from '../../report/plan/plan-report.js';

/** Milliseconds: compilers take long on a machine that is busy. */
const COMPILES = 180_000;

const SOURCES: Readonly<Record<string, string>> = {
  state: 'static int state; void set(int value) { state = value; } int get(void) { return state; }',
  seven: 'int seven(void) { return 7; }',
  a: 'void set(int); void run_a(void) { set(42); }',
  b: 'int get(void); int run_b(void) { return get(); }',
  one: 'void run_a(void); int run_b(void); int main(void) { run_a(); return run_b() != 42; }',
  two: 'int run_b(void); int main(void) { return run_b(); }',
  three: 'void run_a(void); int seven(void); int main(void) { run_a(); return seven() != 7; }',
};

const at = useFolder(() => {}, { enters: true });

/** `liba.a` and `libb.a`, each with `state.o` and `seven.o`, and the programs' objects. */
function build(cc: string, ar: string): void {
  for (const [name, source] of Object.entries(SOURCES)) writeFileSync(`${name}.c`, `${source}\n`);
  execFileSync(cc, ['-c', ...Object.keys(SOURCES).map((name) => `${name}.c`)]);
  for (const name of ['a', 'b']) execFileSync(ar, ['rcs', `lib${name}.a`, `${name}.o`, 'state.o', 'seven.o']);
}

const members = (ar: string, path: string) => execFileSync(ar, ['t', path], { encoding: 'utf8' }).split('\n');

const savedPlans = (path = 'plan.json') => JSON.parse(readFileSync(path, 'utf8')) as PlansReport;

/** Links what a plan says, and runs it. */
function runLinked(cc: string, plan: { readonly rewrittenLine: readonly string[] | null }): void {
  const words = plan.rewrittenLine ?? [];
  execFileSync(cc, words);
  execFileSync(`./${words[words.indexOf('-o') + 1]}`);
}

describe('one set of archives for several programs', () => {
  needsTool('gcc|cc', 'ar')(
    'a copy stays where every line has it',
    async ([cc, ar]) => {
      build(cc, ar);
      const two = `${cc} -o two two.o libb.a`;
      const line = ['--also', two, '--', cc, '-o', 'one', 'one.o', 'liba.a', 'libb.a'];
      const ran = await runMain(['trim', '--out-dir', 'trimmed', '--plan', 'plan.json', ...line]);
      expect(ran).toMatchObject({ exitCode: 0, error: '' });
      expect(readdirSync('trimmed')).toEqual(['liba.a']);
      expect(members(ar, 'trimmed/liba.a')).toEqual(['a.o', '']);
      const { plans } = savedPlans();
      expect(plans.map(({ lineName }) => lineName)).toEqual(['line 1', 'line 2']);
      for (const plan of plans) runLinked(cc, plan);
      const verified = await runMain(['verify', 'plan.json']);
      expect(verified).toMatchObject({ exitCode: 0, out: expect.stringContaining('(2 link lines)') });
    },
    COMPILES,
  );

  needsTool('gcc|cc', 'ar')(
    'a member that a line needs stays, and the text says for which',
    async ([cc, ar]) => {
      build(cc, ar);
      const commands = [
        `: && ${cc} -o one one.o liba.a libb.a && :`,
        `${cc} -c one.c`,
        `${cc} -o two 'two.o' libb.a`,
        `cd sub && ${cc} -c x.c`,
        `${cc} -o three three.o liba.a`,
      ];
      writeFileSync('commands.txt', `${commands.join('\n')}\n`);
      const to = ['--out-dir', 'trimmed', '--plan', 'plan.json', '--depfile', 'plan.d'];
      const ran = await runMain(['trim', ...to, '--commands', 'commands.txt']);
      expect(ran).toMatchObject({ exitCode: 0, error: '' });
      // `two` does not use seven.o, and the others find it in liba.a.
      expect(ran.out).toContain('libb.a: dropped 1 of 3 members (seven.o)');
      expect(ran.out).toContain('libb.a(state.o): needed by commands.txt:3 (-o two): no copy found');
      expect(members(ar, 'trimmed/libb.a')).toEqual(['b.o', 'state.o', '']);
      const { plans } = savedPlans();
      expect(plans.map(({ lineName }) => lineName)).toEqual([1, 3, 5].map((row) => `commands.txt:${row}`));
      const dropped = plans[1].members.filter(({ decision }) => decision === 'drop');
      expect(dropped).toMatchObject([{ name: 'seven.o', evidence: 'unused' }]);
      expect(dropped[0]).not.toHaveProperty('twin');
      for (const plan of plans) runLinked(cc, plan);
      expect(await runMain(['verify', 'plan.json'])).toMatchObject({ exitCode: 0 });
      expect(readFileSync('plan.d', 'utf8')).toContain('commands.txt');
    },
    COMPILES,
  );

  needsTool('gcc|cc', 'ar')(
    'apply writes the same, and refuses what has changed',
    async ([cc, ar]) => {
      build(cc, ar);
      const line = [
        '--also',
        `${cc} -o two two.o libb.a`,
        '--',
        cc,
        '-o',
        'one',
        'one.o',
        'liba.a',
        'libb.a',
      ];
      await runMain(['trim', '--out-dir', 'trimmed', '--plan', 'plan.json', ...line]);
      const applied = await runMain(['apply', '--out-dir', 'again', '--plan', 'again.json', 'plan.json']);
      expect(applied).toMatchObject({ exitCode: 0, error: '' });
      expect(readFileSync('again/liba.a')).toEqual(readFileSync('trimmed/liba.a'));
      expect(await runMain(['verify', 'again.json'])).toMatchObject({ exitCode: 0 });
      // The second line alone has changed.
      cpSync('three.o', 'two.o');
      const refused = await runMain(['apply', '--out-dir', 'late', 'plan.json']);
      expect(refused).toMatchObject({
        exitCode: 2,
        error: expect.stringContaining('two.o: changed since the plan was made'),
      });
      expect(existsSync('late')).toBe(false);
    },
    COMPILES,
  );

  needsTool('gcc|cc', 'ar')(
    'verify finds a member that a line lacks',
    async ([cc, ar]) => {
      build(cc, ar);
      const line = [
        '--also',
        `${cc} -o two two.o libb.a`,
        '--',
        cc,
        '-o',
        'one',
        'one.o',
        'liba.a',
        'libb.a',
      ];
      await runMain(['trim', '--out-dir', 'trimmed', '--plan', 'plan.json', ...line]);
      mkdirSync('forged');
      const [one, two] = savedPlans().plans;
      // As if both lines could do without state.o of libb.a, which `two` needs.
      execFileSync(ar, ['rcs', 'forged/libb.a', 'b.o', 'seven.o']);
      const archives = two.archives.map((archive) =>
        archive.path === 'libb.a' ? { ...archive, dropped: 1, output: 'forged/libb.a' } : archive,
      );
      const row = two.archives.findIndex(({ path }) => path === 'libb.a');
      const forged = two.members.map((member) =>
        member.archive === row && member.name === 'state.o'
          ? { ...member, decision: 'drop', evidence: 'unused', reason: undefined }
          : member,
      );
      const rewrittenLine = two.line.map((word) => (word === 'libb.a' ? 'forged/libb.a' : word));
      const plans = [one, { ...two, archives, members: forged, rewrittenLine }];
      writeFileSync('forged.json', JSON.stringify({ format: 'ardedup-plans', formatVersion: 1, plans }));
      const verified = await runMain(['verify', 'forged.json']);
      expect(verified.exitCode).toBe(1);
      expect(verified.out).toMatch(/^line 2: .*get/m);
    },
    COMPILES,
  );

  test('links of the founding case share an archive in a folder with blanks', async () => {
    mkdirSync('a b');
    copyFounding('elf', at('a b'), FOUNDING_FILES);
    const [main, ext, std] = FOUNDING_FILES.map((name) => `a b/${name}`);
    cpSync(main, 'other.o');
    const also = `ld.lld other.o '${std}' '${ext}'`;
    const line = ['--provider', std, '--also', also, '--', 'ld.lld', main, ext, std];
    const ran = await runMain(['trim', '--out-dir', 'out put', '--plan', 'plan.json', ...line]);
    expect(ran).toMatchObject({ exitCode: 0, error: '' });
    expect(ran.out).toContain("  ld.lld other.o 'a b/libstdlib.a' 'out put/libext_http.a'\n");
    expect(statSync('out put/libext_http.a').size).toBeLessThan(statSync(ext).size);
    expect(await runMain(['verify', 'plan.json'])).toMatchObject({ exitCode: 0 });
  });
});

describe('bad use', () => {
  const refused = async (...args: string[]) => {
    copyFounding('elf', at(), FOUNDING_FILES);
    writeFileSync('none.txt', 'cc -c a.c\n');
    writeFileSync('moves.txt', 'true\ncd sub && cc a.o libx.a\n');
    writeFileSync('pipe.txt', 'cc a.o libx.a > log\n');
    writeFileSync('gone.txt', 'cc -o x main.o libgone.a\n');
    const { exitCode, error, out } = await runMain(['trim', ...args]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(existsSync('out')).toBe(false);
    return error;
  };

  test.each([
    ['none.txt: no command in it links an archive', ['--out-dir', 'out', '--commands', 'none.txt']],
    ['moves.txt:2: links in another folder (cd sub)', ['--out-dir', 'out', '--commands', 'moves.txt']],
    ['pipe.txt:1: a shell would interpret >', ['--out-dir', 'out', '--commands', 'pipe.txt']],
    ['missing.txt: ', ['--out-dir', 'out', '--commands', 'missing.txt']],
    ['gone.txt:1: libgone.a: ', ['--out-dir', 'out', '--commands', 'gone.txt', ...FOUNDING_FILES]],
    ['expected one link command', ['--out-dir', 'out', '--also', 'ld a.o && ld b.o', ...FOUNDING_FILES]],
    ["--also ld 'a.o: the line ends", ['--out-dir', 'out', '--also', "ld 'a.o", ...FOUNDING_FILES]],
    ['expected --out-dir, got -o', ['-o', 'out', '--also', 'ld main.o libstdlib.a', ...FOUNDING_FILES]],
    [
      'edits of symbols are for one link line',
      ['--out-dir', 'out', '--redirect', '--also', 'ld main.o libstdlib.a', ...FOUNDING_FILES],
    ],
    [
      '--provider libx.a: not an archive on any of the 2 link lines',
      ['--out-dir', 'out', '--provider', 'libx.a', '--also', 'ld main.o libstdlib.a', ...FOUNDING_FILES],
    ],
    ['expected a link line, or --commands <file>', ['--out-dir', 'out']],
  ])('%s', async (message, args) => {
    expect(await refused(...args)).toContain(message);
  });

  describe('commands of a file that may link and are not planned', () => {
    const PLANNED = 'cc -o one main.o libext_http.a libstdlib.a';
    const trim = (text: string, ...options: string[]) => {
      copyFounding('elf', at(), FOUNDING_FILES);
      writeFileSync('line.rsp', 'libext_http.a\nlibstdlib.a\n');
      writeFileSync('commands.txt', text);
      return runMain(['trim', '-n', '-q', '--commands', 'commands.txt', ...options]);
    };

    test.each([
      ["'sh' is not a known linker or compiler", "sh -c 'cc -o two main.o libext_http.a'"],
      ["'strace' is not a known linker or compiler", 'LANG=C strace cc -o two main.o libext_http.a'],
      ["'libtool' is not a known linker or compiler", 'libtool --mode=link cc -o two main.o libext_http.a'],
      ['gone.rsp cannot be read (ninja -d keeprsp', 'cc -o two main.o @gone.rsp'],
      ['a partial link (-r)', 'ld.bfd -r -o two.o main.o libext_http.a'],
      ['two.c is compiled by the command that links it', 'cc -o two two.c libext_http.a'],
      ['the link is in a script of CMake', 'cmake -E cmake_link_script link.txt --verbose=1'],
    ])('%s', async (reason, command) => {
      const ran = await trim(`${PLANNED}\n${command}\n`);
      expect(ran.exitCode).toBe(0);
      expect(ran.error).toContain(`1 command that may link archives is not planned`);
      expect(ran.error).toContain(`commands.txt:2: ${reason}`);
      const strict = await trim(`${PLANNED}\n${command}\n`, '--strict');
      expect([strict.exitCode, strict.out]).toEqual([2, '']);
      expect(strict.error).toContain(`--strict: not planned: commands.txt:2: ${reason}`);
    });

    test.each([
      ['tools that do not link', 'ar qc libz.a main.o && ranlib libz.a; cp libz.a z/'],
      ['a compilation with a response file that is gone', 'cc -c @gone.rsp -o a.o a.c'],
      ['a static library of Apple', 'libtool -static -o libz.a main.o'],
      ['a folder that is copied', 'cmake -E copy libz.a z/'],
    ])('no warning for %s', async (_, command) => {
      expect(await trim(`${PLANNED}\n${command}\n`)).toMatchObject({ exitCode: 0, error: '' });
    });

    test('launchers, a byte order mark, carriage returns and response files are read', async () => {
      const both = await trim(`\uFEFF${PLANNED}\r\nccache cc -o two main.o libext_http.a\r\n`);
      // The second program has no other copy of the runtime.
      expect(both).toMatchObject({ exitCode: 0, error: '' });
      expect(both.out).not.toContain('can drop');
      const listed = await trim('cc -o one main.o @line.rsp\n');
      expect(listed).toMatchObject({ exitCode: 0, error: '' });
      expect(listed.out).toContain('libext_http.a: can drop 1 of 2 members');
    });
  });

  test('a map is of one link', async () => {
    copyFounding('elf', at(), FOUNDING_FILES);
    const line = ['--also', 'ld.lld main.o libext_http.a libstdlib.a', '--', 'ld.lld', ...FOUNDING_FILES];
    await runMain(['trim', '--out-dir', 'out', '--plan', 'plan.json', ...line]);
    writeFileSync('link.map', 'main.o\nlibstdlib.a(x.o)\n');
    const { exitCode, error } = await runMain(['verify', '--map', 'link.map', 'plan.json']);
    expect([exitCode, error]).toEqual([2, expect.stringContaining('records one link, but the plan is of 2')]);
  });
});
