import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildUniversal, retargeted } from '../../../test/builders/build-universal.js';
import { isBuilt, runProgram } from '../../../test/oracles/run-program.js';
import { runMain } from '../../../test/run-main.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../../test/use-folder.js';
import { SETTINGS, settingKeys, settingsOfFile } from './settings.js';

const ROOT = join(import.meta.dirname, '../../..');
const DRY = ['trim', '--dry-run', '--format', 'json'];

let environment: NodeJS.ProcessEnv = {};
const at = useFolder(
  (folder) => {
    copyFounding('elf', folder, FOUNDING_FILES);
    mkdirSync('below/deep', { recursive: true });
    environment = { ...process.env };
  },
  { enters: true },
);
afterEach(() => {
  process.env = environment;
});

const configure = (value: unknown, name = 'ardedup.config.json') =>
  writeFileSync(name, JSON.stringify(value));
const plan = async (...args: string[]) =>
  JSON.parse((await runMain([...DRY, ...args, ...FOUNDING_FILES])).out);
const failing = async (...args: string[]) => {
  const { exitCode, out, error } = await runMain([...args, ...FOUNDING_FILES]);
  expect([exitCode, out, error.split('\n').length]).toEqual([2, '', 2]);
  return error;
};

describe('precedence', () => {
  test('option, environment, file, default', async () => {
    expect((await plan()).linker).toBe('any');
    configure({ linker: 'lld', providers: ['libstdlib.a'] });
    expect(await plan()).toMatchObject({ linker: 'lld', providers: ['libstdlib.a'] });
    process.env.ARDEDUP_LINKER = 'mold';
    expect(await plan()).toMatchObject({ linker: 'mold', providers: ['libstdlib.a'] });
    expect((await plan('--linker', 'gold')).linker).toBe('gold');
    expect(await plan('--provider', 'libext_http.a')).toMatchObject({ providers: ['libext_http.a'] });
    process.env.ARDEDUP_LINKER = '';
    expect((await plan('--no-config')).linker).toBe('any');
    process.env.ARDEDUP_CONFIG = 'off';
    expect((await plan()).linker).toBe('any');
    expect((await plan('--config', 'ardedup.config.json')).linker).toBe('lld');
  });

  test('the nearest file upwards, and package.json', async () => {
    configure({ linker: 'lld' });
    configure({ name: 'x', ardedup: { linker: 'mold' } }, 'below/package.json');
    configure({ name: 'y' }, 'below/deep/package.json');
    const linkerIn = async (where: string) => {
      process.chdir(at(where));
      const line = FOUNDING_FILES.map((name) => at(name));
      return JSON.parse((await runMain([...DRY, ...line])).out).linker;
    };
    expect(await linkerIn('.')).toBe('lld');
    expect(await linkerIn('below')).toBe('mold');
    expect(await linkerIn('below/deep')).toBe('mold');
  });
});

