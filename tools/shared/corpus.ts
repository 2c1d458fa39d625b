// Fetches large real archives by exact version into .corpus/, once. They are never committed.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../test/root.js';

const CORPUS = join(ROOT, '.corpus');

/** An archive or object of a package. */
export interface StaticFile {
  readonly path: string;
  readonly kind: 'archive' | 'universal' | 'object';
}

export interface Package {
  /** With its version. */
  readonly name: string;
  readonly files: readonly StaticFile[];
}

const run = (command: string, args: readonly string[], cwd?: string): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...(cwd ? { cwd } : {}) });

/** The folder of an unpacked npm package; `.zst` files in it are unpacked beside themselves. */
export function npmPackage(spec: string): string {
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
    for (const file of readdirSync(join(temporary, 'package'), { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.zst')) run('zstd', ['-dq', '--rm', join(temporary, 'package', file)]);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return join(folder, 'package');
}

/** The folder of an unpacked Debian package, `name=version`. */
export function debianPackage(spec: string): string {
  const folder = join(CORPUS, spec.replace(/[=:/]/g, '_'));
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    console.error(`fetching ${spec} …`);
    run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', spec], temporary);
    const [deb] = readdirSync(temporary);
    run('dpkg-deb', ['-x', join(temporary, deb), temporary]);
    rmSync(join(temporary, deb));
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/**
 * The tarball of a Debian source package.
 *
 * @param path in the pool: `z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2`
 */
export function debianSource(path: string, sha256: string): string {
  const file = join(CORPUS, basename(path));
  if (!existsSync(file)) {
    console.error(`fetching ${path} …`);
    mkdirSync(CORPUS, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    run('curl', ['-sfL', '-o', temporary, `http://deb.debian.org/debian/pool/main/${path}`]);
    renameSync(temporary, file);
  }
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== sha256) throw new Error(`${file}: SHA-256 ${found}, expected ${sha256}`);
  return file;
}

/** npm packages with static archives of others, by exact version. */
const NPM = [
  '@perryts/perry-linux-x64@0.5.1520',
  'emnapi@1.11.3',
  '@ammarahmed/react-native-sodium@1.5.2',
  'react-native-nitro-ark@0.0.125',
  '@img/sharp-libvips-win32-x64@1.3.3',
  'react-native-skia-apple-macos@154.0.0',
  '@mattrglobal/pairing-crypto-rn@0.3.0',
];

/** Targets that Debian has a C library for; of some, the C++ library too. */
const LIBC_TARGETS = [
  'armel',
  'armhf',
  'arm64',
  'hppa',
  'i386',
  'm68k',
  'mips',
  'mipsel',
  'mips64el',
  'mipsn32',
  'powerpc',
  'ppc64',
  'ppc64el',
  'riscv64',
  's390x',
  'sh4',
  'sparc64',
  'x32',
];
const CXX_TARGETS = ['armhf', 'hppa', 'm68k', 'mips', 'powerpc', 'ppc64', 'riscv64', 's390x', 'sparc64'];

/** Debian packages for x86-64, in the version that this machine's apt has. */
const NATIVE = [
  'libc6-dev',
  'libssl-dev',
  'zlib1g-dev',
  'libsqlite3-dev',
  'libprotobuf-dev',
  'libcurl4-openssl-dev',
  'libboost-regex1.74-dev',
  'libgmp-dev',
  'libpng-dev',
  'libstdc++-12-dev',
];

const DEBIAN = [
  ...NATIVE,
  ...LIBC_TARGETS.map((target) => `libc6-dev-${target}-cross`),
  'libc6.1-dev-alpha-cross',
  ...CXX_TARGETS.map((target) => `libstdc++-12-dev-${target}-cross`),
  'wasi-libc',
  'libc++-19-dev-wasm32',
  'libc++abi-19-dev-wasm32',
  'libz-mingw-w64-dev',
  'mingw-w64-x86-64-dev',
];

/** Kind of a file by its first bytes; null for linker scripts and other files named `.a`. */
function kindOf(path: string): StaticFile['kind'] | null {
  const head = Buffer.alloc(8);
  const file = openSync(path, 'r');
  const length = readSync(file, head, 0, 8, 0);
  closeSync(file);
  const text = head.toString('latin1', 0, length);
  if (text === '!<arch>\n' || text === '!<thin>\n') return 'archive';
  if (head.readUInt32BE(0) === 0xcafebabe || head.readUInt32BE(0) === 0xcafebabf) return 'universal';
  const isCoff = /\.(o|obj)$/.test(path) && [0x8664, 0x14c].includes(head.readUInt16LE(0));
  return isCoff || text.startsWith('\x7fELF') || text.startsWith('\0asm') ? 'object' : null;
}

/** Archives and objects in a folder, sorted by path. */
function staticFilesIn(folder: string): StaticFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(a|lib|o|obj)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .flatMap((path) => {
      const kind = kindOf(path);
      return kind === null ? [] : [{ path, kind }];
    });
}

/** The version that apt would install, exactly; null when it knows of none. */
function candidate(name: string): string | null {
  const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  const version = /Candidate: (\S+)/.exec(stdout ?? '')?.[1];
  return version && version !== '(none)' ? `${name}=${version}` : null;
}

/**
 * Every package with its static files, fetched when the caller gets to it. A package that cannot be had is left out and
 * reported on stderr.
 */
export function* corpus(filter = ''): Generator<Package> {
  const wanted = (name: string) => name.includes(filter);
  for (const spec of NPM.filter(wanted)) yield { name: spec, files: staticFilesIn(npmPackage(spec)) };
  yield* debianPackages(DEBIAN.filter(wanted));
}

/** Those of Debian's packages whose archives this machine's linkers link. */
export const nativePackages = (): Generator<Package> => debianPackages(NATIVE);

function* debianPackages(names: readonly string[]): Generator<Package> {
  for (const name of names) {
    const spec = candidate(name);
    if (spec === null) console.error(`apt knows no ${name}: left out`);
    else yield { name: spec, files: staticFilesIn(debianPackage(spec)) };
  }
}
