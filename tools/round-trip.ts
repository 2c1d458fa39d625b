// @ts-nocheck
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as srcArchiveArchive from '../src/archive/archive.js';
import * as srcArchiveReadArchive from '../src/archive/read-archive.js';
import * as srcArchiveUniversal from '../src/archive/universal.js';
import * as srcArchiveWriteArchive from '../src/archive/write-archive.js';
import * as srcEmitWriteFile from '../src/emit/write-file.js';
import * as srcLinkInputsArchiveIndex from '../src/link/inputs/archive-index.js';
import * as srcLinkInputsInputs from '../src/link/inputs/inputs.js';
import * as srcLinkInputsOpenFiles from '../src/link/inputs/open-files.js';
import * as srcSymbolsFlags from '../src/symbols/flags.js';
import { ROOT } from '../test/root.js';
import { corpus } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { eachLine, llvm } from './shared/oracles.js';

const USAGE = `Reads and writes published archives, with nothing dropped and with every third member dropped, and asks other tools:
  node tools/round-trip.js [--package text] [--links-only] [--no-links] [--verbose]
With nothing dropped the bytes must come back, or else the index and members that llvm-nm and llvm-ar list. With
members dropped the index must be the one that a ranlib makes of the same members, and the members those of llvm-ar
p. Of each kind of archive one is linked, before and after, with every linker that reads it. Exits 1 on any
difference.`;

const { values: options } = readOptions(USAGE, {
  package: { type: 'string' },
  'links-only': { type: 'boolean' },
  'no-links': { type: 'boolean' },
  verbose: { type: 'boolean' },
});
const lib = {
  ...srcArchiveReadArchive,
  ...srcArchiveUniversal,
  ...srcArchiveWriteArchive,
  ...srcArchiveArchive,
  ...srcEmitWriteFile,
  ...srcLinkInputsArchiveIndex,
  ...srcLinkInputsInputs,
  ...srcLinkInputsOpenFiles,
  ...srcSymbolsFlags,
};
/** GNU tools load whatever plugin they find, and then lose members: they get a folder without any. */
const MINGW_RANLIB = 'x86_64-w64-mingw32-ranlib';
const work = mkdtempSync(join(tmpdir(), 'ardedup-round-'));

/** By kind of archive. */
const totals = new Map();
/** Why bytes did not come back, with archives as examples. */
const reasons = new Map();
let differences = 0;
function differ(text) {
  differences++;
  if (differences <= 40) console.log(`  ${text}`);
}

async function checkFile(from, path) {
  const files = lib.openFiles();
  try {
    const file = files.open(path);
    const parts = lib.isUniversal(file.source.viewUpTo(0, 8, 'magic').bytes)
      ? lib.readUniversal(file.source).slices.map(({ offset, size }, at) => ({
          ...file,
          key: `${file.key}:${at}`,
          source: file.source.slice(offset, size, `${path}[${at}]`),
        }))
      : [file];
    for (const [at, part] of parts.entries()) {
      if (!lib.isArchive(part.source.viewUpTo(0, 8, 'magic').bytes)) continue;
      const what = `${from}, ${basename(path)}${parts.length > 1 ? `[${at}]` : ''}`;
      await checkArchive(what, part, parts.length > 1 ? cut(part) : path);
    }
  } finally {
    files.close();
  }
}

/** A slice as a file, for other tools. */
function cut({ source }) {
  const path = join(work, 'slice.a');
  lib.writeFileWhole(path, [{ kind: 'copy', offset: 0, length: source.size }], source);
  return path;
}

function write(archive, inputs, kept, path) {
  const isDarwin = archive.kind === 'darwin' || archive.kind === 'darwin64';
  const { entries } = lib.checkIndex(inputs, archive);
  const needsIndex = archive.stored.index !== null || isDarwin;
  lib.writeFileWhole(
    path,
    lib.layOutArchive(archive.stored, kept, needsIndex ? entries : null),
    archive.stored.source,
  );
}

