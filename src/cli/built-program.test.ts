import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../../test/root.js';
import { copyFounding, FOUNDING_FILES, useFolder } from '../../test/use-folder.js';
import { version } from '../version.js';
import { codeCacheOf, codeCachePath, compileProgram, runProgram } from './built-program.js';
import { flagsOf } from './v8-options.js';

const at = useFolder((folder) => copyFounding('elf', folder));

describe('a compiled program', () => {
  test('has its exports, requires modules and imports others', async () => {
    writeFileSync(at('given.mjs'), 'export default 7;');
    writeFileSync(
      at('program.cjs'),
      "exports.name = require('node:path').basename(__filename); exports.load = __importModule;",
    );
    const path = at('program.cjs');
    const program = runProgram(path, compileProgram(path, undefined)) as {
      readonly name: string;
      load(url: string): Promise<{ readonly default: unknown }>;
    };
    expect(program.name).toBe('program.cjs');
    expect((await program.load(new URL('given.mjs', `file://${path}`).href)).default).toBe(7);
  });

  test('a code cache of another program, and a damaged one, are not used', () => {
    writeFileSync(at('one.cjs'), 'exports.value = () => 1;');
    const cache = codeCacheOf(at('one.cjs'), compileProgram(at('one.cjs'), undefined));
    expect(compileProgram(at('one.cjs'), cache).cachedDataRejected).toBe(false);
    for (let byte = 0; byte < cache.length; byte += 7) {
      const damaged = Buffer.from(cache);
      damaged[byte] ^= 1;
      expect(compileProgram(at('one.cjs'), damaged).cachedDataRejected).toBeUndefined();
    }
    expect(compileProgram(at('one.cjs'), cache.subarray(0, 9)).cachedDataRejected).toBeUndefined();
    // V8 would take it for the same program: it has the same length.
    writeFileSync(at('one.cjs'), 'exports.value = () => 2;');
    const other = compileProgram(at('one.cjs'), cache);
    expect(other.cachedDataRejected).toBeUndefined();
    expect((runProgram(at('one.cjs'), other) as { value(): number }).value()).toBe(2);
  });
});

describe('the package', () => {
  beforeEach((context) => {
    if (!existsSync(join(ROOT, 'dist/cli.cjs'))) context.skip('not built: npm run build');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(ROOT, part), at(part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), at('node_modules'));
  });
  const trim = (...options: readonly string[]): string =>
    execFileSync(
      process.execPath,
      [at('bin/ardedup.js'), 'trim', '--dry-run', ...options, ...FOUNDING_FILES.map((name) => at(name))],
      { encoding: 'utf8' },
    );

  test('runs the same without its code cache, and with one that is cut off', () => {
    const cache = codeCachePath(at('dist/cli.cjs'));
    expect(readdirSync(at('dist'))).toContain(cache.slice(at('dist').length + 1));
    const printed = trim();
    expect(printed).toContain('libext_http.a');
    truncateSync(cache, 5000);
    expect(trim()).toBe(printed);
    rmSync(cache);
    expect(trim()).toBe(printed);
  });

  test('a link keeps the code cache that the package lacks, and the next one takes it', () => {
    if (process.platform === 'win32') return;
    rmSync(codeCachePath(at('dist/cli.cjs')));
    writeFileSync(at('ld.lld'), '#!/bin/sh\necho "LLD 19.1.7 (compatible with GNU linkers)"\n', {
      mode: 0o755,
    });
    const link = (...options: readonly string[]) => {
      const words = [
        'link',
        '--print',
        ...options,
        '--',
        at('ld.lld'),
        ...FOUNDING_FILES.map((name) => at(name)),
      ];
      return execFileSync(process.execPath, [at('bin/ardedup.js'), ...words], {
        encoding: 'utf8',
        env: { ...process.env, ARDEDUP_CACHE_DIR: at('cache') },
      });
    };
    const kept = () => readdirSync(at('cache/program')).map((name) => at(`cache/program/${name}`));
    const printed = link();
    expect(kept()).toHaveLength(1);
    const [path] = kept();
    const written = readFileSync(path);
    // One that was not taken would be replaced. With another provider there is a plan to make.
    utimesSync(path, 1e9, 1e9);
    link('--provider', at('libext_http.a'));
    expect(statSync(path).mtimeMs).toBeGreaterThan(1e12);
    expect(readFileSync(path)).toEqual(written);
    truncateSync(path, 5000);
    link('--linker', 'gnu-ld');
    expect(statSync(path).size).toBeGreaterThan(100_000);
    expect(link()).toBe(printed);
  });

  test('sets no flag that V8 does not know', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [at('bin/ardedup.js'), '--version'], {
      encoding: 'utf8',
    });
    expect([stdout, stderr]).toEqual([`${version}\n`, '']);
    expect(flagsOf('11.3.244.8-node.38')[0]).toContain('--interrupt-budget=');
    expect(flagsOf('99.1.2')).toEqual([]);
  });

  test('runs the program that is there, even if the code cache is of one of the same length', () => {
    const program = at('dist/cli.cjs');
    const text = readFileSync(program, 'latin1');
    const other = text.replaceAll('can drop', 'CAN DROP');
    expect(other).not.toBe(text);
    writeFileSync(program, other, 'latin1');
    expect(trim()).toContain('CAN DROP');
  });

  test('runs where only some files of bin/ were copied', () => {
    const printed = trim();
    rmSync(at('bin/package.json'));
    expect(trim()).toBe(printed);
  });

  test('imports a configuration', () => {
    writeFileSync(at('ardedup.config.mjs'), 'export default { quiet: true };');
    const quiet = trim('--quiet');
    expect(trim('--config', at('ardedup.config.mjs'))).toBe(quiet);
    expect(trim()).not.toBe(quiet);
  });

  test('is ASCII, which V8 reads fastest', () => {
    expect(readFileSync(join(ROOT, 'dist/cli.cjs')).every((byte) => byte < 128)).toBe(true);
  });
});
