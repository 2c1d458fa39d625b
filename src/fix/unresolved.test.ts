import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../test/fix/c-command.js';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';
import { fixLine } from './fix-line.js';

/** Names that the command leaves undefined: what `fix` says of them, and whether the link fails. */

const at = useFolder(() => {}, { enters: true });

const SOURCES = {
  'main.c': 'int missing(void), a(void); int main(void) { return missing() + a(); }',
  'fine.c':
    '#include <stdio.h>\n#include <errno.h>\n#include <math.h>\nextern char end; extern int quiet(void) __attribute__((weak)); int a(void); double x = 2;\nint main(void) { errno = 0; printf("%p %f\\n", (void *)&end, sin(x)); return quiet ? quiet() : a(); }',
  'table.s': '.globl unused\n.globl main\n.type main,@function\nmain: xor %eax,%eax\nret',
  'a.c': 'int s; int a(void) { return ++s; } int d(void) { return 1; }',
  'b.c': 'int s2; int a(void) { return ++s2; } int b(void) { return 1; }',
};
const ARCHIVES = { 'liba.a': ['a.o'], 'libb.a': ['b.o'] };
const WHOLE = '-Wl,--whole-archive liba.a libb.a -Wl,--no-whole-archive';

const build = ([gcc, ar]: string[], command: string): string[] => {
  const one: CCommand = {
    sources: SOURCES,
    archives: ARCHIVES,
    flags: ['-O1', '-fPIC'],
    command,
  };
  return buildCommand(at(), gcc, ar, one);
};

/** Whether the linker itself accepts the command. */
const links = ([program, ...words]: readonly string[]): boolean => spawnSync(program, words).status === 0;

