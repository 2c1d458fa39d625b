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
  )('mold collects sections before it reports duplicates', async ([cc]) => {
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

describe('what no linker reports', () => {
  interface Found {
    readonly kind: string;
    readonly severity: string;
    readonly message: string;
    readonly symbols: readonly string[];
  }
  async function findings(...command: string[]): Promise<Found[]> {
    return JSON.parse((await runMain(['check', '--format', 'json', ...command])).out).findings;
  }

  needsTool('cc', 'ar')(
    'a reference that binds to another archive than its own is reported, until the archive is named',
    async ([cc]) => {
      archives(cc, {
        main: 'int pack(void), deflate(void); int main(void) { return pack() + deflate(); }',
        pack: 'int sum(int x) { return x; } int pack(void) { return sum(1); }',
        deflate: 'int sum(int); int deflate(void) { return sum(2); }',
        sum: 'int sum(int x) { return x * 3 + 1; }',
      });
      expect(run('ar', 'rcs', 'libz.a', 'deflate.o', 'sum.o').status).toBe(0);
      const line = ['main.o', 'libpack.a', 'libz.a'];
      expect(run(cc, '-o', 'program', ...line)).toEqual({ status: expect.any(Number), stderr: '' });
      expect(await findings(...line)).toMatchObject([
        { kind: 'silent-collision', severity: 'warning', symbols: ['sum'] },
      ]);
      expect(await findings('--provider', 'libpack.a', ...line)).toEqual([]);
      expect(await findings('libpack.a', 'libz.a')).toMatchObject([{ kind: 'latent-duplicate' }]);
      expect(await findings('main.o', 'libz.a', 'libpack.a')).toMatchObject([{ kind: 'name-collision' }]);
    },
  );

  needsTool('c++', 'ar')(
    'merged definitions of different sizes: data is a warning, code a note',
    async ([cxx]) => {
      const header = (size: number, extra: string) =>
        `inline int table[${size}]; inline __attribute__((noinline)) int get(int i) { return table[i]${extra}; }`;
      const sources = {
        main: 'int f(), g(); int main() { return f() + g(); }',
        a: `${header(4, '')} int f() { return get(1); }`,
        b: `${header(64, ' * 3 + i')} int g() { return get(9); }`,
      };
      for (const [name, text] of Object.entries(sources)) {
        writeFileSync(`${name}.cc`, text);
        expect(run(cxx, '-std=c++17', '-O1', '-c', `${name}.cc`).status).toBe(0);
        if (name !== 'main') expect(run('ar', 'rcs', `lib${name}.a`, `${name}.o`).status).toBe(0);
      }
      const line = ['main.o', 'liba.a', 'libb.a'];
      expect(run(cxx, '-o', 'program', ...line)).toEqual({ status: 0, stderr: '' });
      const found = await findings(...line);
      expect(found.map(({ kind, severity, symbols }) => [kind, severity, symbols])).toEqual([
        ['comdat-mismatch', 'warning', ['table']],
        ['comdat-mismatch', 'note', ['_Z3geti']],
      ]);
      expect(found[0].message).toContain('table: 16 B in liba.a, which the link uses, and 256 B in libb.a');
    },
  );

  needsTool('cc', 'ar')(
    'one name of state under -z muldefs is one state: code reaches it by the name',
    async ([cc]) => {
      archives(cc, {
        main: '#include <stdio.h>\nint up(void), now(void); int main(void) { up(); printf("%d", now()); }',
        a: 'int level; int up(void) { return level = 7; }',
        b: 'int level; int now(void) { return level; }',
      });
      const line = ['main.o', 'liba.a', 'libb.a', '-Wl,-z,muldefs', '-o', 'program'];
      expect(run(cc, ...line).status).toBe(0);
      expect(spawnSync('./program', { encoding: 'utf8' }).stdout).toBe('7');
      expect(await findings('--', cc, ...line)).toMatchObject([{ kind: 'name-collision', severity: 'note' }]);
    },
  );
});

needsTool('c++', 'ar')('a symbol is named as reports print it', async ([cxx]) => {
  const sources = {
    main: 'int f(), g(); int main() { return f() + g(); }',
    a: 'namespace q { int step(int x) { return x + 1; } } int f() { return q::step(1); }',
    b: 'namespace q { int step(int x); } int g() { return q::step(2); }',
    s: 'namespace q { int step(int x) { return x + 2; } }',
  };
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(`${name}.cc`, text);
    expect(run(cxx, '-c', `${name}.cc`).status).toBe(0);
  }
  for (const members of ['a', 'bs'])
    run('ar', 'rcs', `lib${members}.a`, ...[...members].map((name) => `${name}.o`));
  const line = ['main.o', 'liba.a', 'libbs.a'];
  const named = await runMain(['check', '--format', 'json', '--owner', 'q::step(int)=libbs.a', ...line]);
  expect(named.error).toBe('');
  expect(JSON.parse(named.out).plans[0].ownership).toEqual([{ pattern: '_ZN1q4stepEi', archive: 'libbs.a' }]);
  expect((await runMain(['explain', 'q::step(int)', '--', ...line])).out).toMatch(/^q::step\(int\)\n/);
  expect(await runMain(['check', '--owner', 'q::stop(int)=libbs.a', ...line])).toMatchObject({ exitCode: 2 });
});
