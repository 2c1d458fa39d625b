import { chmodSync, cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { isBuilt, runProgram } from '../../test/oracles/run-program.js';
import { ROOT } from '../../test/root.js';
import { FOUNDING_FILES, useFolder } from '../../test/use-folder.js';

/** Plans of the wrapper by snapshots of archives, which an earlier link has read. */

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform === 'win32') context.skip('not built: npm run build');
});

/** Parts of a plan that say where trimmed archives were written. */
const PLACES = ['output', 'rewrittenLine'];

/** By format: a linker, and what it says of itself. */
const LINKERS = [
  ['elf', 'ld.lld', 'LLD 19.1.7 (compatible with GNU linkers)'],
  ['macho', 'ld64.lld', 'LLD 19.1.7'],
  ['coff', 'lld-link', 'LLD 19.1.7'],
  ['wasm', 'wasm-ld', 'LLD 19.1.7'],
] as const;

describe.each(LINKERS)('%s', (format, linker, version) => {
  beforeEach(() => {
    for (const name of FOUNDING_FILES) {
      cpSync(join(ROOT, 'fixtures/founding', format, name), at(name));
      // Older than what the cache takes for fresh.
      utimesSync(at(name), 1e9, 1e9);
    }
    writeFileSync(at(linker), `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; fi\n`);
    chmodSync(at(linker), 0o755);
  });

  /** Plans the link again, as with a plan that is to be saved. Returns the plan. */
  async function plan(...options: readonly string[]): Promise<string> {
    const provider = ['--provider', 'libstdlib.a'];
    const words = ['link', '--strict', ...provider, ...options, '--', `./${linker}`, ...FOUNDING_FILES];
    const { code, error } = await runProgram(words, { cwd: at(), env: { ARDEDUP_CACHE_DIR: at('cache') } });
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const saved = JSON.parse(readFileSync(at('plan.json'), 'utf8'));
    const text = JSON.stringify(saved, (key, value) => (PLACES.includes(key) ? null : value));
    expect(text).toContain('"drop"');
    return text;
  }

  test('the plan is the same without a snapshot, with a new one, a known one and a damaged one', async () => {
    const saved = ['--plan', 'plan.json'];
    const first = await plan(...saved, '--no-cache');
    expect(await plan(...saved)).toBe(first);
    const state = () => ['snapshots', 'facts'].map((part) => folderState(at(`cache/${part}`)));
    const written = state();
    expect(readdirSync(at('cache/facts'))).toHaveLength(1);
    const names = readdirSync(at('cache/snapshots'));
    expect(names).toHaveLength(2);
    expect(await plan(...saved)).toBe(first);
    expect(state()).toEqual(written);
    for (const name of names) {
      const bytes = readFileSync(at(`cache/snapshots/${name}`));
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(at(`cache/snapshots/${name}`), bytes);
    }
    expect(await plan(...saved)).toBe(first);
    expect(state()).toEqual(written);
  });

  test('two links at once leave whole snapshots', async () => {
    const first = await plan('--plan', 'plan.json', '--no-cache');
    const plans = await Promise.all([1, 2, 3].map(() => plan('--plan', 'plan.json')));
    expect(plans).toEqual([first, first, first]);
    expect(readdirSync(at('cache/snapshots'))).toHaveLength(2);
    expect(await plan('--plan', 'plan.json')).toBe(first);
  });
});
