// The real archives that `npm run parity` makes lines of: Debian's static libraries for this machine, the founding case's
// archives, and the same with all of Rust's standard library, where rustc is.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nativePackages } from './corpus.js';

const FOUNDING = new URL('../fixtures/founding/', import.meta.url).pathname;

/** @param work a folder for what has to be built */
export function realArchives(work) {
  const pools = [debian(), founding(join(FOUNDING, 'elf'), 'founding case')];
  if (spawnSync('rustc', ['--version']).status === 0) {
    execFileSync(join(FOUNDING, 'full-std/build.sh'), [work], { stdio: ['ignore', 'ignore', 'inherit'] });
    pools.push(founding(work, 'founding case with all of std'));
  } else console.error('no rustc: no Rust archives with all of std');
  // Most of the lines are of Debian's archives.
  return [pools[0], pools[0], pools[0], ...pools];
}

function debian() {
  const archives = [...nativePackages()].flatMap(({ files }) =>
    files
      .filter(({ path, kind }) => kind === 'archive' && path.endsWith('.a'))
      .map(({ path }) => sized(path)),
  );
  return { title: 'Debian', archives, base: archives.find(({ path }) => path.endsWith('/libc.a'))?.path };
}

function founding(folder, title) {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.a'))
    .sort();
  const archives = paths.map((name) => sized(join(folder, name)));
  return { title, archives, base: join(folder, 'libstdlib.a'), names: '^(ext_|evt_|stdlib_|rt_)' };
}

const sized = (path) => ({ path, size: statSync(path).size });
