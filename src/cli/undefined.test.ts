import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';

/* Links that fail by an undefined name: `check` reports it, and its command explains why and what to do. */

useFolder(() => {}, { enters: true });

const SOURCES: Readonly<Record<string, string>> = {
  'main.c': 'int net(void); int main(void) { return net(); }',
  'net.c': 'int pool(void); int net(void) { return pool(); }',
  'pool.c': 'int pool(void) { return 0; }',
  'mangled.c': 'int _Z4poolv(void); int net(void) { return _Z4poolv(); }',
  'weak.c': 'int pool(void) __attribute__((weak)); int net(void) { return pool ? pool() : 0; }',
};

function build(gcc: string, ar: string): void {
  for (const [name, text] of Object.entries(SOURCES)) {
    writeFileSync(name, text);
    expect(spawnSync(gcc, ['-c', name]).status).toBe(0);
  }
  for (const name of ['net', 'pool', 'mangled', 'weak'])
    expect(spawnSync(ar, ['rcs', `lib${name}.a`, `${name}.o`]).status).toBe(0);
}

const findingsOf = async (command: readonly string[]) => {
  const { out, exitCode } = await runMain(['check', '--format', 'json', '--', ...command]);
  const { findings } = JSON.parse(out) as { findings: { kind: string; message: string; remedy: string }[] };
  return { exitCode, findings: findings.filter(({ kind }) => kind === 'undefined-reference') };
};

/** Lines of an explanation without their indentation. */
const explain = async (name: string, command: readonly string[]) =>
  (await runMain(['explain', name, '--', ...command])).out.split('\n').map((line) => line.trim());

describe('an undefined name', () => {
  needsTool('gcc', 'ar')('is reported, with a command that explains it', async ([gcc, ar]) => {
    build(gcc, ar);
    const command = [gcc, '-o', 'prog', 'main.o', 'libnet.a'];
    expect(spawnSync(gcc, command.slice(1)).status).toBe(1);
    const { exitCode, findings } = await findingsOf(command);
    expect(exitCode).toBe(1);
    expect(findings).toMatchObject([
      {
        message: 'the link fails: 1 name has no definition, such as pool (referenced by libnet.a(net.o))',
        remedy: `ardedup explain pool -- ${command.join(' ')}`,
      },
    ]);
    const lines = await explain('pool', command);
    expect(lines).toContain('defined   by no file of this link');
    expect(lines).toContain(
      'undefined no file of this link defines it: the link fails, unless a library that was not read does',
    );
    expect(lines.find((line) => line.startsWith('do '))).toContain(
      'add the object or library that defines it',
    );
  });

  needsTool('gcc', 'ar')('in an archive that was scanned before', async ([gcc, ar]) => {
    build(gcc, ar);
    const command = [gcc, '-fuse-ld=bfd', 'main.o', 'libpool.a', 'libnet.a'];
    expect((await findingsOf(command)).findings).toHaveLength(1);
    const lines = await explain('pool', command);
    expect(lines).toContain(
      'undefined libpool.a(pool.o) defines it, but GNU ld has already scanned that archive when the name is first referenced',
    );
    expect(lines.find((line) => line.startsWith('do '))).toContain('put libpool.a after libnet.a');
    expect((await findingsOf([gcc, '-fuse-ld=bfd', 'main.o', 'libnet.a', 'libpool.a'])).findings).toEqual([]);
  });

  needsTool('gcc', 'ar')('of which the other language has a definition', async ([gcc, ar]) => {
    build(gcc, ar);
    const lines = await explain('_Z4poolv', [gcc, 'main.o', 'libmangled.a', 'libpool.a']);
    expect(lines.find((line) => line.startsWith('do '))).toContain('extern "C"');
  });

  needsTool('gcc', 'ar')('is none if the link may succeed', async ([gcc, ar]) => {
    build(gcc, ar);
    const unsure = [
      [gcc, 'main.o', 'libweak.a'],
      [gcc, '-shared', 'main.o', 'libnet.a'],
      [gcc, 'main.o', 'libnet.a', '-lnot-there'],
      [gcc, '-Wl,--unresolved-symbols=ignore-all', 'main.o', 'libnet.a'],
      ['ld', 'main.o', 'libnet.a'],
    ];
    for (const command of unsure) expect((await findingsOf(command)).findings, command.join(' ')).toEqual([]);
    expect(await explain('pool', unsure[0])).not.toContain('see       ardedup explain undefined-reference');
  });
});
