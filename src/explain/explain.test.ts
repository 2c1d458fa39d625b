import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installedLinkers, writeFiles } from '../../test/oracles/real-linkers.js';
import { runMain } from '../../test/run-main.js';
import { memberLabels, parseNotation } from '../link/notation/notation.js';
import { readNotation } from '../link/notation/notation-text.js';
import { loadChain, usersOf } from '../link/resolve/why.js';
import { planTrim } from '../plan/plan-trim.js';
import type { ExplainReport } from '../report/explain/explain-report.js';
import { type Explanation, explainLink, linkerOfLog } from './explain.js';
import { readLog } from './log/read-log.js';
import { findSubjects } from './subject.js';

function explain(notation: string, log: string | null = null, linker: string | null = null): Explanation {
  const { inputs, line } = parseNotation(notation);
  const profile = linker === null ? null : linkerOfLog(readLog(linker), 'elf');
  const plan = planTrim(inputs, line, { providers: [], linker: profile });
  return explainLink(plan, log === null ? null : readLog(log), (name) => name);
}

const RT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
const WRITTEN_ANEW = `std-fedcba9876543210.${RT}.rcgu.o`;

/** Two archives that both have to be loaded, and what their second members are called. */
const pair = (one: string, other: string, content = '') => `link: main.o liba.a libb.a
main.o:
  T main
  U a b
liba.a(a.o):
  T a
  U f
liba.a(${one}):
  T f
  D state
libb.a(b.o):
  T b
  U g
libb.a(${other}):
  T f g${content}
  D state
`;

describe('how copies relate', () => {
  test.each([
    ['same-unit', pair(RT, WRITTEN_ANEW)],
    ['other-build', pair(RT, RT.replace('rt-0123456789abcdef', 'rt-00000000000000ff'))],
    ['same-build', pair(RT, RT.replace('1-cgu.0', '1-cgu.1'))],
    ['same-name', pair('zlib.o', 'zlib.o')],
    ['other-library', pair('one.o', 'two.o')],
    ['other-content', pair(RT, RT)],
  ])('%s', (relation, notation) => {
    const { causes } = explain(notation);
    expect(causes.map((cause) => [cause.relation, cause.duplicates])).toEqual([[relation, 2]]);
  });

  test('the same bytes, in whole archives', () => {
    const { causes } = explain(
      'link: main.o --whole-archive liba.a libb.a\nmain.o:\n  T main\nliba.a(x.o):\n  T f\nlibb.a(x.o):\n  T f\n',
    );
    expect(causes.map((cause) => [cause.relation, cause.goneAfterTrim])).toEqual([['identical-bytes', 1]]);
  });

  test('duplicates between the same archives that relate alike are one cause, others are others', () => {
    const notation = `link: main.o --whole-archive liba.a libb.a
main.o:
  T main
liba.a(one.o):
  T f
liba.a(two.o):
  T g
liba.a(same.o):
  T h
libb.a(eins.o):
  T f [content=eins]
libb.a(zwei.o):
  T g [content=zwei]
libb.a(same.o):
  T h
`;
    const { causes } = explain(notation);
    expect(causes.map(({ relation, duplicates, pairs }) => [relation, duplicates, pairs.length])).toEqual([
      ['other-library', 2, 2],
      ['identical-bytes', 1, 1],
    ]);
  });
});

describe('why a file is in the link', () => {
  const { inputs, line } = parseNotation(pair('one.o', 'two.o'));
  const plan = planTrim(inputs, line, { providers: [], linker: null });
  const labels = memberLabels(inputs);
  const [{ before }] = plan.scenarios;

  test('by one reference after another, from the line', () => {
    const chain = loadChain(before, labels.indexOf('libb.a(two.o)'));
    expect(
      chain.map(({ member, wanted }) => [
        labels[member],
        wanted < 0 ? '' : inputs.symbols.names.text(wanted),
      ]),
    ).toEqual([
      ['main.o', ''],
      ['libb.a(b.o)', 'b'],
      ['libb.a(two.o)', 'g'],
    ]);
  });

  test('users are those whose references bind there', () => {
    const [one, two] = ['liba.a(one.o)', 'libb.a(two.o)'].map((label) => labels.indexOf(label));
    const users = usersOf(plan.graph, before, [one, two]);
    expect(users.get(one)?.map(({ user }) => labels[user])).toEqual(['liba.a(a.o)']);
    expect(users.get(two)?.map(({ user }) => labels[user])).toEqual(['libb.a(b.o)']);
  });
});

