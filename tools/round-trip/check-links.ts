import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tableOf } from '../../src/archive/archive.js';
import { readUniversal } from '../../src/archive/universal.js';
import { type OpenFiles, openFiles } from '../../src/link/inputs/open-files.js';
import { isDefined, isDefinition, isWeak } from '../../src/symbols/flags.js';
import type { MemberId, SymbolTable } from '../../src/symbols/table.js';
import { corpus } from '../shared/corpus.js';
import { llvm } from '../shared/llvm.js';
import {
  allMembers,
  cutSlice,
  isMingw,
  mostMembers,
  type ReadArchive,
  readArchiveFile,
  writeArchive,
} from './archives.js';
import { type LinkSample, SAMPLES, type SampleLinker } from './link-samples.js';
import type { Outcome } from './outcome.js';

/** How many roots a link gets: definitions of members all over the archive. */
const ROOTS = 12;

export interface LinkCheck {
  readonly work: string;
  readonly outcome: Outcome;
  /** Part of the names of packages. */
  readonly package?: string | undefined;
  readonly isVerbose: boolean;
}

/** Links samples with the archive as given and as written, with every linker that is here. */
export function checkLinks(check: LinkCheck): void {
  for (const sample of SAMPLES) {
    if (check.package && !sample.package.includes(check.package)) continue;
    const found = findSample(sample);
    if (found === null) check.outcome.differ(`${sample.file} of ${sample.package} is not there to be linked`);
    else linkSample(sample, found.from, found.path, check);
  }
}

function findSample(sample: LinkSample): { readonly from: string; readonly path: string } | null {
  for (const { name, files } of corpus(sample.package)) {
    const found = files.find(
      ({ path }) => path.endsWith(`/${sample.file}`) && /macos|^(?!.*xcframework)/.test(path),
    );
    if (found) return { from: name, path: found.path };
  }
  return null;
}

function linkSample(sample: LinkSample, from: string, path: string, check: LinkCheck): void {
  const { work, outcome, isVerbose } = check;
  const files = openFiles();
  try {
    const { read, original } = openSample(sample, files, path, work);
    const folder = (name: string) => {
      mkdirSync(join(work, name), { recursive: true });
      return join(work, name);
    };
    const [before, after, made, some] = ['before', 'after', 'made', 'some'].map(folder);
    const kept = mostMembers(read);
    copyFileSync(original, join(before, 'lib.a'));
    writeArchive(read, allMembers(read), join(after, 'lib.a'));
    writeArchive(read, kept, join(some, 'lib.a'));
    makeOfSame(read, kept, join(made, 'lib.a'), work);
    const roots = rootsOf(read, kept, sample.rootsIn);
    for (const linker of sample.linkers.filter(({ path: program }) => existsSync(program))) {
      const whole = compareLinks(linker, roots, before, after, isVerbose);
      const dropped = compareLinks(linker, roots, made, some, isVerbose);
      outcome.addLink(sample.title, linker.name, whole, dropped);
      if (whole.startsWith('differs') || dropped.startsWith('differs'))
        outcome.differ(`${from}, ${sample.file}, ${linker.name}: ${whole}; ${dropped}`);
    }
  } finally {
    files.close();
  }
}

/** @returns the archive, and the path of a file that is it */
function openSample(
  sample: LinkSample,
  files: OpenFiles,
  path: string,
  work: string,
): { readonly read: ReadArchive; readonly original: string } {
  const file = files.open(path);
  if (sample.slice === undefined) return { read: readArchiveFile(file), original: path };
  const listed = execFileSync(llvm('llvm-lipo'), ['-archs', path], { encoding: 'utf8' });
  const at = listed.trim().split(' ').indexOf(sample.slice);
  const { offset, size } = readUniversal(file.source).slices[at];
  const slice = { ...file, source: file.source.slice(offset, size, path) };
  return { read: readArchiveFile(slice), original: cutSlice(slice, work) };
}

/** Makes an archive of the kept members, extracted to files, with llvm-ar, llvm-lib or GNU ar. */
function makeOfSame(read: ReadArchive, kept: readonly number[], out: string, work: string): void {
  const { archive } = read;
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
  const isLibrary = tableOf(archive.stored, 'second-index') !== undefined;
  // lib.exe puts the last object first, and so does llvm-lib since 19.
  writeFileSync(list, (isLibrary ? paths.reverse() : paths).map((path) => `"${path}"`).join('\n'));
  rmSync(out, { force: true });
  const format = archive.kind.startsWith('darwin') ? 'darwin' : 'gnu';
  const [tool, ...args] = isLibrary
    ? [llvm('llvm-lib'), `/out:${out}`, '/machine:x64']
    : isMingw(read)
      ? ['x86_64-w64-mingw32-ar', 'qcsD', out]
      : [llvm('llvm-ar'), 'qcsD', `--format=${format}`, out];
  execFileSync(tool, [...args, `@${list}`], { stdio: 'pipe' });
}

/** Names that one kept member defines, spread over the archive. */
function rootsOf({ archive, inputs }: ReadArchive, kept: readonly number[], format?: string): string[] {
  const { symbols, contents } = inputs;
  const definers = new Map<number, number>();
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isDefined(symbols.flags[symbol]))
      definers.set(symbols.name[symbol], (definers.get(symbols.name[symbol]) ?? 0) + 1);
  const step = Math.max(1, Math.floor(kept.length / ROOTS));
  return kept.flatMap((ordinal, at) => {
    if (at % step !== 0) return [];
    const member = archive.firstMember + ordinal;
    const content = contents[member];
    const ownFormat = content.kind === 'object' ? content.info.format : undefined;
    if (format !== undefined && ownFormat !== format) return [];
    return rootOf(symbols, member, definers) ?? [];
  });
}

/** The first strong definition of a member that no other member has. */
function rootOf(
  { firstSymbol, flags, name, names }: SymbolTable,
  member: MemberId,
  definers: ReadonlyMap<number, number>,
): string | null {
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefinition(flags[symbol]) && !isWeak(flags[symbol]) && definers.get(name[symbol]) === 1)
      return names.text(name[symbol]);
  return null;
}

/** The same command in two folders: the same arguments must give the same output, byte for byte. */
function compareLinks(
  linker: SampleLinker,
  roots: readonly string[],
  one: string,
  other: string,
  isVerbose: boolean,
): string {
  const [a, b] = [runLink(linker, roots, one), runLink(linker, roots, other)];
  if (a.status !== b.status) return `differs: exit ${a.status}, then ${b.status}`;
  if (a.bytes === null && b.bytes === null) {
    // Which of several errors comes first is up to its threads.
    if (isVerbose) console.log(`${linker.name}: ${a.stderr.split('\n')[0]}`);
    return 'refused before, too';
  }
  if (a.bytes === null || b.bytes === null) return 'differs: no output';
  if (a.stderr !== b.stderr) return 'differs: other messages';
  return a.bytes.equals(b.bytes) ? `same ${Math.round(a.bytes.length / 1000)} kB` : 'differs: other bytes';
}

function runLink(linker: SampleLinker, roots: readonly string[], folder: string) {
  const out = join(folder, 'out');
  rmSync(out, { force: true });
  const args = [...linker.out('out'), ...linker.args, ...roots.flatMap(linker.root), 'lib.a'];
  const { status, stderr } = spawnSync(linker.path, args, {
    cwd: folder,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  return { status, stderr, bytes: existsSync(out) ? readFileSync(out) : null };
}