describe('each key takes effect', () => {
  test('arch, strict, quiet, owners', async () => {
    configure({
      owners: ['evt_runtime=libext_http.a', 'x=libnowhere.a', 'no_such=libstdlib.a'],
      arch: ['arm64'],
    });
    const ownership = ['evt_runtime', 'no_such'].map((pattern) => expect.objectContaining({ pattern }));
    expect(await plan()).toMatchObject({ ownership });
    configure({ strict: true });
    expect(await failing('trim', '-n', '-lnowhere')).toContain('--strict: -lnowhere');
    configure({ quiet: true });
    expect((await runMain(['trim', '-n', ...FOUNDING_FILES])).out.split('\n').length).toBeLessThan(4);
  });

  test('arch, where a file is universal', async () => {
    for (const name of FOUNDING_FILES) {
      const parts = ['x86_64', 'arm64'].map((architecture) => ({
        architecture,
        bytes: retargeted(readFileSync(join(ROOT, 'fixtures/founding/macho', name)), architecture),
      }));
      writeFileSync(name, buildUniversal(parts));
    }
    configure({ arch: ['arm64'] });
    expect(await plan()).toMatchObject({ architecture: 'arm64' });
    process.env.ARDEDUP_ARCH = 'x86_64';
    expect(await plan()).toMatchObject({ architecture: 'x86_64' });
  });

  test('failOn, max, baseline, suppressions', async () => {
    const check = async () => (await runMain(['check', ...FOUNDING_FILES])).exitCode;
    expect(await check()).toBe(1);
    configure({ failOn: ['never'] });
    expect(await check()).toBe(0);
    configure({ failOn: ['droppable-copy'] });
    expect(await check()).toBe(1);
    configure({ failOn: ['droppable-copy'], max: { 'droppable-copy': 9 } });
    expect(await check()).toBe(0);
    process.env.ARDEDUP_MAX = 'droppable-copy=0';
    expect(await check()).toBe(1);
    delete process.env.ARDEDUP_MAX;
    mkdirSync('ci');
    configure({ baseline: 'base.json' }, 'ci/ardedup.config.json');
    const named = ['--config', 'ci/ardedup.config.json'];
    expect((await runMain(['check', '--update-baseline', ...named, ...FOUNDING_FILES])).exitCode).toBe(0);
    expect(readdirSync('ci')).toContain('base.json');
    expect((await runMain(['check', ...named, ...FOUNDING_FILES])).exitCode).toBe(0);
    configure({ suppressions: 'missing.json' });
    expect(await failing('check')).toContain(at('missing.json'));
  });

  test('explain takes providers', async () => {
    configure({ providers: ['libstdlib.a'] });
    const { out } = await runMain(['explain', '--', ...FOUNDING_FILES]);
    expect(out).toContain('--provider libstdlib.a');
  });

  test('link takes providers, owners, linker, verbose, strict and cache folder; its cache depends on them', async (context) => {
    if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
    writeFileSync('ld.bfd', '#!/bin/sh\necho GNU ld 2.40\n');
    chmodSync('ld.bfd', 0o755);
    const link = (...options: string[]) =>
      runProgram(['link', ...options, '--', './ld.bfd', '-o', 'program', ...FOUNDING_FILES], { cwd: at() });
    const plans = () => readdirSync('kept/plans').length;
    const common = { cacheDir: 'kept', cacheSize: '1G', verbose: true };
    configure({ ...common, providers: ['libstdlib.a'] });
    expect((await link()).error).toContain('libext_http.a: dropped 1 of 2');
    expect((await link()).error).toContain('libext_http.a: dropped 1 of 2');
    expect(plans()).toBe(1);
    configure({ ...common, providers: ['libstdlib.a'], linker: 'lld' });
    await link();
    expect(plans()).toBe(2);
    configure({ ...common, owners: ['evt_runtime=libext_http.a'] });
    await link('--plan', 'plan.json');
    expect(plans()).toBe(3);
    expect(JSON.parse(readFileSync('plan.json', 'utf8'))).toMatchObject({
      ownership: [{ pattern: 'evt_runtime', archive: 'libext_http.a' }],
    });
    await link('--owner', 'evt_*=libstdlib.a');
    expect(plans()).toBe(4);
    const info = await runProgram(['cache', 'info', '--format', 'json'], { cwd: at() });
    expect(JSON.parse(info.out)).toMatchObject({ folder: at('kept'), plans: 4 });
    configure({ ...common, cache: false });
    await link();
    expect(plans()).toBe(4);
    configure({ strict: true, linker: 'none', cacheDir: 'kept' });
    expect(await link()).toMatchObject({ code: 2, out: '' });
    expect((await link('--no-config', '--no-cache')).code).toBe(0);
    configure({ verbose: 1 });
    expect(await link()).toMatchObject({
      code: 2,
      out: '',
      error: "ardedup: ardedup.config.json: 'verbose' must be true or false\n",
    });
    expect((await runProgram(['link', '--', './ld.bfd', '-r', 'main.o'], { cwd: at() })).code).toBe(0);
  }, 60_000);
});