describe('a member that is named', () => {
  const subjectsOf = (notation: string, text: string) => {
    const { inputs, line } = parseNotation(notation);
    const plan = planTrim(inputs, line, { providers: [], linker: null });
    const labels = memberLabels(inputs);
    return findSubjects(plan, text, (name) => name).map((subject) => {
      if (subject.kind !== 'member' || subject.notLoaded === null) return subject.kind;
      const { reason, names, winner } = subject.notLoaded;
      return [reason, names.map((name) => inputs.symbols.names.text(name)), labels[winner] ?? null];
    });
  };
  const main = (references: string, archives: string) =>
    `link: ${archives}\nmain.o:\n  T main\n${references}`;
  const liba = 'liba.a(a.o):\n  T f g\n';
  const libb = 'libb.a(b.o):\n  T other f g\n';

  test.each([
    [
      'already-defined',
      `${main('  U f\n', 'main.o liba.a libb.a')}${liba}${libb}`,
      ['f', 'g'],
      'liba.a(a.o)',
    ],
    ['referenced-later', `${main('  U other\n', 'libb.a main.o')}${libb}`, ['other'], null],
    ['weak-references', `${main('  w other\n', 'main.o libb.a')}${libb}`, ['other'], null],
    ['unreferenced', `${main('  U puts\n', 'main.o libb.a')}${libb}`, [], null],
  ])('is not loaded: %s', (reason, notation, names, winner) => {
    expect(subjectsOf(notation, 'libb.a(b.o)')).toEqual([[reason, names, winner]]);
  });

  test('by the label of a report, with the ordinal', () => {
    const notation = `${main('  U f\n', 'main.o liba.a')}liba.a(a.o):\n  T f\nliba.a(a.o):\n  T g\n`;
    expect(subjectsOf(notation, 'liba.a(a.o)')).toHaveLength(2);
    expect(subjectsOf(notation, 'liba.a(a.o #1)')).toEqual([['unreferenced', [], null]]);
    expect(subjectsOf(notation, 'liba.a(a #0)')).toEqual(['member']);
    expect(subjectsOf(notation, 'liba.a(a.o #2)')).toEqual([]);
  });
});

test('split state names both copies and who uses each', () => {
  const { split, plan } = explain(pair(RT, WRITTEN_ANEW).replaceAll('D state', 'd state'));
  const labels = memberLabels(plan.graph.inputs);
  expect(
    split.map(({ holders, users }) => [
      holders.map((m) => labels[m]),
      users.map((u) => u.map(({ user }) => labels[user])),
    ]),
  ).toEqual([
    [
      [`liba.a(${RT})`, `libb.a(${WRITTEN_ANEW})`],
      [['liba.a(a.o)'], ['libb.a(b.o)']],
    ],
  ]);
});