async function checkArchive(what, file, path) {
  const { inputs } = lib.readInputs([file], 'inspect');
  const [archive] = inputs.archives;
  const { members, kind, index } = archive.stored;
  if (!totals.has(kind)) totals.set(kind, { archives: 0, members: 0, same: 0, dropped: 0, entries: 0 });
  const sums = totals.get(kind);
  sums.archives++;
  sums.members += members.length;

  const all = join(work, 'all.a');
  write(
    archive,
    inputs,
    members.map(({ ordinal }) => ordinal),
    all,
  );
  if (spawnSync('cmp', ['-s', path, all]).status === 0) sums.same++;
  else {
    const reason = whyDifferent(archive, all);
    reasons.set(reason, [...(reasons.get(reason) ?? []), what]);
    for (const [tool, list] of [
      ['llvm-nm --print-armap', armap],
      ['llvm-ar t', names],
    ]) {
      const [before, after] = [await list(path), await list(all)];
      if (before.join('\n') === after.join('\n')) continue;
      // A stale index is made right; then it is that of ranlib which counts.
      const isOrder = [...before].sort().join('\n') === [...after].sort().join('\n');
      if (list === armap && !isOrder && lib.checkIndex(inputs, archive).disagreements.length > 0) {
        const remade = await remadeArmap(archive, inputs, all);
        if (same(remade, after)) continue;
      }
      differ(
        `${what}: ${tool} lists ${before.length} before, ${after.length} after${isOrder ? ', in another order' : ''}`,
      );
    }
  }

  const kept = members.map(({ ordinal }) => ordinal).filter((ordinal) => ordinal % 3 !== 2);
  if (kept.length === members.length) return;
  const some = join(work, 'some.a');
  write(archive, inputs, kept, some);
  sums.dropped += members.length - kept.length;
  const wantedNames = kept.map((ordinal) => members[ordinal].name);
  const listed = await names(some);
  if (
    listed.join('\n') !== wantedNames.map((name) => Buffer.from(name, 'latin1').toString('latin1')).join('\n')
  )
    differ(
      `${what}, every third dropped: llvm-ar t lists ${listed.length} members, ${kept.length} were kept`,
    );
  const wanted = createHash('sha256');
  for (const ordinal of kept) {
    const { dataOffset, size } = members[ordinal];
    wanted.update(archive.stored.source.view(dataOffset, size, 'content').bytes);
  }
  if (wanted.digest('hex') !== printed(some))
    differ(`${what}, every third dropped: llvm-ar p prints other contents`);
  if (index !== null) {
    const ours = await armap(some);
    sums.entries += ours.length;
    const theirs = await remadeArmap(archive, inputs, some);
    if (!same(ours, theirs)) differ(`${what}, every third dropped: ${firstDifference(ours, theirs)}`);
  }
  if (options.verbose) console.log(`${what}: ${kind}, ${members.length} members`);
}

const same = (ours, theirs) => [...ours].sort().join('\n') === [...theirs].sort().join('\n');

function firstDifference(ours, theirs) {
  const [a, b] = [new Set(ours), new Set(theirs)];
  const only = (list, other) => list.filter((line) => !other.has(line));
  return `index of ${ours.length} entries, ranlib's has ${theirs.length}; only ours: ${only(ours, b).slice(0, 2).join('; ') || '-'}; only theirs: ${only(theirs, a).slice(0, 2).join('; ') || '-'}`;
}

/** The index that the archive's own kind of tool makes of the same members. */
async function remadeArmap(archive, inputs, path) {
  const copy = join(work, 'remade.a');
  copyFileSync(path, copy);
  const [ranlib, ...args] = isMingw(archive, inputs)
    ? [MINGW_RANLIB, '--plugin', '/dev/null', '-D']
    : [llvm('llvm-ranlib'), '-D'];
  execFileSync(ranlib, [...args, copy], { stdio: 'pipe' });
  return withPolicy(archive, inputs, await armap(copy));
}

/** GNU ar leaves weak externals out of the index; LLVM lists them. Only GNU's have COFF objects and no second index. */
function isMingw({ stored }, { format }) {
  return format === 'coff' && lib.tableOf(stored, 'second-index') === undefined;
}

