// Compares our symbol tables with those that other tools print, member by member and symbol by symbol.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MAGIC_SIZE } from '../src/archive/read-archive.js';
import { isUniversal, readUniversal } from '../src/archive/universal.js';
import type { ByteSource } from '../src/bytes/byte-source.js';
import { MalformedError } from '../src/bytes/malformed-error.js';
import { openFiles } from '../src/link/inputs/open-files.js';
import { corpus } from './shared/corpus.js';
import { llvm } from './shared/llvm.js';
import { readOptions } from './shared/options.js';
import { printTable } from './shared/table.js';
import { workFolder } from './shared/work-folder.js';
import { compareBitcode } from './symbols/bitcode.js';
import { coffReadobj } from './symbols/coff-oracle.js';
import type { Note, Oracle } from './symbols/comparison.js';
import { nm, readelf } from './symbols/elf-oracles.js';
import { machoNm, machoReadobj } from './symbols/macho-oracles.js';
import { Outcome } from './symbols/outcome.js';
import { firstFamily, readMembers } from './symbols/read-members.js';
import { wasmReadobj } from './symbols/wasm-oracle.js';

const USAGE = `Compares our symbol tables with those of other tools, member by member and symbol by symbol, on published archives:

npm run symbols -- [--only elf|macho|coff|wasm|bitcode] [--package text] [--verbose]

Prints archives, members, symbols and differences for each format; exits 1 when there is any difference.`;

const { values: options } = readOptions(USAGE, {
  only: { type: 'string' },
  package: { type: 'string' },
  verbose: { type: 'boolean' },
});
/** By format: the tools that print its symbols. */
const ORACLES: Readonly<Record<string, Readonly<Record<string, Oracle>>>> = {
  elf: { 'readelf -sW': readelf, 'llvm-nm --no-llvm-bc': nm },
  macho: { 'llvm-readobj': machoReadobj, 'llvm-nm -m': machoNm },
  coff: { 'llvm-readobj': coffReadobj },
  wasm: { 'llvm-readobj': wasmReadobj },
};

const work = workFolder('symbols');
const outcome = new Outcome();
if (options.only !== 'bitcode')
  for (const { name, files } of corpus(options.package))
    for (const { path } of files) await compareFile(name, path);
if (options.only === undefined || options.only === 'bitcode') await compareBitcode(work, outcome);
console.log();
printTable(outcome.table(), [1, 2, 3]);
process.exitCode = outcome.problems > 0 ? 1 : 0;

/** A file, or each slice of a universal one. @param from the package that it is of */
async function compareFile(from: string, path: string): Promise<void> {
  const files = openFiles();
  try {
    const { source } = files.open(path);
    if (isUniversal(source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes)) await compareSlices(from, path, source);
    else await compareContainer(from, path, source);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    outcome.problem(`${from}, ${basename(path)}: ${error.message}`);
  } finally {
    files.close();
  }
}

async function compareSlices(from: string, path: string, source: ByteSource): Promise<void> {
  for (const [at, slice] of readUniversal(source).slices.entries()) {
    const cut = join(work, `slice-${at}.a`);
    const content = source.slice(slice.offset, slice.size, `${path}[${at}]`);
    writeFileSync(cut, content.bytes('slice'));
    requireSameSlice(path, cut, at);
    await compareContainer(from, cut, content);
    rmSync(cut);
  }
}

/** Checks that the slice equals the one that `llvm-lipo` extracts for that architecture. */
function requireSameSlice(path: string, cut: string, at: number): void {
  const architectures = execFileSync(llvm('llvm-lipo'), ['-archs', path], { encoding: 'utf8' })
    .trim()
    .split(' ');
  const thin = join(work, 'thin.a');
  execFileSync(llvm('llvm-lipo'), [path, '-thin', architectures[at], '-output', thin]);
  if (spawnSync('cmp', ['-s', cut, thin]).status !== 0)
    outcome.problem(`${basename(path)}: the slice of ${architectures[at]} is not what llvm-lipo takes out`);
  rmSync(thin);
}

async function compareContainer(from: string, path: string, source: ByteSource): Promise<void> {
  if (options.only !== undefined && firstFamily(source) !== options.only) return;
  const members = readMembers(source);
  for (const { name, problem } of members)
    if (problem !== null) outcome.problem(`${from}, ${basename(path)}(${name}): ${problem}`);
  const families = new Set(members.flatMap(({ family }) => family ?? []));
  for (const family of families) {
    if (!(family in ORACLES) || (options.only !== undefined && options.only !== family)) continue;
    outcome.addMembers(family, members);
    for (const [tool, compare] of Object.entries(ORACLES[family])) {
      const note: Note = (member, ours, theirs) =>
        outcome.note(
          `${tool}, ${from}, ${basename(path)}(${member})\n    ours   ${ours}\n    theirs ${theirs}`,
        );
      outcome.addDifferences(family, tool, await compare(path, members, note));
    }
    const symbols = members.reduce((sum, { count }) => sum + count, 0);
    if (options.verbose)
      console.log(`${from} ${basename(path)}: ${family}, ${members.length} members, ${symbols} symbols`);
  }
}
