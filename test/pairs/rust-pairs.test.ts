import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { runMain } from '../run-main.js';
import { ELF_LINKERS, type Pair } from './pair.js';
import { NIGHTLY_PAIR, RUST_PAIRS } from './rust-pairs.js';
import { linkWith, tryAttempt } from './try-attempt.js';

/* Pairs of Rust static libraries with all of std, and Rust libraries in a Rust program. */

const SCRIPTS = join(import.meta.dirname, '../../fixtures/pairs');
const PATIENCE = 300_000;

const folders = new Map<string, string>();
/** The folder that a script filled, once in this file. */
function built(script: string, ...args: string[]): string {
  const key = [script, ...args].join(' ');
  const known = folders.get(key) ?? mkdtempSync(join(tmpdir(), 'ardedup-pairs-'));
  if (!folders.has(key)) {
    folders.set(key, known);
    execFileSync('bash', [join(SCRIPTS, script, 'build.sh'), known, ...args], { stdio: 'pipe' });
  }
  return known;
}
const home = process.cwd();
beforeEach(() => {
  process.chdir(home);
});
afterAll(() => {
  process.chdir(home);
  for (const folder of folders.values()) rmSync(folder, { recursive: true });
});

const hasNightly = spawnSync('rustc', ['+nightly', '--version']).status === 0;

function testPair(pair: Pair): void {
  // Which linker links matters little to units of Rust: all of them run for the pairs of C and C++.
  const isLinked = pair.attempts.some(({ prints }) => prints !== undefined);
  const linkers = ELF_LINKERS.filter(({ profile }, at) => at === 0 || (isLinked && profile === 'lld'));
  for (const linker of linkers)
    needsTool('rustc', 'gcc', linker.program)(
      `${pair.title}, ${linker.profile}`,
      async ([, gcc]) => {
        process.chdir(built('rust'));
        const link = linkWith([gcc, linker.flag]);
        expect(link(pair.line).links).toBe(pair.duplicates === 0);
        expect(link(pair.line, true).output).toBe(pair.given);
        for (const attempt of pair.attempts) await tryAttempt(attempt, pair.line, linker, link);
      },
      PATIENCE,
    );
}

describe('pairs of Rust libraries', () => {
  for (const pair of RUST_PAIRS) testPair(pair);
  if (hasNightly) testPair(NIGHTLY_PAIR);
});

describe('a Rust library in a Rust program', () => {
  /** Globals that edits leave in two copies: the panic count and the hook, among others. */
  const attempts = [
    ['thin', '--first-wins', true],
    ['fat', '--first-wins', true],
    ['fat', '--isolate libbook.a', true],
    ['thin', '--isolate libbook.a', false],
  ] as const;
  for (const [kind, options, isPlanned] of attempts)
    needsTool('rustc', 'gcc')(
      `${kind} LTO, ${options}: ${isPlanned ? 'split state is reported' : 'refused'}`,
      async () => {
        process.chdir(built('rust-program', kind));
        const line = readFileSync('line.rsp', 'utf8').trim().split('\n');
        const args = ['--linker', 'lld', '--format', 'json', '--out-dir', 'out', ...options.split(' ')];
        const { exitCode, out, error } = await runMain(['trim', '-q', ...args, '--', ...line]);
        if (!isPlanned)
          expect([exitCode, error]).toEqual([2, expect.stringContaining('[edit-splits-state]')]);
        else {
          const { splitStateAfter } = JSON.parse(out);
          expect(JSON.stringify(splitStateAfter)).toMatch(/panic|HOOK/i);
        }
      },
      PATIENCE,
    );
});