/** Apple's tools leave commons out where LLVM lists them: so they are left out of what LLVM lists. */
function withPolicy(archive, inputs, lines) {
  if (!archive.kind.startsWith('darwin')) return lines;
  const commons = new Set();
  const indexed = new Set();
  const { symbols } = inputs;
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (lib.isCommon(symbols.flags[symbol]))
      commons.add(
        `${symbols.names.text(symbols.name[symbol])} in ${inputs.members[symbols.member[symbol]].name}`,
      );
  const { index } = archive;
  for (let row = 0; row < index.name.length; row++)
    indexed.add(`${symbols.names.text(index.name[row])} in ${inputs.members[index.member[row]]?.name}`);
  const leavesOut = [...commons].length > 0 && ![...commons].some((line) => indexed.has(line));
  return leavesOut ? lines.filter((line) => !commons.has(line)) : lines;
}

/** `name in member`, as the index has them; llvm-nm goes on to symbols, which are not waited for. */
async function armap(path) {
  const lines = [];
  let isInside = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '--print-armap', path], (line) => {
    if (line === 'Archive map') isInside = true;
    // COFF archives of ARM64EC have another map after it.
    else if (line === '') return false;
    else if (isInside) lines.push(line);
    else return false;
  });
  return lines;
}

async function names(path) {
  const lines = [];
  await eachLine(llvm('llvm-ar'), ['t', path], (line) => void lines.push(line));
  return lines;
}

/** Digest of what `llvm-ar p` prints: the contents one after another. */
function printed(path) {
  const out = openSync(join(work, 'printed'), 'w');
  spawnSync(llvm('llvm-ar'), ['p', path], { stdio: ['ignore', out, 'ignore'] });
  closeSync(out);
  return createHash('sha256')
    .update(readFileSync(join(work, 'printed')))
    .digest('hex');
}

/** What is not as its tool wrote it, when nothing was dropped. */
function whyDifferent(archive, path) {
  const files = lib.openFiles();
  try {
    const { stored } = archive;
    const written = lib.readArchive(files.open(path).source);
    const [before, after] = [stored.source, written.source];
    const indexOf = (from) => from.tables.find(({ role }) => role === 'index');
    const [old, made] = [indexOf(stored), indexOf(written)];
    if ((old === undefined) !== (made === undefined))
      return old ? 'it had an index without need' : 'it had no index';
    const rows = (from) =>
      from.index === null
        ? ''
        : Array.from(
            from.index.ordinal,
            (ordinal, row) =>
              `${Buffer.from(from.index.names.subarray(from.index.nameStart[row], from.index.nameEnd[row])).toString('latin1')} ${ordinal}`,
          );
    const [oldRows, newRows] = [rows(stored), rows(written)];
    if (oldRows.length !== newRows.length)
      return `its index had ${oldRows.length < newRows.length ? 'too few' : 'too many'} entries`;
    if (oldRows.length > 0 && oldRows.join('\n') !== newRows.join('\n'))
      return [...oldRows].sort().join('\n') === [...newRows].sort().join('\n')
        ? 'entries of its index were in another order'
        : 'its index named other members';
    if (old && old.name !== made.name) return `its index was called ${old.name}, now ${made.name}`;
    if (old && old.size !== made.size)
      return `its index was padded otherwise (${old.size - made.size} bytes)`;
    if (lib.tableOf(stored, 'names')?.size !== lib.tableOf(written, 'names')?.size)
      return 'its table of long names had unused entries';
    if (old && !sameTable(before, old, after, made))
      return archive.kind === 'coff'
        ? 'its first index listed the names of a member in another order'
        : 'the names of its sorted index were in another order';
    return before.size === after.size ? 'other bytes' : `${before.size - after.size} bytes at the end`;
  } finally {
    files.close();
  }
}

function sameTable(before, old, after, made) {
  const bytes = (source, { dataOffset, size }) => source.view(dataOffset, size, 'index').bytes;
  return Buffer.compare(bytes(before, old), bytes(after, made)) === 0;
}

