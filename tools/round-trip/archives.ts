// Writes an archive again, and lists it with other tools.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from '../../src/archive/archive.js';
import { layOutArchive } from '../../src/archive/write-archive.js';
import { writeFileWhole } from '../../src/emit/write-file.js';
import { checkIndex } from '../../src/link/inputs/archive-index.js';
import type { InputFile } from '../../src/link/inputs/input-file.js';
import type { Archive, Inputs } from '../../src/link/inputs/inputs.js';
import { readInputs } from '../../src/link/inputs/read-inputs.js';
import { isCommon } from '../../src/symbols/flags.js';
import { eachLine, llvm } from '../shared/llvm.js';

/** GNU tools load whatever plugin they find, and then lose members: they get a folder without any. */
const MINGW_RANLIB = 'x86_64-w64-mingw32-ranlib';

/** An archive that was read alone. */
export interface ReadArchive {
  readonly archive: Archive;
  readonly inputs: Inputs;
}

export function readArchiveFile(file: InputFile): ReadArchive {
  const { inputs } = readInputs([file], 'inspect');
  return { archive: inputs.archives[0], inputs };
}

/** Ordinals of all members. */
export const allMembers = ({ archive }: ReadArchive): number[] =>
  archive.stored.members.map(({ ordinal }) => ordinal);

/** The same without every third. */
export const mostMembers = (read: ReadArchive): number[] =>
  allMembers(read).filter((ordinal) => ordinal % 3 !== 2);

/** A slice as a file, for other tools. @returns its path */
export function cutSlice({ source }: InputFile, work: string): string {
  const path = join(work, 'slice.a');
  writeFileWhole(path, [{ kind: 'copy', offset: 0, length: source.size }], source);
  return path;
}

/** Writes some of an archive's members. @param kept their ordinals */
export function writeArchive({ archive, inputs }: ReadArchive, kept: readonly number[], path: string): void {
  const isDarwin = archive.kind === 'darwin' || archive.kind === 'darwin64';
  const { entries } = checkIndex(inputs, archive);
  const needsIndex = archive.stored.index !== null || isDarwin;
  const { source } = archive.stored;
  writeFileWhole(path, layOutArchive(archive.stored, kept, needsIndex ? entries : null), source);
}

/** GNU ar leaves weak externals out of the index; LLVM lists them. Only GNU's have COFF objects and no second index. */
export const isMingw = ({ archive: { stored }, inputs: { format } }: ReadArchive): boolean =>
  format === 'coff' && tableOf(stored, 'second-index') === undefined;

/** `name in member`, as the index has them; llvm-nm goes on to symbols, which are not waited for. */
export async function armap(path: string): Promise<string[]> {
  const lines: string[] = [];
  let isInside = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '--print-armap', path], (line) => {
    // COFF archives of ARM64EC have another map after it.
    if (line === '' || (line !== 'Archive map' && !isInside)) return false;
    if (isInside) lines.push(line);
    isInside = true;
    return true;
  });
  return lines;
}

/** The index that the archive's own kind of tool makes of the members of `path`. */
export async function remadeArmap(read: ReadArchive, path: string, work: string): Promise<string[]> {
  const copy = join(work, 'remade.a');
  copyFileSync(path, copy);
  const [ranlib, ...args] = isMingw(read)
    ? [MINGW_RANLIB, '--plugin', '/dev/null', '-D']
    : [llvm('llvm-ranlib'), '-D'];
  execFileSync(ranlib, [...args, copy], { stdio: 'pipe' });
  return withPolicy(read, await armap(copy));
}

/** Apple's tools leave commons out where LLVM lists them: so they are left out of what LLVM lists. */
function withPolicy({ archive, inputs }: ReadArchive, lines: string[]): string[] {
  if (!archive.kind.startsWith('darwin')) return lines;
  const { symbols, members } = inputs;
  const commons = new Set<string>();
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isCommon(symbols.flags[symbol]))
      commons.add(`${symbols.names.text(symbols.name[symbol])} in ${members[symbols.member[symbol]].name}`);
  const index = archive.index ?? { name: [], member: [] };
  const indexed = Array.from(
    index.name,
    (name, row) => `${symbols.names.text(name)} in ${members[index.member[row]]?.name}`,
  );
  return indexed.some((line) => commons.has(line)) ? lines : lines.filter((line) => !commons.has(line));
}

/** Digest of what `llvm-ar p` prints: the contents one after another. */
export function digestOfContents(path: string, work: string): string {
  const printed = join(work, 'printed');
  const out = openSync(printed, 'w');
  spawnSync(llvm('llvm-ar'), ['p', path], { stdio: ['ignore', out, 'ignore'] });
  closeSync(out);
  return createHash('sha256').update(readFileSync(printed)).digest('hex');
}
