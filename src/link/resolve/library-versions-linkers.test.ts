import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { installedLinkers } from '../../../test/oracles/real-linkers.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';
import { buildLinkGraph } from '../inputs/link-graph.js';
import { openLines } from '../line/open-lines.js';
import { findProfile } from '../linkers/find-profile.js';
import { resolve } from './resolve.js';

/*
 * A shared library refers to `f`, to its default version or to another one; an archive defines `f`, `f@@V1` or
 * `f@V1`; and the library that defines `f` is before both, after both, or not on the line. Each linker is asked whether
 * it loads the archive's member.
 */

useFolder(undefined, { enters: true });

const SOURCES: Readonly<Record<string, string>> = {
  'main.c': 'int use(int); int main(void) { return use(1); }',
  'defines.c': 'int f(int x) { return x; } int old(int x) { return x; } __asm__(".symver old, f@V0");',
  'plain.c': 'int f(int); int use(int x) { return f(x); }',
  'old.c': 'int f(int); __asm__(".symver f, f@V0"); int use(int x) { return f(x); }',
  'name.c': 'int marker; int f(int x) { return x; }',
  'default.c': 'int marker; int own(int x) { return x; } __asm__(".symver own, f@@V1");',
  'version.c': 'int marker; int own(int x) { return x; } __asm__(".symver own, f@V1");',
};
const LIBRARIES = ['unversioned', 'default', 'old'];
const ARCHIVES = ['name', 'default', 'version'];
const PLACES = ['before', 'after', 'none'];

needsTool(
  'gcc',
  'ar',
  'nm',
  'ld.bfd',
  'ld.gold',
  'ld.lld-14',
  'ld.lld-19',
  'mold',
)(
  'references of shared libraries to versions extract what the linker extracts',
  ([gcc, ar, nm]) => {
    const run = (path: string, ...args: string[]) => execFileSync(path, args, { stdio: 'pipe' }).toString();
    for (const [file, source] of Object.entries(SOURCES)) writeFileSync(file, source);
    writeFileSync('versions', 'V0 { }; V1 { global: f; local: *; } V0;\n');
    const shared = (output: string, ...args: string[]) =>
      run(gcc, '-shared', '-fPIC', '-w', '-nostdlib', '-o', output, ...args);
    shared('libdefines.so', '-Wl,--version-script=versions', 'defines.c');
    shared('libunversioned.so', 'plain.c');
    shared('libdefault.so', 'plain.c', 'libdefines.so');
    shared('libold.so', 'old.c', 'libdefines.so');
    run(gcc, '-c', 'main.c');
    for (const name of ARCHIVES) {
      run(gcc, '-c', '-fPIC', '-w', `${name}.c`);
      run(ar, 'rcs', `lib${name}.a`, `${name}.o`);
    }
    const linkers = installedLinkers().filter(({ name }) => !/-1[56]$/.test(name));
    expect(linkers.length).toBeGreaterThanOrEqual(5);
    const differences: string[] = [];
    for (const library of LIBRARIES)
      for (const archive of ARCHIVES)
        for (const place of PLACES) {
          const other = (here: string) => (place === here ? ['libdefines.so'] : []);
          const line = [
            'main.o',
            ...other('before'),
            `lib${library}.so`,
            `lib${archive}.a`,
            ...other('after'),
          ];
          for (const { name, path } of linkers) {
            rmSync('out', { force: true });
            try {
              run(path, '--unresolved-symbols=ignore-all', '-e', 'main', '-o', 'out', ...line);
            } catch {
              // gold refuses what nothing defines.
              if (!existsSync('out')) continue;
            }
            const isLoaded = run(nm, 'out').includes('marker');
            if (isLoaded !== loads(name, line)) differences.push(`${name} ${line.join(' ')}: ${isLoaded}`);
          }
        }
    expect(differences).toEqual([]);
  },
  120_000,
);

/** Whether the member of the archive is loaded, as simulated. */
function loads(linker: string, words: readonly string[]): boolean {
  const profile = findProfile(linker);
  if (profile === null) throw new Error(`${linker}: no such linker`);
  const [opened] = openLines(words, { program: linker }).lines;
  try {
    const { inputs, line } = opened;
    const { loaded } = resolve(
      buildLinkGraph(inputs, line),
      line,
      profile,
      new Uint8Array(inputs.members.length),
    );
    return loaded.some((member) => inputs.members[member].archive >= 0);
  } finally {
    opened.close();
  }
}