const bin = (version, tool) => `/usr/lib/llvm-${version}/bin/${tool}`;
const VERSIONS = ['14', '15', '16', '19', '22'];
const needing = (name) => (root) => ['-u', root, ...name];
/** Linkers by what they read: each makes a whole output of what a few roots pull in, whatever is undefined. */
const elfArgs = (emulation) => [
  '--defsym=__stack_chk_fail_local=0',
  '-m',
  emulation,
  '-z',
  'execstack',
  '--unresolved-symbols=ignore-all',
];
const elfLinkers = (emulation) => [
  ...VERSIONS.map((version) => ({
    name: `ld.lld ${version}`,
    path: bin(version, 'ld.lld'),
    args: elfArgs(emulation),
  })),
  { name: 'mold', path: '/usr/bin/mold', args: elfArgs(emulation) },
];
const gnuLinkers = (emulation) =>
  ['bfd', 'gold'].map((name) => ({
    name: `ld.${name}`,
    path: `/usr/bin/ld.${name}`,
    args: elfArgs(emulation),
  }));
const SAMPLES = [
  {
    what: 'GNU, ELF x86-64',
    package: 'libssl-dev',
    file: 'libcrypto.a',
    linkers: [...gnuLinkers('elf_x86_64'), ...elfLinkers('elf_x86_64')],
  },
  {
    what: 'GNU, Rust ELF x86-64',
    package: 'perry',
    file: 'libperry_runtime.a',
    linkers: [...gnuLinkers('elf_x86_64'), ...elfLinkers('elf_x86_64')],
  },
  {
    what: 'GNU, ELF i386',
    package: 'libc6-dev-i386-cross',
    file: 'libm.a',
    linkers: [...gnuLinkers('elf_i386'), ...elfLinkers('elf_i386')],
  },
  {
    what: 'GNU, ELF arm64',
    package: 'libc6-dev-arm64-cross',
    file: 'libm.a',
    linkers: elfLinkers('aarch64linux'),
  },
  {
    what: 'GNU, ELF riscv64',
    package: 'libc6-dev-riscv64-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64lriscv'),
  },
  {
    what: 'GNU, ELF ppc64le',
    package: 'libc6-dev-ppc64el-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64lppc'),
  },
  {
    what: 'GNU, ELF s390x',
    package: 'libc6-dev-s390x-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf64_s390'),
  },
  {
    what: 'GNU, ELF mips',
    package: 'libc6-dev-mips-cross',
    file: 'libm.a',
    linkers: elfLinkers('elf32btsmip').filter(({ name }) => name !== 'mold'),
  },
  {
    what: 'Darwin, Mach-O arm64',
    package: 'skia-apple',
    file: 'libskottie.a',
    slice: 'arm64',
    linkers: VERSIONS.map((version) => ({
      name: `ld64.lld ${version}`,
      path: bin(version, 'ld64.lld'),
      args: [
        '-arch',
        'arm64',
        '-platform_version',
        'macos',
        '13.0',
        '13.0',
        '-S',
        '-dylib',
        '-flat_namespace',
        '-undefined',
        'suppress',
      ],
    })),
  },
  {
    what: 'Darwin, Rust Mach-O x86-64',
    package: 'pairing-crypto',
    file: 'libpairing_crypto_c.a',
    slice: 'x86_64',
    linkers: VERSIONS.map((version) => ({
      name: `ld64.lld ${version}`,
      path: bin(version, 'ld64.lld'),
      args: [
        '-arch',
        'x86_64',
        '-platform_version',
        'ios',
        '13.0',
        '13.0',
        '-S',
        '-dylib',
        '-flat_namespace',
        '-undefined',
        'suppress',
      ],
    })),
  },
  {
    what: 'COFF, import library',
    package: 'sharp-libvips',
    file: 'libvips.lib',
    rootsIn: 'coff-import',
    linkers: VERSIONS.map((version) => ({
      name: `lld-link ${version}`,
      path: bin(version, 'lld-link'),
      root: (root) => [`/include:${root}`],
      out: (path) => [`/out:${path}`],
      args: ['/dll', '/noentry', '/force:unresolved', '/machine:x64', '/Brepro'],
    })),
  },
  {
    what: 'GNU, COFF x86-64',
    package: 'libz-mingw',
    file: 'x86_64-w64-mingw32/lib/libz.a',
    linkers: [
      { name: 'mingw ld', path: '/usr/bin/x86_64-w64-mingw32-ld', args: ['-r'] },
      ...VERSIONS.map((version) => ({
        name: `lld-link ${version}`,
        path: bin(version, 'lld-link'),
        root: (root) => [`/include:${root}`],
        out: (path) => [`/out:${path}`],
        args: ['/dll', '/noentry', '/force:unresolved', '/machine:x64', '/Brepro', '/lldmingw'],
      })),
    ],
  },
  {
    what: 'GNU, WebAssembly',
    package: 'wasi-libc',
    file: 'wasm32-wasi/libc.a',
    linkers: VERSIONS.map((version) => ({
      name: `wasm-ld ${version}`,
      path: bin(version, 'wasm-ld'),
      args: ['--no-entry', '--allow-undefined'],
    })),
  },
];