describe('errors name file and key', () => {
  test.each([
    [{ provider: ['a'] }, "unknown setting 'provider' (expected providers, owners"],
    [{ toString: 1 }, "unknown setting 'toString'"],
    [{ providers: 'libstdlib.a' }, "'providers' must be a list of strings"],
    [{ owners: ['x'] }, "'owners' must be a list of rules pattern=archive"],
    [{ max: { x: -1 } }, "'max' must be an object of whole numbers"],
    [{ cacheSize: 'large' }, `'cacheSize' must be a size`],
    [{ strict: 'yes' }, "'strict' must be true or false"],
    [[], 'a configuration is an object of settings'],
  ])('%j', async (value, message) => {
    configure(value);
    expect(await failing('trim', '-n')).toContain(`ardedup: ardedup.config.json: ${message}`);
  });

  test('a file that is not JSON, empty, missing or of an unknown kind; a variable', async () => {
    writeFileSync('ardedup.config.json', '{');
    expect(await failing('check')).toContain('ardedup.config.json: is not JSON');
    writeFileSync('ardedup.config.json', '');
    expect(await failing('check')).toContain('ardedup.config.json: is empty');
    expect(await failing('check', '--config', 'missing.json')).toContain('missing.json: no such file');
    expect(await failing('check', '--config', 'x.toml')).toContain(
      'x.toml: expected a configuration file .json',
    );
    process.env.ARDEDUP_QUIET = 'maybe';
    expect(await failing('check', '--no-config')).toContain(
      "environment variable ARDEDUP_QUIET: 'maybe' is not true or false",
    );
  });
});

describe('modules', () => {
  const SAYS = "{ linker: 'mold' }";
  const plain = (...args: string[]) => runProgram([...DRY, ...args, ...FOUNDING_FILES], { cwd: at() });
  beforeEach((context) => {
    if (!isBuilt()) context.skip('not built: npm run build');
  });

  test.each([
    ['ardedup.config.mjs', `export default ${SAYS}`],
    ['ardedup.config.cjs', `module.exports = ${SAYS}`],
    ['ardedup.config.js', `module.exports = ${SAYS}`],
  ])('%s', async (name, source) => {
    writeFileSync(name, source);
    expect(JSON.parse((await plain()).out).linker).toBe('mold');
    writeFileSync(name, 'throw new Error("broken\\nfurther")');
    expect(await plain()).toMatchObject({
      code: 2,
      out: '',
      error: `ardedup: ${name}: cannot be loaded: broken\n`,
    });
  });

  test('TypeScript where Node loads it, an error elsewhere', async () => {
    writeFileSync('ardedup.config.ts', `const linker: string = 'mold';\nexport default { linker };\n`);
    const { code, out, error } = await plain();
    const isLoaded = Boolean((process.features as { typescript?: unknown }).typescript);
    if (isLoaded) expect(JSON.parse(out).linker).toBe('mold');
    else
      expect([code, error]).toEqual([
        2,
        expect.stringContaining('cannot load TypeScript; use Node 22.18 or newer'),
      ]);
  });
});

describe('schema/config-v1.schema.json', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schema/config-v1.schema.json'), 'utf8'));
  const validate = new Ajv2020({ strict: true }).compile(schema);

  test('has the very keys, and so has docs/configuration.md', () => {
    const keys = Object.keys(schema.properties).filter((key) => key !== '$schema');
    expect(keys).toEqual(settingKeys);
    const text = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    for (const key of settingKeys) expect(text).toContain(`\`${key}\` | `);
    for (const { variable } of Object.values(SETTINGS)) expect(text).toContain(`\`${variable}\``);
  });

  test.each([
    { $schema: 'x', providers: ['a'], owners: ['a=b'], arch: [], linker: 'lld', strict: true, quiet: false },
    { failOn: ['error'], max: { x: 1 }, baseline: 'b', suppressions: 's', verbose: true, cache: false },
    { cacheDir: 'c', cacheSize: '2 GiB' },
    { cacheSize: '2 X' },
    { cacheSize: 7 },
    { providers: [''] },
    { owners: ['a='] },
    { max: { x: 1.5 } },
    { max: [] },
    { linker: '' },
    { baseline: null },
    { unknown: 1 },
    [],
  ])('says of %j what ardedup says', (value) => {
    const isTaken = () => {
      try {
        settingsOfFile(value, 'x', '/');
        return true;
      } catch {
        return false;
      }
    };
    expect(isTaken()).toBe(validate(value));
  });
});
