import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';
import { countDuplicates, LINKERS, type PerryLinker, withoutErrorLimit } from './perry/linkers.js';
import { debianSource } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { printTable } from './shared/table.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Builds real C libraries twice, in two folders and in several ways, links both archives whole, and prints the duplicates
that each ELF linker reports before and after \`ardedup trim\`, and whether the trimmed link succeeds. Needs curl, gcc
and binutils. Exits 1 if a trimmed archive makes a link fail that its duplicates were the only fault of.

node tools/run.js rebuilt-pairs`;

/** A library by its Debian source package. */
interface Library {
  readonly name: string;
  /** Path in the pool, and its SHA-256. */
  readonly source: readonly [path: string, sha256: string];
  /** Folder of its sources. */
  readonly folder: string;
  readonly sources: RegExp;
  readonly options?: readonly string[];
}

const LIBRARIES: readonly Library[] = [
  {
    name: 'zlib 1.2.13',
    source: [
      'z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2',
      '71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1',
    ],
    folder: 'zlib-1.2.13.dfsg',
    sources: /\.c$/,
    options: ['-DHAVE_UNISTD_H'],
  },
  {
    name: 'bzip2 1.0.8',
    source: [
      'b/bzip2/bzip2_1.0.8.orig.tar.gz',
      'ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269',
    ],
    folder: 'bzip2-1.0.8',
    sources: /^(blocksort|huffman|crctable|randtable|compress|decompress|bzlib)\.c$/,
  },
  {
    name: 'expat 2.5.0',
    source: [
      'e/expat/expat_2.5.0.orig.tar.gz',
      'ab00ee05c7067fd10a35c5d2a4922ebba746ddd50ff83b79c828da17bbdf1757',
    ],
    folder: 'libexpat-R_2_5_0/expat/lib',
    sources: /^xml(parse|role|tok)\.c$/,
    options: ['-DXML_DEV_URANDOM', '-DXML_NS', '-DXML_DTD', '-DXML_CONTEXT_BYTES=1024', '-DBYTEORDER=1234'],
  },
  {
    name: 'lz4 1.9.4',
    source: [
      'l/lz4/lz4_1.9.4.orig.tar.gz',
      '0b0e3aa07c8c063ddf40b082bdf7e37a1562bda40a0ff5272957f3e987e0e54b',
    ],
    folder: 'lz4-1.9.4/lib',
    sources: /\.c$/,
  },
];

/** How the second archive is built. The first is built with `-O2`, by paths that begin at its own folder. */
interface Way {
  readonly title: string;
  readonly options: readonly string[];
  /** Passed to the compiler as an absolute path, which `assert` and debug information record. */
  readonly isAbsolute?: boolean;
  readonly strip?: string;
}

const WAYS: readonly Way[] = [
  { title: 'another folder', options: ['-O2'] },
  { title: 'another folder, absolute paths', options: ['-O2'], isAbsolute: true },
  { title: '-g', options: ['-O2', '-g'] },
  { title: '-g, then strip -g', options: ['-O2', '-g'], strip: '-g' },
  { title: 'strip --strip-unneeded', options: ['-O2'], strip: '--strip-unneeded' },
  { title: '-O1 (another program)', options: ['-O1'] },
];

readOptions(USAGE, {});
const work = workFolder('rebuilt-pairs');
const archiver = 'ar';
let misses = 0;

function build({ folder, sources, options = [], source }: Library, way: Way, place: string): string {
  const home = join(work, place);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['xf', debianSource(...source), '-C', home]);
  const cwd = join(home, folder);
  const files = readdirSync(cwd)
    .filter((file) => sources.test(file))
    .sort();
  for (const file of files)
    execFileSync('gcc', ['-c', ...options, ...way.options, way.isAbsolute ? join(cwd, file) : file], { cwd });
  const objects = files.map((file) => file.replace(/\.c$/, '.o'));
  if (way.strip) execFileSync('strip', [way.strip, ...objects], { cwd });
  const archive = join(home, `lib${place}.a`);
  execFileSync(archiver, ['rcs', archive, ...objects], { cwd });
  return archive;
}

const whole = (object: string, archives: readonly string[]): string[] => [
  ...['-e', 'main', object, '--whole-archive', ...archives, '--no-whole-archive'],
  '--unresolved-symbols=ignore-all',
];

function link(
  linker: PerryLinker,
  line: readonly string[],
): { readonly duplicates: number; readonly works: boolean } {
  const { status, stderr } = spawnSync(
    linker.path,
    [...withoutErrorLimit(linker), '-o', join(work, 'linked'), ...line],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  return { duplicates: countDuplicates(stderr), works: status === 0 };
}

/** @returns duplicates before and after, and whether the trimmed link succeeds */
function measure(linker: PerryLinker, object: string, archives: readonly string[]): string {
  const before = link(linker, whole(object, archives));
  const out = join(work, 'trimmed');
  rmSync(out, { recursive: true, force: true });
  const words = [
    'trim',
    '-q',
    '--no-config',
    '--linker',
    linker.id,
    '--out-dir',
    out,
    '--',
    'ld',
    ...whole(object, archives),
  ];
  execFileSync(process.execPath, [join(ROOT, 'bin/ardedup.js'), ...words], { stdio: 'ignore' });
  const written = readdirSync(out);
  const trimmed = archives.map((path) => written.find((file) => path.endsWith(`/${file}`)) ?? path);
  const after = link(
    linker,
    whole(
      object,
      trimmed.map((file) => (file.startsWith('/') ? file : join(out, file))),
    ),
  );
  if (after.duplicates > before.duplicates || (after.duplicates === 0 && !after.works)) misses++;
  return `${before.duplicates} → ${after.duplicates}${after.works ? '' : ', fails'}`;
}

writeFileSync(join(work, 'main.c'), 'int main(void) { return 0; }\n');
execFileSync('gcc', ['-c', '-o', join(work, 'main.o'), join(work, 'main.c')]);
const rows = LIBRARIES.flatMap((library) =>
  WAYS.map((way) => {
    const archives = [build(library, { title: '', options: ['-O2'] }, 'one'), build(library, way, 'other')];
    return [
      library.name,
      way.title,
      ...LINKERS.map((linker) => measure(linker, join(work, 'main.o'), archives)),
    ];
  }),
);
printTable([['library', 'second build', ...LINKERS.map(({ title }) => title)], ...rows]);
console.log(misses === 0 ? '' : `\n${misses} trimmed links are worse than the given ones`);
process.exitCode = misses === 0 ? 0 : 1;