/** How many roots a link gets: definitions of members all over the archive. */
const ROOTS = 12;
const links = [];

async function checkLinks() {
  for (const sample of SAMPLES) {
    if (options.package && !sample.package.includes(options.package)) continue;
    let found: unknown;
    for (const { name, files } of corpus(sample.package)) {
      found = files.find(
        ({ path }) => path.endsWith(`/${sample.file}`) && /macos|^(?!.*xcframework)/.test(path),
      );
      if (found) {
        linkSample(sample, name, found.path);
        break;
      }
    }
    if (!found) differ(`${sample.file} of ${sample.package} is not there to be linked`);
  }
}

function linkSample(sample, from, path) {
  const files = lib.openFiles();
  try {
    let file = files.open(path);
    let original = path;
    if (sample.slice) {
      const archs = execFileSync(llvm('llvm-lipo'), ['-archs', path], { encoding: 'utf8' }).trim().split(' ');
      const { offset, size } = lib.readUniversal(file.source).slices[archs.indexOf(sample.slice)];
      file = { ...file, source: file.source.slice(offset, size, path) };
      original = cut(file);
    }
    const { inputs } = lib.readInputs([file], 'inspect');
    const [archive] = inputs.archives;
    const { members } = archive.stored;
    const kept = members.map(({ ordinal }) => ordinal).filter((ordinal) => ordinal % 3 !== 2);
    const folders = ['before', 'after', 'made', 'some'].map((folder) => join(work, folder));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const [before, after, made, some] = folders;
    copyFileSync(original, join(before, 'lib.a'));
    write(
      archive,
      inputs,
      members.map(({ ordinal }) => ordinal),
      join(after, 'lib.a'),
    );
    write(archive, inputs, kept, join(some, 'lib.a'));
    makeOfSame(archive, inputs, kept, join(made, 'lib.a'));
    const roots = rootsOf(archive, inputs, kept, sample.rootsIn);
    for (const linker of sample.linkers.filter(({ path: program }) => existsSync(program))) {
      const whole = sameLink(linker, roots, before, after);
      const dropped = sameLink(linker, roots, made, some);
      links.push([`${sample.what}`, linker.name, whole, dropped]);
      if (whole.startsWith('differs') || dropped.startsWith('differs'))
        differ(`${from}, ${sample.file}, ${linker.name}: ${whole}; ${dropped}`);
    }
  } finally {
    files.close();
  }
}

/** What llvm-ar, llvm-lib or GNU ar makes of the kept members, from files of their own. */
function makeOfSame(archive, inputs, kept, out) {
  const { members, source } = archive.stored;
  const folder = join(work, 'members');
  rmSync(folder, { recursive: true, force: true });
  const paths = kept.map((ordinal) => {
    const { name, dataOffset, size } = members[ordinal];
    mkdirSync(join(folder, String(ordinal)), { recursive: true });
    const path = join(folder, String(ordinal), basename(name));
    writeFileSync(path, source.view(dataOffset, size, 'content').bytes);
    return path;
  });
  const list = join(work, 'members.rsp');
  const isLibrary = lib.tableOf(archive.stored, 'second-index') !== undefined;
  // lib.exe puts the last object first, and so does llvm-lib since 19.
  writeFileSync(list, (isLibrary ? paths.reverse() : paths).map((path) => `"${path}"`).join('\n'));
  rmSync(out, { force: true });
  if (isLibrary)
    execFileSync(llvm('llvm-lib'), [`/out:${out}`, '/machine:x64', `@${list}`], { stdio: 'pipe' });
  else if (isMingw(archive, inputs))
    execFileSync('x86_64-w64-mingw32-ar', ['qcsD', out, `@${list}`], { stdio: 'pipe' });
  else {
    const format = archive.kind.startsWith('darwin') ? 'darwin' : 'gnu';
    execFileSync(llvm('llvm-ar'), ['qcsD', `--format=${format}`, out, `@${list}`], { stdio: 'pipe' });
  }
}

