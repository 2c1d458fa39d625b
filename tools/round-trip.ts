// Reads and writes published archives, and asks other tools what they find in them.
import { basename } from 'node:path';
import { isArchive, MAGIC_SIZE } from '../src/archive/read-archive.js';
import { isUniversal, readUniversal } from '../src/archive/universal.js';
import type { InputFile } from '../src/link/inputs/input-file.js';
import { openFiles } from '../src/link/inputs/open-files.js';
import { cutSlice } from './round-trip/archives.js';
import { checkArchive } from './round-trip/check-archive.js';
import { checkLinks } from './round-trip/check-links.js';
import { Outcome } from './round-trip/outcome.js';
import { corpus } from './shared/corpus.js';
import { readOptions } from './shared/options.js';
import { workFolder } from './shared/work-folder.js';

const USAGE = `Reads and writes published archives, with nothing dropped and with every third member dropped, and asks other tools:

npm run round-trip -- [--package text] [--links-only] [--no-links] [--verbose]

With nothing dropped the bytes must come back, or else the index and members that llvm-nm and llvm-ar list. With members
dropped the index must be the one that a ranlib makes of the same members, and the members those of llvm-ar p. Of each
kind of archive one is linked, before and after, with every linker that reads it. Exits 1 on any difference.`;

const { values: options } = readOptions(USAGE, {
  package: { type: 'string' },
  'links-only': { type: 'boolean' },
  'no-links': { type: 'boolean' },
  verbose: { type: 'boolean' },
});
const work = workFolder('round');
const outcome = new Outcome();
if (!options['links-only'])
  for (const { name, files } of corpus(options.package))
    for (const { path, kind } of files) if (kind !== 'object') await checkFile(name, path);
if (!options['no-links'])
  checkLinks({ work, outcome, package: options.package, isVerbose: options.verbose === true });
outcome.print();
process.exitCode = outcome.differences > 0 ? 1 : 0;

/** @param from the package that the file is of */
async function checkFile(from: string, path: string): Promise<void> {
  const files = openFiles();
  try {
    const parts = partsOf(files.open(path));
    for (const [at, part] of parts.entries()) {
      if (!isArchive(part.source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes)) continue;
      const isSlice = parts.length > 1;
      const title = `${from}, ${basename(path)}${isSlice ? `[${at}]` : ''}`;
      await checkArchive(title, part, isSlice ? cutSlice(part, work) : path, work, outcome);
      if (options.verbose) console.log(title);
    }
  } finally {
    files.close();
  }
}

/** A file, or the slices of a universal one. */
function partsOf(file: InputFile): InputFile[] {
  const { source, key, path } = file;
  if (!isUniversal(source.viewUpTo(0, MAGIC_SIZE, 'magic').bytes)) return [file];
  return readUniversal(source).slices.map(({ offset, size }, at) => ({
    ...file,
    key: `${key}:${at}`,
    source: source.slice(offset, size, `${path}[${at}]`),
  }));
}
