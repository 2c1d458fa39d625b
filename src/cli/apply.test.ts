import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../test/builders/build-universal.js';
import { isBuilt, PROGRAM } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

const FOUNDING = join(import.meta.dirname, '../../fixtures/founding');
const TRIM = ['trim', '--quiet', '--provider', 'libstdlib.a'];

const at = useFolder((folder) => copyFounding('elf', folder, FOUNDING_FILES), { enters: true });

const run = async (...args: string[]) => {
  const ran = await runMain(args);
  expect(ran).toMatchObject({ exitCode: 0, error: '' });
  return ran.out;
};

describe('apply', () => {
  test('what is there already is not touched', async () => {
    await run(...TRIM, '--out-dir', 'out', '--plan', 'plan.json', ...FOUNDING_FILES);
    for (const name of ['out/libext_http.a', 'plan.json']) utimesSync(name, 1e9, 1e9);
    await run('apply', 'plan.json');
    await run(...TRIM, '--out-dir', 'out', '--plan', 'plan.json', ...FOUNDING_FILES);
    expect(['out/libext_http.a', 'plan.json'].map((name) => statSync(name).mtimeMs)).toEqual([1e12, 1e12]);
  });

  test('a library that is now in an earlier folder makes another line', async () => {
    for (const name of ['one', 'two']) mkdirSync(name);
    cpSync('libext_http.a', 'two/libext_http.a');
    await run(...TRIM, '--plan', 'plan.json', '-n', 'main.o', '-Lone', '-Ltwo', '-lext_http', 'libstdlib.a');
    cpSync('libext_http.a', 'one/libext_http.a');
    const { exitCode, error } = await runMain(['apply', '-o', 'late.a', 'plan.json']);
    expect([exitCode, error]).toEqual([
      2,
      'ardedup: one/libext_http.a: is read for the line now, but was not when the plan was made\n',
    ]);
    expect(readdirSync('.')).not.toContain('late.a');
  });

  test('lists that options name are inputs, response files are spelled out', async () => {
    writeFileSync('line.rsp', FOUNDING_FILES.join('\n'));
    writeFileSync('names.txt', '_main\n');
    const line = ['-exported_symbols_list', 'names.txt', '@line.rsp'];
    for (const name of FOUNDING_FILES) cpSync(join(FOUNDING, 'macho', name), name);
    await run(...TRIM, '--out-dir', 'out', '--plan', 'plan.json', ...line);
    rmSync('line.rsp');
    await run('apply', 'plan.json');
    appendFileSync('names.txt', '_more\n');
    expect(await runMain(['apply', 'plan.json'])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('names.txt: changed since the plan was made (6 bytes'),
    });
  });

  test('a universal file is written for all its architectures', async () => {
    for (const name of FOUNDING_FILES) {
      const parts = ['x86_64', 'arm64'].map((architecture) => ({
        architecture,
        bytes: retargeted(readFileSync(join(FOUNDING, 'macho', name)), architecture),
      }));
      writeFileSync(name, buildUniversal(parts));
    }
    await run(...TRIM, '-o', 'first.a', '--plan', 'plan.json', ...FOUNDING_FILES);
    await run('apply', '-o', 'second.a', '--plan', 'second.json', 'plan.json');
    expect(readFileSync('second.a').equals(readFileSync('first.a'))).toBe(true);
    expect(await run('verify', 'second.json')).toContain('x86_64, arm64');
  });

  test.each([
    ['{"format": "ardedup-plan", "inputs": [{', 'not a plan: its JSON is cut off or damaged'],
    ['!<arch>', 'not a plan: the file is not JSON'],
    ['null', 'expected a plan that --plan saved, version 1'],
    ['{"format": "ardedup-plans", "plans": [null]}', 'expected a plan that --plan saved, version 1'],
  ])('a file that is not a plan: %s', async (text, problem) => {
    writeFileSync('not.json', text);
    expect(await runMain(['verify', 'not.json'])).toMatchObject({
      exitCode: 2,
      error: `ardedup: not.json: ${problem}\n`,
    });
  });

  test.each<[string, (plan: Record<string, never[]>) => unknown, string]>([
    ['no members', ({ members: _, ...rest }) => rest, "a damaged plan: 'members' is missing"],
    [
      'a line of numbers',
      (plan) => ({ ...plan, line: [1] }),
      "a damaged plan: 'line[0]' has an unexpected value",
    ],
    [
      'a field of another tool',
      (plan) => ({ ...plan, colour: 'red' }),
      "a damaged plan: a plan has no 'colour'",
    ],
    ['no inputs', ({ inputs: _, ...rest }) => rest, 'does not record its inputs'],
    ['another line', (plan) => ({ ...plan, line: ['main.o'] }), 'libext_http.a: was read for the line'],
    [
      'fewer archives',
      (plan) => ({ ...plan, archives: plan.archives.slice(1) }),
      'does not match its input archives',
    ],
    [
      'a member that is not there',
      (plan) => ({ ...plan, members: [{ ...(plan.members[0] as object), ordinal: 7 }] }),
      'does not match its input archives',
    ],
    [
      'an owner that is not there',
      (plan) => ({ ...plan, owners: ['lib.a'] }),
      'does not match its input archives',
    ],
    [
      'a member without a name',
      (plan) => ({ ...plan, members: [{ ...(plan.members[0] as object), name: undefined }] }),
      "a damaged plan: 'members[0].name' is missing",
    ],
    [
      'a decision that is none',
      (plan) => ({ ...plan, members: plan.members.map((one: object) => ({ ...one, decision: 'away' })) }),
      "a damaged plan: 'members[0].decision' has an unexpected value",
    ],
    [
      'fewer drops than it says',
      (plan) => ({
        ...plan,
        members: plan.members.map((one: object) => ({ reason: 'no-twin', ...one, decision: 'keep' })),
      }),
      'a damaged plan: the number of members that an archive drops does not match',
    ],
    [
      'no such linker',
      (plan) => ({ ...plan, links: [{ ...(plan.links[0] as object), linker: 'x' }] }),
      'unknown linker x',
    ],
  ])('a plan with %s is refused', async (_, damage, message) => {
    await run(...TRIM, '--out-dir', 'out', '--plan', 'plan.json', ...FOUNDING_FILES);
    writeFileSync('damaged.json', JSON.stringify(damage(JSON.parse(readFileSync('plan.json', 'utf8')))));
    const { exitCode, out, error } = await runMain(['apply', '--out-dir', 'late', 'damaged.json']);
    expect([exitCode, out, error.split('\n').length]).toEqual([2, '', 2]);
    expect(error).toContain(message);
    expect(readdirSync('.')).not.toContain('late');
  });

  test.each<[string, (plan: { archives: never[]; members: object[] }) => object]>([
    ['fewer archives', ({ archives }) => ({ archives: archives.slice(1) })],
    ['more archives', ({ archives }) => ({ archives: [...archives, archives[0]] })],
    ['an owner that is not there', () => ({ owners: ['lib.a'] })],
    ['a member that is not there', ({ members }) => ({ members: [{ ...members[0], ordinal: 7 }] })],
    ['a member of no archive', ({ members }) => ({ members: [{ ...members[0], archive: 7 }] })],
  ])('verify refuses a plan with %s', async (_, damage) => {
    await run(...TRIM, '--out-dir', 'out', '--plan', 'plan.json', ...FOUNDING_FILES);
    const plan = JSON.parse(readFileSync('plan.json', 'utf8'));
    writeFileSync('damaged.json', JSON.stringify({ ...plan, ...damage(plan) }));
    const { exitCode, out, error } = await runMain(['verify', 'damaged.json']);
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toMatch(/^ardedup: damaged\.json: does not match its input archives; [^\n]*\n$/);
  });
});