/** Names that one kept member defines, spread over the archive. */
function rootsOf(archive, inputs, kept, format) {
  const { symbols } = inputs;
  const definers = new Map();
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (lib.isDefined(symbols.flags[symbol]))
      definers.set(symbols.name[symbol], (definers.get(symbols.name[symbol]) ?? 0) + 1);
  const found = [];
  const step = Math.max(1, Math.floor(kept.length / ROOTS));
  for (let at = 0; at < kept.length; at += step) {
    const member = archive.firstMember + kept[at];
    if (format !== undefined && inputs.contents[member].info?.format !== format) continue;
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
      if (
        lib.isDefinition(symbols.flags[symbol]) &&
        !lib.isWeak(symbols.flags[symbol]) &&
        definers.get(symbols.name[symbol]) === 1
      ) {
        found.push(symbols.names.text(symbols.name[symbol]));
        break;
      }
  }
  return found;
}

/** The same command in two folders: the same words, the same output, byte for byte. */
function sameLink(linker, roots, one, other) {
  const results = [one, other].map((folder) => {
    const out = join(folder, 'out');
    rmSync(out, { force: true });
    const words = [
      ...(linker.out ? linker.out('out') : ['-o', 'out']),
      ...linker.args,
      ...roots.flatMap(linker.root ?? needing([])),
      'lib.a',
    ];
    const { status, stderr } = spawnSync(linker.path, words, {
      cwd: folder,
      encoding: 'latin1',
      maxBuffer: 1 << 28,
    });
    const bytes = existsSync(out) ? readFileSync(out) : null;
    return { status, stderr, bytes };
  });
  const [a, b] = results;
  if (a.status !== b.status) return `differs: exit ${a.status}, then ${b.status}`;
  if (a.bytes === null && b.bytes === null) {
    // Which of several errors comes first is up to its threads.
    if (options.verbose) console.log(`${linker.name}: ${a.stderr.split('\n')[0]}`);
    return 'refused before, too';
  }
  if (a.bytes === null || b.bytes === null) return 'differs: no output';
  if (a.stderr !== b.stderr) return 'differs: other messages';
  return a.bytes.equals(b.bytes) ? `same ${Math.round(a.bytes.length / 1000)} kB` : 'differs: other bytes';
}

function print() {
  table([
    ['archive', 'archives', 'members', 'same bytes', 'members dropped', 'index entries compared'],
    ...[...totals].map(([kind, { archives, members, same: equal, dropped, entries }]) => [
      kind,
      archives,
      members,
      equal,
      dropped,
      entries,
    ]),
  ]);
  if (reasons.size > 0) console.log('\nnot the same bytes, the same index and members:');
  for (const [reason, where] of reasons)
    console.log(
      `  ${where.length} × ${reason}: ${where.slice(0, 2).join('; ')}${where.length > 2 ? '; …' : ''}`,
    );
  if (links.length > 0) table([['link', 'linker', 'nothing dropped', 'every third dropped'], ...links]);
  console.log(`\ndifferences: ${differences}`);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, at) => String(cell).padEnd(widths[at]))
        .join('   ')
        .trimEnd(),
    );
}

try {
  if (!options['links-only'])
    for (const { name, files } of corpus(options.package))
      for (const { path, kind } of files) if (kind !== 'object') await checkFile(name, path);
  if (!options['no-links']) await checkLinks();
} finally {
  rmSync(work, { recursive: true, force: true });
}
print();
process.exitCode = differences > 0 ? 1 : 0;