describe('undefined names of a log', () => {
  const PRUNED = `link: main.o libw.a libs.a libw.a
main.o:
  T main
  U wrap_entry
libw.a(we.o):
  T wrap_entry
  U std_fn
libw.a(wl.o):
  T wrap_late
  U notify
libs.a(sb.o):
  T std_fn
  U wrap_late
libs.a(sn.o):
  T notify
`;
  const said = (symbol: string, file = 'libw.a(wl.o)') =>
    `/usr/bin/ld: ${file}: in function \`x':\nx.c:(.text+0x5): undefined reference to \`${symbol}'\n`;

  test('an archive defines it, before the reference: naming it again is simulated', () => {
    const { undefinedCauses, plan } = explain(PRUNED, said('notify'), said('notify'));
    const labels = memberLabels(plan.graph.inputs);
    expect(plan.scenarios[0].profile.id).toBe('gnu-ld');
    expect(
      undefinedCauses.map((cause) => [
        cause.reason,
        cause.definers.map((m) => labels[m]),
        cause.isMendedByRepeat,
      ]),
    ).toEqual([['not-reached', ['libs.a(sn.o)'], true]]);
  });

  test('nothing defines it; or the log is of another link', () => {
    expect(explain(PRUNED, said('puts')).undefinedCauses.map(({ reason }) => reason)).toEqual([
      'not-defined',
    ]);
    expect(explain(PRUNED, said('std_fn')).undefinedCauses.map(({ reason }) => reason)).toEqual(['defined']);
  });

  test('another build of the crate defines it under another hash', () => {
    const [one, other] = ['1111111111111111', '2222222222222222'].map((hash) => `_ZN2rt4wait17h${hash}E`);
    const notation = `link: main.o liba.a libb.a\nmain.o:\n  T main\n  U a\nliba.a(a.o):\n  T a\n  U ${one}\nlibb.a(b.o):\n  T ${other}\n`;
    const { undefinedCauses } = explain(notation, said(one, 'liba.a(a.o)'));
    expect(undefinedCauses.map(({ reason, definers }) => [reason, definers.length])).toEqual([
      ['other-build', 1],
    ]);
  });
});

test('what the log tells and the link does not have is said', () => {
  const log =
    'mold: error: duplicate symbol: libb.a(b.o): liba.a(a.o): f\nmold: error: duplicate symbol: libz.a(z.o): liba.a(a.o): f\n';
  const { match } = explain(pair('one.o', 'two.o'), log);
  expect(match?.inLog).toEqual([0]);
  expect(match?.unmatched.map(({ reason }) => reason)).toEqual(['no-duplicate', 'unknown-file']);
});

/** As many names as make a log of 3,900 lines and more; each unit has its own half of them. */
const NAMES = 1300;
function foundingLine(): string {
  const units = [0, 1].map((unit) => {
    const names = Array.from({ length: NAMES / 2 }, (_, at) => `rt_${unit}_${at}`);
    return { name: RT.replace('cgu.0', `cgu.${unit}`), names: names.join(' ') };
  });
  const promoted = units.map((_, unit) => `_ZN2rt5STATE17h000000000000000${unit}E.llvm.42`);
  const copies = (file: (name: string) => string, state: (unit: number) => string) =>
    units.map(({ name, names }, unit) => `${file(name)}:\n  T ${names}\n  ${state(unit)}\n`).join('');
  return `link: main.o libext.a libstd.a
main.o:
  T main
  U ext std_spawn rt_0_0
libext.a(ext.o):
  T ext
  U rt_0_1 rt_1_1
${copies(
  (name) => `libext.a(${name})`,
  (unit) => `d ${promoted[unit].replace('.llvm.42', '')}`,
)}libstd.a(std.o):
  T std_spawn
  U ${promoted.join(' ')}
${copies(
  (name) => `libstd.a(std-fedcba9876543210.${name}.rcgu.o)`,
  (unit) => `D ${promoted[unit]} [hidden]`,
)}`;
}

