import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { layOutArchive } from '../../../src/archive/write-archive.js';
import type { ByteSource } from '../../../src/bytes/byte-source.js';
import { checkIndex } from '../../../src/link/inputs/archive-index.js';
import { openFiles } from '../../../src/link/inputs/open-files.js';
import { readInputs } from '../../../src/link/inputs/read-inputs.js';
import { llvm } from '../../shared/llvm.js';
import {
  armapOf,
  type Bench,
  describeInspection,
  describePlan,
  type HugePlan,
  type Inspection,
  memberNames,
} from './bench.js';
import { GIB, makeSparse, type SparseKind } from './make-sparse.js';
import { nameOf, type Part, plain } from './parts.js';
import { writeGnuArchive } from './write-gnu.js';

/** Archives of more than 5 GiB that take little disk: reads them, plans with them and writes them again. */
export async function sparse(bench: Bench): Promise<void> {
  const small = join(bench.folder, 'libsmall.a');
  writeGnuArchive(
    small,
    [0, 4].map((at) => ({ name: `copy-${at}.o`, data: plain(at), symbol: nameOf(at) })),
  );
  for (const kind of ['gnu64', 'gnu', 'darwin'] as const) {
    const path = join(bench.folder, `${kind}.a`);
    const parts = makeSparse(path, kind);
    readSparse(bench, kind, path, parts);
    if (kind !== 'darwin') planSparse(bench, kind, path, small);
    const isDarwin = kind === 'darwin';
    const [wide, narrow] = isDarwin ? ['__.SYMDEF_64 SORTED', '__.SYMDEF SORTED'] : ['/SYM64/', '/'];
    await rewrite(bench, `${kind}, nothing dropped`, path, parts, [], wide);
    await rewrite(bench, `${kind}, small-1.o dropped`, path, parts, ['small-1.o'], wide);
    await rewrite(bench, `${kind}, hole-0 and hole-1 dropped`, path, parts, ['hole-0', 'hole-1'], narrow);
    rmSync(path);
  }
}

const sizeOf = (path: string): string => (statSync(path).size / GIB).toFixed(2);

function readSparse(bench: Bench, kind: SparseKind, path: string, parts: readonly Part[]): void {
  const { size, blocks } = statSync(path);
  const onDisk = blocks * 512;
  bench.check(
    size > 5 * GIB && onDisk < 1 << 20,
    `${kind}: ${sizeOf(path)} GiB, on disk ${Math.round(onDisk / 1024)} kB`,
  );
  const title = `inspect, ${kind}, ${sizeOf(path)} GiB`;
  const seen = bench.measure<Inspection>(title, ['inspect', path], describeInspection);
  bench.check(
    seen?.archives[0].members.length === parts.length,
    `${kind}: inspect finds ${parts.length} members`,
  );
}

function planSparse(bench: Bench, kind: SparseKind, path: string, small: string): void {
  const plan = bench.measure<HugePlan>(
    `trim --dry-run, ${kind}, ${sizeOf(path)} GiB`,
    ['trim', '--dry-run', '--linker', 'lld', '--provider', small, path, small],
    describePlan,
  );
  bench.check(plan?.archives[0].dropped === 2, `${kind}: the two members that the provider has are dropped`);
}

/** Drops members by name and writes what is left; checks it with LLVM's tools. */
async function rewrite(
  bench: Bench,
  title: string,
  path: string,
  parts: readonly Part[],
  dropped: readonly string[],
  wantedIndex: string,
): Promise<void> {
  const out = join(bench.folder, 'written.a');
  writeWithout(path, dropped, out);
  const left = parts.filter(({ name }) => !dropped.includes(name));
  const index = nameOfIndex(out);
  bench.check(index === wantedIndex, `${title}: ${sizeOf(out)} GiB, its index is ${index}`);
  const list = await memberNames(out);
  bench.check(
    list.join() === left.map(({ name }) => name).join(),
    `${title}: llvm-ar t lists ${list.length} members`,
  );
  const map = await armapOf(out);
  const wantedMap = left.flatMap(({ symbol, name }) => (symbol === null ? [] : [`${symbol} in ${name}`]));
  bench.check(map.join() === wantedMap.join(), `${title}: llvm-nm --print-armap lists ${map.length} entries`);
  const last = left[left.length - 1];
  const printed = spawnSync(llvm('llvm-ar'), ['p', out, last.name]).stdout;
  bench.check(last.data !== null && printed.equals(last.data), `${title}: llvm-ar p prints the last member`);
  rmSync(out);
}

function writeWithout(path: string, dropped: readonly string[], out: string): void {
  const files = openFiles();
  try {
    const { inputs } = readInputs([files.open(path)], 'inspect');
    const [archive] = inputs.archives;
    const kept = archive.stored.members
      .filter(({ name }) => !dropped.includes(name))
      .map(({ ordinal }) => ordinal);
    const pieces = layOutArchive(archive.stored, kept, checkIndex(inputs, archive).entries);
    writeSparse(out, pieces, archive.stored.source);
  } finally {
    files.close();
  }
}

/** Writes pieces without the zeros among them. */
function writeSparse(path: string, pieces: ReturnType<typeof layOutArchive>, source: ByteSource): void {
  const file = openSync(path, 'w');
  const chunk = Buffer.alloc(1 << 20);
  const zeros = Buffer.alloc(1 << 20);
  let position = 0;
  for (const piece of pieces) {
    if (piece.kind === 'bytes') writeSync(file, piece.bytes, 0, piece.bytes.length, position);
    else
      for (let done = 0; done < piece.length; done += chunk.length) {
        const part = chunk.subarray(0, Math.min(chunk.length, piece.length - done));
        source.fill(piece.offset + done, part);
        if (!part.equals(zeros.subarray(0, part.length)))
          writeSync(file, part, 0, part.length, position + done);
      }
    position += piece.kind === 'bytes' ? piece.bytes.length : piece.length;
  }
  ftruncateSync(file, position);
  closeSync(file);
}

/** The name of the first entry of an archive. */
function nameOfIndex(path: string): string {
  const head = Buffer.alloc(128);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 128, 0);
  closeSync(file);
  const named = head.toString('latin1', 8, 24).trim();
  if (!named.startsWith('#1/')) return named;
  return head.toString('latin1', 68, 68 + Number(named.slice(3))).replace(/\0+$/, '');
}