describe('names that the command leaves undefined', () => {
  needsTool('gcc', 'ar')('an archive that is needed twice is to be named twice', async ([gcc, ar]) => {
    const command = buildCommand(at(), gcc, ar, {
      sources: {
        'main.c': 'int a(int); int main(void) { return a(3); }',
        'a.c': 'int b(int); int a(int n) { return n ? b(n - 1) : 1; }',
        'part.c': 'int part(void) { return 7; }',
        'b.c': 'int part(void); int b(int n) { return n + part(); }',
      },
      archives: { 'liba.a': ['a.o', 'part.o'], 'libb.a': ['b.o'] },
      command: '-o a.out main.o liba.a libb.a',
    });
    expect(links(command)).toBe(false);
    const { report } = await fixLine(command);
    expect(report.advice.map(({ code }) => code)).toEqual(['order']);
    expect(report.advice[0].text).toContain('name liba.a once more, after libb.a');
    expect(links([...command, 'liba.a'])).toBe(true);
  });

  needsTool('gcc', 'ar')('no cure defines them: the link still fails', async (tools) => {
    const command = build(tools, `-o a.out main.o ${WHOLE}`);
    const { report, open } = await fixLine(command);
    expect(report.before).toMatchObject({ duplicates: 1, unresolved: 1 });
    expect(open).toEqual({ names: ['missing'], user: 'main.o', areFatal: true });
    const [{ id }] = report.cures;
    const ran = await runMain(['fix', '--accept', id, '--', ...command]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('newly unresolved names 0');
    expect(ran.out).toContain('undefined: `missing`, referred to by main.o\n  no cure defines it');
  });

  needsTool('gcc', 'ar')('a link without duplicates is not healthy', async (tools) => {
    const command = build(tools, '-o a.out main.o liba.a');
    expect(links(command)).toBe(false);
    const ran = await runMain(['fix', '--', ...command]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('not fixed: 1 undefined name');
    expect(ran.out).toContain('ardedup explain missing -- ');
    expect(ran.out).not.toContain('nothing to fix');
    expect((await fixLine(command)).report.command).toBeNull();
  });

  needsTool('gcc', 'ar')('-u requires a name, and allows none to be undefined', async (tools) => {
    const command = build(tools, '-u a -Wl,-u,d -o a.out main.o liba.a');
    expect(links(command)).toBe(false);
    expect((await fixLine(command)).open).toMatchObject({ names: ['missing'], areFatal: true });
  });

  needsTool('gcc', 'ar')('the log is named in the command that explains them', async (tools) => {
    const [program, ...words] = build(tools, '-o a.out main.o liba.a');
    writeFileSync(at('u.log'), spawnSync(program, words, { encoding: 'utf8' }).stderr);
    const ran = await runMain(['fix', 'u.log', '--', program, ...words]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('ardedup explain u.log -- ');
  });

  needsTool('gcc', 'ar')('an archive that precedes its user', async (tools) => {
    const command = build(tools, '-o a.out liba.a fine.o -lm');
    expect(links(command)).toBe(false);
    const { report, open } = await fixLine(command, { linker: 'gnu-ld' });
    expect(open.areFatal).toBe(true);
    expect(report.advice).toHaveLength(1);
    expect(report.advice[0].code).toBe('order');
    expect(report.advice[0].text).toContain('put liba.a after fine.o');
    expect(links([command[0], ...'-o a.out fine.o liba.a -lm'.split(' ')])).toBe(true);
  });

  needsTool('gcc', 'ar')('of a line that is not known to be whole nothing is claimed', async (tools) => {
    build(tools, '');
    const line = ['ld', '-o', 'a.out', 'main.o', 'liba.a'];
    const ran = await runMain(['fix', '--linker', 'gnu-ld', '--', ...line]);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain('nothing to fix');
    expect(ran.out).toContain('unresolved in these inputs: `missing`, referred to by main.o');
    writeFileSync(
      at('u.log'),
      "ld: main.o: in function `main':\nmain.c:(.text+0xa): undefined reference to `missing'\n",
    );
    expect(await runMain(['fix', 'u.log', '--linker', 'gnu-ld', '--', ...line])).toMatchObject({
      exitCode: 1,
    });
  });

  needsTool('gcc', 'ar')('a name that only a shared library references: the log decides', async (tools) => {
    const [gcc] = build(tools, '');
    writeFileSync(at('deep.c'), 'int deep(void); int a(void) { return deep(); }\n');
    spawnSync(gcc, ['-shared', '-fPIC', '-o', 'libdeep.so', 'deep.c']);
    const words = '-o a.out fine.o libdeep.so -lm'.split(' ');
    const { status, stderr } = spawnSync(gcc, words, { encoding: 'utf8' });
    expect(status).not.toBe(0);
    writeFileSync(at('u.log'), stderr);
    const ran = await runMain(['fix', 'u.log', '--', gcc, ...words]);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('undefined: `deep`');
  });

  needsTool('gcc', 'ar')('a log of undefined names that the command does not have', async (tools) => {
    const command = build(tools, '-o a.out fine.o liba.a -lm');
    writeFileSync(at('u.log'), "ld: main.o: undefined reference to `elsewhere'\n");
    const ran = await runMain(['fix', 'u.log', '--', ...command]);
    expect(ran.exitCode).toBe(0);
    expect(ran.error).toContain('the log has 1 undefined name, but this command leaves none undefined');
  });

  for (const words of [
    '-o a.out fine.o liba.a -lm',
    '-static -o a.out fine.o liba.a -lm',
    '-o a.out table.o',
    '-shared -o a.out a.o',
    '-r -o a.out main.o liba.a',
    '-o a.out -Wl,--unresolved-symbols=ignore-all main.o liba.a',
    '-o a.out -Wl,-z,undefs -Wl,--warn-unresolved-symbols main.o liba.a',
    '-o a.out -Wl,-u,nothing fine.o liba.a -lm',
  ])
    needsTool('gcc', 'ar')(`no failure is claimed of a link that succeeds: ${words}`, async (tools) => {
      const command = build(tools, words);
      expect(links(command)).toBe(true);
      const { isHealthy, open, report } = await fixLine(command);
      expect({ isHealthy, areFatal: open.areFatal }).toEqual({ isHealthy: true, areFatal: false });
      expect(report.command).toEqual(command);
    });

  needsTool('x86_64-w64-mingw32-gcc', 'x86_64-w64-mingw32-ar')(
    "names that MinGW's linker defines are not unresolved",
    async ([gcc, ar]) => {
      const command = buildCommand(at(), gcc, ar, {
        sources: {
          'main.c': 'int a(void); int main(void) { return a(); }',
          'a.c': 'int a(void) { return 0; }',
        },
        archives: { 'liba.a': ['a.o'] },
        command: '-o a.exe main.o liba.a',
      });
      expect(links(command)).toBe(true);
      const { open, isHealthy } = await fixLine(command);
      expect([open.names, isHealthy]).toEqual([[], true]);
    },
  );
});