describe.each(installedLinkers())(
  '$name: 3,900 lines are one cause, and one command removes it',
  ({ name, path }) => {
    let folder = '';
    const home = process.cwd();
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'ardedup-explain-'));
      writeFiles(readNotation(foundingLine()), folder);
      process.chdir(folder);
    });
    afterAll(() => {
      process.chdir(home);
      rmSync(folder, { recursive: true, force: true });
    });
    const linkWith = (line: readonly string[]) => {
      const limit = name.startsWith('ld.lld') ? ['--error-limit=0'] : [];
      const { stdout, stderr } = spawnSync(path, ['-e', 'main', '-o', 'out', ...limit, ...line], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      return `${stdout}${stderr}`;
    };

    test('the log of the real linker', async () => {
      const line = ['main.o', 'libext.a', 'libstd.a'];
      writeFileSync('link.log', linkWith(line));
      const ran = await runMain(['explain', 'link.log', '--format', 'json', '--', ...line]);
      expect(ran).toMatchObject({ exitCode: 0, error: '' });
      const report = JSON.parse(ran.out) as ExplainReport;
      expect(report.log).toMatchObject({ duplicates: NAMES, undefined: 0, unread: 0 });
      const [cause] = report.causes;
      expect(report.causes).toHaveLength(1);
      expect(cause).toMatchObject({
        relation: 'same-unit',
        duplicates: NAMES,
        inLog: NAMES,
        goneAfterTrim: NAMES,
      });
      expect(cause).toMatchObject({
        winner: 'libext.a',
        loser: 'libstd.a',
        advice: ['trim'],
      });
      expect(cause.loserChain.map(({ file }) => file.label)).toEqual([
        'main.o',
        'libstd.a(std.o)',
        expect.stringMatching(/^libstd\.a\(rt #/),
      ]);
      expect(cause.splitGlobals).toBeGreaterThanOrEqual(2);
      const [, ...words] = report.trimCommand!;
      expect(await runMain(words)).toMatchObject({ exitCode: 0, error: '' });
      expect(linkWith(['main.o', 'trimmed/libext.a', 'libstd.a'])).toBe('');
    });
  },
);

test('a log of thousands of lines is explained in little more time than the plan takes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-explain-'));
  try {
    writeFiles(readNotation(foundingLine()), folder);
    const line = ['main.o', 'libext.a', 'libstd.a'].map((name) => join(folder, name));
    const names = Array.from({ length: 10_000 }, (_, at) => `rt_${at % 2}_${at % (NAMES / 2)}`);
    const [one, other] = ['libext.a', 'libstd.a'].map((archive) => `${archive}(${RT})`);
    const log = names.map((name) => `mold: error: duplicate symbol: ${other}: ${one}: ${name}\n`).join('');
    const time = async (words: readonly string[], input: string | null) => {
      const before = process.cpuUsage();
      await runMain(words, input);
      return process.cpuUsage(before).user / 1000;
    };
    await time(['explain', '--', ...line], log);
    const plan = await time(['trim', '--dry-run', '--', ...line], null);
    expect(await time(['explain', '--', ...line], log)).toBeLessThan(plan + 2000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('the linker of a log', () => {
  test.each([
    [
      "/usr/bin/ld: a.o:(.data+0x0): multiple definition of `f'; b.o:(.data+0x0): first defined here",
      'elf',
      'gnu-ld',
    ],
    [
      "x86_64-w64-mingw32-ld: a.o:(.data+0x0): multiple definition of `f'; b.o:(.data+0x0): first defined here",
      'coff',
      'mingw-ld',
    ],
    ['ld.lld-14: error: undefined symbol: f', 'elf', 'lld-14'],
    ['rust-lld: error: undefined symbol: f', 'elf', 'lld'],
    ['ld64.lld: error: undefined symbol: f', 'macho', 'ld64.lld'],
    ['wasm-ld-14: error: a.o: undefined symbol: f', 'wasm', 'wasm-ld-16'],
    ['lld-link: error: undefined symbol: f', 'coff', 'lld-link'],
    ['mold: error: duplicate symbol: b.o: a.o: f', 'elf', 'mold'],
    ['b.obj : error LNK2005: f already defined in a.obj', 'coff', 'link.exe'],
    ["duplicate symbol '_f' in:\n    a.o\n    b.o", 'macho', 'ld-prime'],
    ['nothing', 'elf', undefined],
    ['mold: error: duplicate symbol: b.o: a.o: f', 'macho', undefined],
  ] as const)('%s, %s', (log, format, linker) => {
    expect(linkerOfLog(readLog(log), format)?.id).toBe(linker);
  });
});
