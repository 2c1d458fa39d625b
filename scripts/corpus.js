// Fetches large real archives by exact version into .corpus/, once. They are never committed.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CORPUS = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../.corpus');

const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });

/** The folder of an unpacked npm package; `.zst` files in it are unpacked beside themselves. */
export function npmPackage(spec) {
  const folder = join(CORPUS, spec.replace(/[/@]/g, '_'));
  if (existsSync(folder)) return join(folder, 'package');
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    console.error(`fetching ${spec} …`);
    run('npm', ['pack', spec, '--silent', '--pack-destination', temporary]);
    const [tarball] = readdirSync(temporary);
    run('tar', ['xzf', join(temporary, tarball), '-C', temporary]);
    rmSync(join(temporary, tarball));
    for (const file of readdirSync(join(temporary, 'package'), { recursive: true }))
      if (file.endsWith('.zst')) run('zstd', ['-dq', '--rm', join(temporary, 'package', file)]);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return join(folder, 'package');
}

/** The folder of an unpacked Debian package, `name=version`. */
export function debianPackage(spec) {
  const folder = join(CORPUS, spec.replace(/[=:/]/g, '_'));
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    console.error(`fetching ${spec} …`);
    run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', spec], { cwd: temporary });
    const [deb] = readdirSync(temporary);
    run('dpkg-deb', ['-x', join(temporary, deb), temporary]);
    rmSync(join(temporary, deb));
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}
