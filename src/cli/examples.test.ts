import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect } from 'vitest';
import { folderState } from '../../test/folder-state.js';
import { isBuilt, PROGRAM } from '../../test/oracles/run-program.js';
import { needsTool } from '../../test/oracles/tools.js';
import { useFolder } from '../../test/use-folder.js';

/** examples/, each built by its own tools: starving without ardedup, passing with it, and the same again. */

const ROOT = join(import.meta.dirname, '../..');
const ARCHIVES = join(ROOT, 'fixtures/founding/elf');
/** Options that let the linker load both copies of the runtime, so that the program starves. */
const ALLOW = '-Wl,-z,muldefs';

const at = useFolder((_, context) => {
  if (!isBuilt() || process.platform !== 'linux' || process.arch !== 'x64')
    context.skip('not built, or not Linux on x86-64');
  mkdirSync(at('tools'));
  symlinkSync(PROGRAM, at('tools/ardedup'));
  symlinkSync(join(ROOT, 'bin/ardedup-cc.js'), at('tools/ardedup-cc'));
});

/** How an example is built from nothing. @param isPlain without ardedup, duplicates allowed */
type Build = (run: (program: string, ...args: string[]) => void, isPlain: boolean) => void;

function built(
  example: string,
  program: string,
  build: Build,
  isPlain: boolean,
): { said: string; bytes: Buffer } {
  rmSync(at('work'), { recursive: true, force: true });
  cpSync(join(ROOT, 'examples', example), at('work'), {
    recursive: true,
    filter: (path) => !/\/(?:target|build)$/.test(path),
  });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [at('tools'), process.env.PATH, join(process.env.HOME ?? '', '.cargo/bin')].join(delimiter),
    ARCHIVES,
    ARDEDUP_CACHE_DIR: at('cache'),
    ...(isPlain ? { ARDEDUP: 'off', LDFLAGS: ALLOW, RUSTFLAGS: `-Clink-arg=${ALLOW}` } : {}),
  };
  build((tool, ...args) => execFileSync(tool, args, { cwd: at('work'), env, stdio: 'pipe' }), isPlain);
  const path = at(`work/${program}`);
  return { said: run(path), bytes: readFileSync(path) };
}

function run(path: string): string {
  try {
    return execFileSync(path, { encoding: 'utf8' }).trim();
  } catch (error) {
    return String((error as { stdout: string }).stdout).trim();
  }
}

const cmake =
  (generator: string): Build =>
  (run, isPlain) => {
    const flags = isPlain ? [`-DCMAKE_EXE_LINKER_FLAGS=${ALLOW}`] : [];
    run('cmake', '-G', generator, '-S', '.', '-B', 'build', `-DARCHIVES=${ARCHIVES}`, ...flags);
    run('cmake', '--build', 'build');
  };

/** With the package's module, whose path and the build's has a blank. */
const cmakeModule =
  (generator: string): Build =>
  (run, isPlain) => {
    const flags = isPlain ? [`-DCMAKE_EXE_LINKER_FLAGS=${ALLOW}`] : [];
    rmSync(at('a package'), { recursive: true, force: true });
    mkdirSync(at('a package'));
    for (const part of ['bin', 'dist', 'integrations', 'package.json', 'schema', 'docs'])
      symlinkSync(join(ROOT, part), at(`a package/${part}`));
    const places = [`-DARCHIVES=${ARCHIVES}`, `-DINTEGRATIONS=${at('a package/integrations')}`];
    run('cmake', '-G', generator, '-S', '.', '-B', 'a build', ...places, ...flags);
    run('cmake', '--build', 'a build');
  };

const mesonNative: Build = (run) => {
  const native = ['--native-file', join(ROOT, 'integrations/meson/ardedup.ini')];
  run('env', 'ARDEDUP_PROVIDER=libstdlib.a', 'meson', 'setup', ...native, 'build', `-Darchives=${ARCHIVES}`);
  run('env', 'ARDEDUP_PROVIDER=libstdlib.a', 'meson', 'compile', '-C', 'build');
};

const meson: Build = (run) => {
  const settings = ['ARDEDUP_PROVIDER=libstdlib.a', 'CC=ardedup-cc'];
  run('env', ...settings, 'meson', 'setup', 'build', `-Darchives=${ARCHIVES}`);
  run('env', ...settings, 'meson', 'compile', '-C', 'build');
};

const ninja: Build = (run, isPlain) => {
  const settings = readFileSync(at('work/settings.ninja'), 'utf8')
    .replace(/^archives = .*$/m, `archives = ${ARCHIVES}`)
    .replace(/^flags =$/m, `flags = ${isPlain ? ALLOW : ''}`);
  writeFileSync(at('work/settings.ninja'), settings);
  run('ninja');
};

/** The library, found as an installed package is. */
const compilerDriver: Build = (run, isPlain) => {
  mkdirSync(at('work/node_modules'));
  symlinkSync(ROOT, at('work/node_modules/ardedup'));
  run(process.execPath, 'compile.mjs', ARCHIVES, ...(isPlain ? [ALLOW] : []));
};

describe('examples', () => {
  const examples: [title: string, example: string, program: string, tools: string[], build: Build][] = [
    ['make', 'make', 'program', ['make'], (run) => run('make')],
    ['cmake with Ninja', 'cmake', 'build/program', ['cmake', 'ninja'], cmake('Ninja')],
    ['cmake with Makefiles', 'cmake', 'build/program', ['cmake', 'make'], cmake('Unix Makefiles')],
    [
      'the CMake module with Ninja',
      'cmake-module',
      'a build/program',
      ['cmake', 'ninja'],
      cmakeModule('Ninja'),
    ],
    [
      'the CMake module with Makefiles',
      'cmake-module',
      'a build/program',
      ['cmake', 'make'],
      cmakeModule('Unix Makefiles'),
    ],
    ['ninja', 'ninja', 'program', ['ninja'], ninja],
    ['the native file for Meson', 'meson', 'build/program', ['meson', 'ninja'], mesonNative],
    ['meson', 'meson', 'build/program', ['meson', 'ninja'], meson],
    ['a compiler driver with the library', 'compiler-driver', 'program', [], compilerDriver],
    [
      'cargo',
      'cargo',
      'target/debug/program',
      ['cargo', 'rustc'],
      (run) => run('cargo', 'build', '--offline'),
    ],
  ];
  for (const [title, example, program, tools, build] of examples)
    needsTool('cc', ...tools)(
      title,
      () => {
        expect(built(example, program, build, true).said).toBe('starved');
        const first = built(example, program, build, false);
        expect(first.said).toBe('PASS');
        // The library has no cache.
        mkdirSync(at('cache/plans'), { recursive: true });
        const plans = folderState(at('cache/plans'));
        const second = built(example, program, build, false);
        expect(second.bytes.equals(first.bytes)).toBe(true);
        expect(folderState(at('cache/plans'))).toEqual(plans);
      },
      180_000,
    );
});
