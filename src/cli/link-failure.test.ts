import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';

const ARDEDUP = join(import.meta.dirname, '../../bin/ardedup.js');
const at = useFolder(undefined, { enters: true });

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return spawnSync(program, args, { cwd: at('.'), encoding: 'utf8', env });
}

function archives(cc: string): void {
  const sources = {
    main: 'int f(void), g(void); int main(void) { return f() + g(); }',
    a: 'int helper(void) { return 1; } int f(void) { return helper(); }',
    b: 'int helper(void) { return 2; } int g(void) { return helper(); }',
  };
  for (const [name, text] of Object.entries(sources)) {
    writeFileSync(`${name}.c`, text);
    expect(run(cc, ['-c', `${name}.c`]).status).toBe(0);
    if (name !== 'main') expect(run('ar', ['rcs', `lib${name}.a`, `${name}.o`]).status).toBe(0);
  }
}

const LINE = ['-o', 'program', 'main.o', 'liba.a', 'libb.a'];
const causes = (stderr: string): string[] =>
  stderr.split('\n').flatMap((line) => /^ardedup: (cause: .*)$/.exec(line)?.[1] ?? []);

needsTool(
  'cc',
  'ar',
  'make',
)('a link that fails ends with its cause, also below a build system', ([cc]) => {
  archives(cc);
  const plain = run(cc, LINE);
  expect(plain.stderr.match(/multiple definition of/g)).toHaveLength(1);
  const { status, stderr } = run(process.execPath, [ARDEDUP, 'link', '--no-cache', '--', cc, ...LINE]);
  expect(status).toBe(plain.status);
  expect(causes(stderr)).toEqual([
    expect.stringMatching(/^cause: 1 duplicate definition on .*: liba\.a and libb\.a define the same names/),
    'cause: such as helper in liba.a(a.o) and in libb.a(b.o)',
    `cause: for more, run ardedup explain -- ${cc} ${LINE.join(' ')}`,
  ]);
  writeFileSync(
    'Makefile',
    `program:\n\t${process.execPath} ${ARDEDUP} link --no-cache -- $(CC) ${LINE.join(' ')}\n`,
  );
  expect(causes(run('make', [`CC=${cc}`]).stderr)).toHaveLength(3);
  // A link that fails for another reason has no such lines.
  const other = run(process.execPath, [ARDEDUP, 'link', '--no-cache', '--', cc, 'main.o', 'liba.a']);
  expect([other.status, causes(other.stderr)]).toEqual([1, []]);
});
