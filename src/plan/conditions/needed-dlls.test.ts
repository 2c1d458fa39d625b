import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { archiveOf } from '../../../test/equivalence/archive-of.js';
import { shortImport } from '../../../test/equivalence/probes.js';
import { trimAndLink, writeCObjects } from '../../../test/oracles/real-trim.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { useFolder } from '../../../test/use-folder.js';

/*
 * A library that is in the output only because a file refers to it: a DLL with one import left, and a dylib with
 * -dead_strip_dylibs. Its constructors run as long as it is there, so a drop must not take its last user away.
 */

const at = useFolder(undefined, { enters: true });
const PATIENCE = 120_000;

const UNIT = 'rt-0123456789abcdef.rt.1-cgu.0.rcgu.o';
const COPY = `std-fedcba9876543210.${UNIT}.rcgu.o`;
/** The copy does not refer to the library; `other` says that another file does. */
const sources = (other: string) => ({
  [UNIT]:
    'int side(void); int f(void){ return 1; } __attribute__((visibility("hidden"))) int more(void){ return side(); }',
  [COPY]: 'int f(void){ return 1; }',
  'main.o': `int f(void); ${other === '' ? '' : `int ${other}(void);`} int main(void){ return f()${other === '' ? '' : `+${other}()`}; }`,
  's.o': 'int s;',
});
const archives = { 'libw.a': [UNIT], 'libs.a': [COPY, 's.o'] };

/** Without the descriptors that an import library has, which lld-link does not take whole. */
function writeShortImports(path: string): void {
  const members = ['side', 'more_of_it'].map((name) => ({
    name: 'y.dll',
    data: shortImport(`${name} y.dll`),
  }));
  writeFileSync(path, archiveOf('coff', members));
}

const importsOf = (tool: string, image: string): string[] =>
  [...execFileSync(tool, ['--coff-imports', image], { encoding: 'utf8' }).matchAll(/Name: (\S+)/g)].map(
    ([, name]) => name,
  );

describe.each([
  ['', 'side-effect-lost', 'side-effect-lost'],
  ['side', 'dropped', 'dropped'],
  // Another function of the same DLL. Each member of GNU tools is an entry of a walked section, too.
  ['more_of_it', 'dropped', 'side-effect-lost'],
])('the last import of a DLL, while main.o uses "%s"', (other, expected, expectedOfGnu) => {
  for (const library of ['y.lib', '/wholearchive:short.lib'])
    needsTool(
      'lld-link-19',
      'clang-14',
      'llvm-ar-19',
      'llvm-lib-19',
      'llvm-readobj-19',
    )(
      `short import members, ${library}`,
      async ([program, compiler, archiver, lib, readobj]) => {
        writeCObjects(at(), {
          compiler,
          archiver,
          flags: ['-target', 'x86_64-pc-windows-msvc'],
          sources: sources(other),
          archives,
          texts: { 'y.def': 'LIBRARY Y.dll\nEXPORTS\nside\nmore_of_it\n' },
        });
        execFileSync(lib, ['/def:y.def', '/out:y.lib', '/machine:x64'], { cwd: at() });
        writeShortImports(join(at(), 'short.lib'));
        const words = ['/entry:main', '/subsystem:console', 'main.o', 'libw.a', 'libs.a', library];
        const options = ['--linker', 'lld-link', '--provider', 'libs.a'];
        const trimmed = await trimAndLink(at(), {
          program,
          words,
          options,
          output: (path) => [`/out:${path}`],
        });
        expect(trimmed.verdicts[`libw.a(${UNIT})`]).toBe(expected);
        expect(importsOf(readobj, trimmed.after)).toEqual(importsOf(readobj, trimmed.before));
      },
      PATIENCE,
    );

  needsTool(
    'x86_64-w64-mingw32-ld',
    'x86_64-w64-mingw32-gcc',
    'x86_64-w64-mingw32-dlltool',
    'llvm-ar-19',
    'llvm-readobj-19',
  )(
    'members of GNU tools',
    async ([program, compiler, dlltool, archiver, readobj]) => {
      // MinGW's main calls __main.
      const { 'main.o': main, ...rest } = sources(other);
      writeCObjects(at(), {
        compiler,
        archiver,
        sources: { ...rest, 'main.o': main.replace('int main', 'void __main(void){} int main') },
        archives,
        texts: {
          'y.def': 'LIBRARY y.dll\nEXPORTS\nside\nmore_of_it\n',
          'z.def': 'LIBRARY z.dll\nEXPORTS\nz\n',
        },
      });
      for (const name of ['y', 'z'])
        execFileSync(dlltool, ['-d', `${name}.def`, '-l', `lib${name}.a`], {
          cwd: at(),
          // It leaves temporary files.
          env: { ...process.env, TMPDIR: at() },
        });
      const words = ['-e', 'main', '-u', 'z', 'main.o', 'libw.a', 'libs.a', 'liby.a', 'libz.a'];
      const options = ['--linker', 'mingw-ld', '--provider', 'libs.a'];
      const trimmed = await trimAndLink(at(), { program, words, options });
      expect(trimmed.verdicts[`libw.a(${UNIT})`]).toBe(expectedOfGnu);
      expect(importsOf(readobj, trimmed.after)).toEqual(importsOf(readobj, trimmed.before));
    },
    PATIENCE,
  );

  needsTool('ld64.lld-19', 'clang-14', 'llvm-ar-19')(
    'a dylib with -dead_strip_dylibs',
    async ([program, compiler, archiver]) => {
      writeCObjects(at(), {
        compiler,
        archiver,
        flags: ['-target', 'x86_64-apple-macos13'],
        sources: {
          ...sources(other),
          'y.o': 'int side(void){ return 2; } int more_of_it(void){ return 3; }',
        },
        archives,
      });
      const platform = '-arch x86_64 -platform_version macos 13.0 13.0'.split(' ');
      execFileSync(program, [...platform, '-dylib', 'y.o', '-o', 'liby.dylib', '-install_name', '/y.dylib'], {
        cwd: at(),
      });
      const words = [...platform, '-dead_strip_dylibs', 'main.o', 'libw.a', 'libs.a', 'liby.dylib'];
      const options = ['--linker', 'ld64.lld', '--provider', 'libs.a'];
      const trimmed = await trimAndLink(at(), { program, words, options });
      expect(trimmed.verdicts[`libw.a(${UNIT})`]).toBe(expected);
      const [before, after] = [trimmed.before, trimmed.after].map((path) =>
        readFileSync(path).includes('/y.dylib'),
      );
      expect(after).toBe(before);
    },
    PATIENCE,
  );
});
