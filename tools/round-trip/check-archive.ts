import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { checkIndex } from '../../src/link/inputs/archive-index.js';
import type { InputFile } from '../../src/link/inputs/input-file.js';
import { linesOf, llvm } from '../shared/llvm.js';
import {
  allMembers,
  armap,
  digestOfContents,
  mostMembers,
  type ReadArchive,
  readArchiveFile,
  remadeArmap,
  writeArchive,
} from './archives.js';
import type { Outcome } from './outcome.js';
import { whyDifferent } from './why-different.js';

/** An archive that is checked. */
interface Checked {
  readonly title: string;
  /** Of a file that other tools can read: the archive, or a slice that was cut out of it. */
  readonly path: string;
  readonly read: ReadArchive;
  readonly work: string;
  readonly outcome: Outcome;
}

/** Writes an archive whole and without every third member, and has other tools list what was written. */
export async function checkArchive(
  title: string,
  file: InputFile,
  path: string,
  work: string,
  outcome: Outcome,
): Promise<void> {
  const read = readArchiveFile(file);
  const checked = { title, path, read, work, outcome };
  const { kind, stored } = read.archive;
  outcome.add(kind, { archives: 1, members: stored.members.length });
  await checkWhole(checked);
  const kept = mostMembers(read);
  if (kept.length < stored.members.length) await checkDropped(checked, kept);
}

async function checkWhole({ title, path, read, work, outcome }: Checked): Promise<void> {
  const { archive } = read;
  const all = join(work, 'all.a');
  writeArchive(read, allMembers(read), all);
  if (spawnSync('cmp', ['-s', path, all]).status === 0) {
    outcome.add(archive.kind, { same: 1 });
    return;
  }
  outcome.addReason(whyDifferent(archive.stored, all), title);
  const [namesBefore, namesAfter] = [await names(path), await names(all)];
  const [indexBefore, indexAfter] = [await armap(path), await armap(all)];
  const isStale = checkIndex(read.inputs, archive).disagreements.length > 0;
  // A stale index is made right; then it is that of ranlib which counts.
  const isRemade =
    isStale &&
    !isReordered(indexBefore, indexAfter) &&
    isReordered(await remadeArmap(read, all, work), indexAfter);
  if (!isRemade) requireSame(`${title}: llvm-nm --print-armap`, indexBefore, indexAfter, outcome);
  requireSame(`${title}: llvm-ar t`, namesBefore, namesAfter, outcome);
}

function requireSame(
  title: string,
  before: readonly string[],
  after: readonly string[],
  outcome: Outcome,
): void {
  if (before.join('\n') === after.join('\n')) return;
  const order = isReordered(before, after) ? ', in another order' : '';
  outcome.differ(`${title} lists ${before.length} before, ${after.length} after${order}`);
}

async function checkDropped({ title, read, work, outcome }: Checked, kept: readonly number[]): Promise<void> {
  const { stored, kind } = read.archive;
  const { members } = stored;
  const some = join(work, 'some.a');
  const what = `${title}, every third dropped`;
  writeArchive(read, kept, some);
  outcome.add(kind, { dropped: members.length - kept.length });
  const listed = await names(some);
  if (listed.join('\n') !== kept.map((ordinal) => members[ordinal].name).join('\n'))
    outcome.differ(`${what}: llvm-ar t lists ${listed.length} members, ${kept.length} were kept`);
  const contents = createHash('sha256');
  for (const ordinal of kept) {
    const { dataOffset, size } = members[ordinal];
    contents.update(stored.source.view(dataOffset, size, 'content').bytes);
  }
  if (contents.digest('hex') !== digestOfContents(some, work))
    outcome.differ(`${what}: llvm-ar p prints other contents`);
  if (stored.index === null) return;
  const ours = await armap(some);
  outcome.add(kind, { entries: ours.length });
  const theirs = await remadeArmap(read, some, work);
  if (!isReordered(ours, theirs)) outcome.differ(`${what}: ${firstDifference(ours, theirs)}`);
}

const names = (path: string): Promise<string[]> => linesOf(llvm('llvm-ar'), ['t', path]);

/** Whether two lists have the same lines, in whatever order. */
const isReordered = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join('\n') === [...other].sort().join('\n');

function firstDifference(ours: readonly string[], theirs: readonly string[]): string {
  const only = (list: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    const lines = list.filter((line) => !known.has(line));
    return lines.slice(0, 2).join('; ') || '-';
  };
  return `index of ${ours.length} entries, ranlib's has ${theirs.length}; only ours: ${only(ours, theirs)}; only theirs: ${only(theirs, ours)}`;
}
