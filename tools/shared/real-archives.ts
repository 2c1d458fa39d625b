// The real archives that `npm run parity` makes lines of: Debian's static libraries for this machine, the founding
// case's archives, the same with all of Rust's standard library, where rustc is, and Perry's published libraries.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RealArchives } from '../../test/oracles/parity-command.js';
import { ROOT } from '../../test/root.js';
import { nativePackages, npmPackage } from './corpus.js';

const FOUNDING = join(ROOT, 'fixtures/founding');

/** @param work a folder for what has to be built */
export function realArchives(work: string): RealArchives[] {
  const pools = [debian(), founding(join(FOUNDING, 'elf'), 'founding case')];
  if (spawnSync('rustc', ['--version']).status === 0) {
    execFileSync(join(FOUNDING, 'full-std/build.sh'), [work], { stdio: ['ignore', 'ignore', 'inherit'] });
    pools.push(founding(work, 'founding case with all of std'));
  } else console.error('no rustc: no Rust archives with all of std');
  // Most of the lines are of Debian's archives.
  return [pools[0], pools[0], pools[0], ...pools, perry()];
}

/** Hundreds of megabytes: a few lines of them take as long as all others. */
function perry(): RealArchives {
  const folder = join(npmPackage('@perryts/perry-linux-x64@0.5.1520'), 'lib');
  const archives = ['runtime', 'ui_gtk4', 'stdlib'].map((name) => sized(join(folder, `libperry_${name}.a`)));
  return { title: 'Perry', archives, base: archives[2].path, names: '^(js|perry)_', every: 180 };
}

function debian(): RealArchives {
  const archives = [...nativePackages()].flatMap(({ files }) =>
    files
      .filter(({ path, kind }) => kind === 'archive' && path.endsWith('.a'))
      .map(({ path }) => sized(path)),
  );
  const base = archives.find(({ path }) => path.endsWith('/libc.a'))?.path;
  return { title: 'Debian', archives, ...(base === undefined ? {} : { base }) };
}

function founding(folder: string, title: string): RealArchives {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.a'))
    .sort();
  const archives = paths.map((name) => sized(join(folder, name)));
  return { title, archives, base: join(folder, 'libstdlib.a'), names: '^(ext_|evt_|stdlib_|rt_)' };
}

const sized = (path: string) => ({ path, size: statSync(path).size });
