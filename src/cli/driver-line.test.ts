import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/* The line that a driver hands to its linker has start files and libraries that the command does not name. */

const at = useFolder(undefined, { enters: true });

const MAIN = 'void *malloc(unsigned long); void free(void *); int main(void) { free(malloc(3)); return 0; }';
/** Replaces half of an allocator: a static link has two. */
const POOL = 'static char heap[64]; void *malloc(unsigned long size) { return heap; }';

describe('a static link of a half-replaced allocator', () => {
  const command = ['-static', 'main.o', 'libpool.a'];

  function build(gcc: string, ar: string): void {
    writeFileSync('main.c', MAIN);
    writeFileSync('pool.c', POOL);
    execFileSync(gcc, ['-fno-builtin', '-c', 'main.c', 'pool.c']);
    execFileSync(ar, ['rcs', 'libpool.a', 'pool.o']);
  }

  needsTool('gcc', 'ar')(
    'is read with libc.a by check, explain and trim, whole and strict',
    async ([gcc, ar]) => {
      build(gcc, ar);
      const { stderr } = spawnSync(gcc, command, { cwd: at('.'), encoding: 'utf8' });
      expect(stderr).toMatch(/libc\.a\(malloc\.o\).*multiple definition of .malloc'/s);
      const words = ['--strict', '--linker', 'gnu-ld'];
      const checked = await runMain(['check', '-q', ...words, '--', gcc, ...command]);
      expect(checked).toMatchObject({ error: '', exitCode: 1 });
      expect(checked.out).toMatch(/name-collision: .* in libpool\.a and libc\.a, such as malloc/);
      const explained = await runMain(['explain', '--format', 'json', ...words, '--', gcc, ...command]);
      const { link, causes, trimCommand } = JSON.parse(explained.out);
      expect(link).toMatchObject({ complete: true, duplicates: 1 });
      expect(causes[0].loserChain.length).toBeGreaterThan(0);
      expect((trimCommand ?? []).join(' ')).not.toContain('libc.a');
      const trimmed = await runMain([
        'trim',
        ...words,
        '--plan',
        'plan.json',
        '--out-dir',
        'out',
        '--',
        gcc,
        ...command,
      ]);
      expect(trimmed).toMatchObject({ error: '', exitCode: 0 });
      expect(trimmed.out).toContain('libpool.a: kept its 1 member');
      expect(await runMain(['verify', 'plan.json'])).toMatchObject({ error: '', exitCode: 0 });
    },
  );
});

const MACHO = join(import.meta.dirname, '../../fixtures/founding/macho');

needsTool('gcc')(
  'objects that are not for the installed driver are read without what it adds',
  async ([gcc]) => {
    const line = ['main.o', 'libext_http.a', 'libstdlib.a'].map((name) => join(MACHO, name));
    const { error, out } = await runMain(['check', '-q', '--', gcc, ...line]);
    expect(error).toBe('');
    expect(out).toContain('libext_http.a: can drop 1 of 2 members (evt_runtime)');
  },
);
