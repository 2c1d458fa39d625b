import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { useFolder } from '../use-folder.js';
import { LYING_CURES, NATIVE_PAIRS, type NativePair } from './native-pairs.js';
import { ELF_LINKERS } from './pair.js';
import { linkWith, tryAttempt } from './try-attempt.js';

/* Pairs of C and C++ libraries, and cures of them that lie: real linkers, and programs that print what they see. */

const SCRIPTS = join(import.meta.dirname, '../../fixtures/pairs/native');

useFolder(() => {}, { enters: true });

function testPair(pair: NativePair): void {
  const linkers = pair.attempts.some(({ prints }) => prints !== undefined) ? ELF_LINKERS : [ELF_LINKERS[0]];
  for (const linker of linkers)
    needsTool(pair.compiler ?? 'gcc', 'ar', linker.program)(
      `${pair.title}, ${linker.profile}`,
      async ([compiler, ar]) => {
        const env = { ...process.env, [pair.compiler ? 'CXX' : 'CC']: compiler, AR: ar };
        execFileSync('bash', [join(SCRIPTS, `${pair.script}.sh`)], { env, stdio: 'pipe' });
        if (pair.line.includes('libc.a'))
          copyFileSync(
            execFileSync(compiler, ['-print-file-name=libc.a'], { encoding: 'utf8' }).trim(),
            'libc.a',
          );
        const link = linkWith([compiler, linker.flag, ...(pair.flags ?? [])]);
        expect(link(pair.line).links).toBe(pair.duplicates === 0);
        expect(link(pair.line, true).output).toBe(pair.given);
        for (const attempt of pair.attempts) await tryAttempt(attempt, pair.line, linker, link);
      },
      60_000,
    );
}

describe('pairs of libraries', () => {
  for (const pair of NATIVE_PAIRS) testPair(pair);
});

describe('cures that link and lie', () => {
  for (const pair of LYING_CURES) testPair(pair);

  needsTool('go', 'gcc')(
    'two Go archives: no edit of a runtime that a process has once',
    async ([, gcc]) => {
      execFileSync('bash', [join(SCRIPTS, 'go.sh')], { env: { ...process.env, CC: gcc }, stdio: 'pipe' });
      const line = ['main.o', 'libnorth.a', 'libsouth.a'];
      for (const options of [['--first-wins'], ['--isolate', 'libsouth.a'], ['--yield', '*=libnorth.a']])
        await tryAttempt({ options, refused: 'edit-registry' }, line, ELF_LINKERS[0], linkWith([gcc]));
    },
    300_000,
  );
});