describe('depfiles', () => {
  /** As Make and Ninja have them, with names that need quoting. */
  const STRANGE = ['a b', 'hash#sign', 'cost$5', 'back\\slash', 'end\\ blank'];

  beforeEach((context) => {
    if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
    mkdirSync('tools');
    symlinkSync(PROGRAM, 'tools/ardedup');
    for (const [at, name] of STRANGE.entries()) {
      mkdirSync(name);
      writeFileSync(`${name}/lib${at}.ld`, '/* nothing */ INPUT(libstdlib.a)\n');
    }
    const scripts = STRANGE.map((name, at) => `"${name.replaceAll('\\', '\\\\')}/lib${at}.ld"`);
    writeFileSync('line.rsp', ['main.o', 'libext_http.a', ...scripts, 'libstdlib.a'].join('\n'));
    writeFileSync(
      'trim.sh',
      'echo run >> runs\nexec ardedup trim -q --provider libstdlib.a --out-dir out --plan plan.json --depfile plan.d @line.rsp\n',
    );
    writeFileSync('use.sh', 'echo use >> uses\ncp plan.json used\n');
    for (const name of ['trim.sh', 'use.sh']) chmodSync(name, 0o755);
  });

  const env = () => ({ ...process.env, PATH: [at('tools'), process.env.PATH].join(delimiter) });
  const lines = (name: string): number => readFileSync(name, 'utf8').split('\n').length - 1;
  const counts = () => [lines('runs'), lines('uses')];
  const inputs = ['line.rsp', ...FOUNDING_FILES, ...STRANGE.map((name, at) => `${name}/lib${at}.ld`)];
  const LATER = Date.now() / 1000 + 60;

  needsTool('ninja')(
    'ninja: each input is known, and an unchanged plan rebuilds nothing (restat)',
    ([ninja]) => {
      writeFileSync(
        'build.ninja',
        'rule trim\n command = sh trim.sh\n depfile = plan.d\n restat = 1\nrule use\n command = sh use.sh\nbuild plan.json: trim\nbuild used: use plan.json\n',
      );
      const build = (...options: string[]) =>
        execFileSync(ninja, [...options, 'used'], { env: env(), encoding: 'utf8' });
      for (const name of inputs) utimesSync(name, 1e9, 1e9);
      build();
      expect(build()).toContain('no work to do');
      expect(counts()).toEqual([1, 1]);
      for (const name of inputs) {
        utimesSync(name, LATER, LATER);
        expect([name, build('-n').includes('sh trim.sh')]).toEqual([name, true]);
        utimesSync(name, 1e9, 1e9);
      }
      utimesSync('main.o', LATER, LATER);
      build();
      expect(counts()).toEqual([2, 1]);
    },
  );

  needsTool('make')('make: each input is known', ([make]) => {
    writeFileSync('Makefile', 'plan.json:\n\tsh trim.sh\n-include plan.d\n');
    const build = (...options: string[]) =>
      spawnSync(make, [...options, 'plan.json'], { env: env(), encoding: 'utf8' });
    for (const name of inputs) utimesSync(name, 1e9, 1e9);
    expect(build().status).toBe(0);
    expect(build('-q').status).toBe(0);
    for (const name of inputs) {
      utimesSync(name, LATER, LATER);
      expect([name, build('-q').status]).toEqual([name, 1]);
      utimesSync(name, 1e9, 1e9);
    }
  });

  test('what needs a target says so; what has no spelling is an error', async () => {
    expect(await runMain([...TRIM, '--out-dir', 'out', '--depfile', 'd', ...FOUNDING_FILES])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('--depfile: expected --plan <file> or -o <file>'),
    });
    cpSync('main.o', 'new\nline.o');
    const named = ['new\nline.o', 'libext_http.a', 'libstdlib.a'];
    expect(await runMain([...TRIM, '-o', 'one.a', '--depfile', 'd', ...named])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('no spelling in a depfile'),
    });
    expect(readdirSync('.')).not.toContain('one.a');
    const same = ['--plan', 'plan.json', '--depfile', './plan.json'];
    expect(await runMain([...TRIM, '-o', 'one.a', ...same, ...FOUNDING_FILES])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('--depfile and --plan: expected two files, got plan.json for both'),
    });
    expect(await runMain([...TRIM, '-o', 'one.a', '--depfile', 'main.o', ...FOUNDING_FILES])).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('is an input of the link'),
    });
  });
});
